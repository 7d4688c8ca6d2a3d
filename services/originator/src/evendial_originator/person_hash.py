"""Who is called, as the ledger knows them: a keyed hash."""

import hmac
from uuid import UUID

from evendial_contracts.dialing import DialNumber

EVERYBODY = "system"
"""Stands for the owner in the hash of a person whom nobody may call."""


class Persons:
    """A person is a number to one owner; another owner's hash of it is another one."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def called(self, command: DialNumber) -> bytes:
        """Who is called."""
        return self._hash(command.owner_id, command.e164)

    def barred(self, command: DialNumber) -> list[bytes]:
        """Who must not be suppressed."""
        return [self._hash(who, command.e164) for who in (command.owner_id, EVERYBODY)]

    def _hash(self, owner: UUID | str, e164: str) -> bytes:
        return hmac.digest(self._key, f"{owner}/{e164}".encode(), "sha256")
