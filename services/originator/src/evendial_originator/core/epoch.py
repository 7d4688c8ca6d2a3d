"""Whether the ledger's database has gone back in time, and which commands that bars."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from evendial_contracts.dialing import DialNumber

from evendial_originator.core.attempt import FORGOTTEN_AFTER


class Reason(StrEnum):
    """Why an epoch begins."""

    FIRST = "first"
    """A ledger that was never compared and never used."""
    MOVED = "moved"
    """Another server or timeline (a standby was promoted, say), and nothing is missing."""
    BEHIND = "behind"
    """Claims were missing; they have been put back."""
    UNWITNESSED = "unwitnessed"
    """What the ledger may have forgotten cannot be known: the claims stream was lost as well."""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """What was found between the ledger and what was said outside of it.

    `compared`: it was compared before, so it knows a place in the claims stream. `used`: it holds commands.
    `heard`: the stream holds claims of it. `stream_lost`: the stream is not the one that it knows the place
    in. `lived_through`: this process has used this very run of the database server before. `moved`: another
    system id or timeline.
    """

    compared: bool
    used: bool
    heard: bool
    stream_lost: bool
    lived_through: bool
    missing: int
    moved: bool


def opened_by(found: Comparison) -> Reason | None:
    """The epoch that begins, if one does."""
    if found.used and not found.lived_through and _without_witness(found):
        return Reason.UNWITNESSED
    if found.missing:
        return Reason.BEHIND
    if not found.compared:
        return Reason.FIRST
    return Reason.MOVED if found.moved else None


def _without_witness(found: Comparison) -> bool:
    return found.stream_lost if found.compared else not found.heard


class Epochs(msgspec.Struct, frozen=True, kw_only=True):
    """Commands planned before `opened_at` are void; what was in progress at `unwitnessed_at` is not known."""

    opened_at: datetime | None = None
    unwitnessed_at: datetime | None = None

    def bar(self, command: DialNumber, planned_at: datetime) -> bool:
        """Whether the command may not be claimed: it might be a call that was forgotten, or meet one."""
        if self.opened_at and planned_at < self.opened_at:
            return True
        if self.unwitnessed_at is None:
            return False
        longest = timedelta(seconds=command.ring_timeout_s + command.max_call_s)
        return command.slot_at < self.unwitnessed_at + longest + FORGOTTEN_AFTER
