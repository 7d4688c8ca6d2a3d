"""A person without their digits: a keyed hash, so that nobody without the key can try all numbers."""

import hmac
from uuid import UUID

SYSTEM = "system"
"""Stands for the owner in what holds for all of them."""


def person_of(key: bytes, owner_id: UUID | None, e164: int) -> bytes:
    """Who stands behind a number of an owner, or (None) of anybody's: HMAC-SHA-256, as in the ledger."""
    return hmac.digest(key, f"{owner_id or SYSTEM}/{e164}".encode(), "sha256")
