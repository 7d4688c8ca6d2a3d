"""What may be said about an entry of the suppressions."""

import re
from datetime import datetime

from evendial_campaigns.core.rejected import invalid
from evendial_campaigns.core.rules import check_name

_looks_like_a_number = re.compile(r"[0-9]{7}", re.ASCII).search


def check_expiry(expires_at: datetime | None, now: datetime) -> None:
    """Raises `Rejected` for an entry that would never hold."""
    if expires_at is not None and expires_at <= now:
        raise invalid("expires_at", "must be in the future; without it the entry stays until it is deleted")


def check_label(field: str, text: str | None) -> None:
    """Raises `Rejected` unless it is a line of text, without a phone number: entries outlive an erasure."""
    if text is None:
        return
    check_name(text, field)
    if _looks_like_a_number(text):
        raise invalid(field, "must not hold a phone number: an entry does not tell whom it is about")


def outlasts(asked: datetime | None, known: datetime | None) -> bool:
    """Whether an end lies behind the one that is known; None is never."""
    return known is not None and (asked is None or asked > known)
