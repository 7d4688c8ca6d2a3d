"""Whether a dial command may be claimed now."""

from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

import msgspec
from evendial_contracts.dialing import DialNumber, VoidReason

from evendial_originator.core.person_cap import person_lock

EVERYTHING = UUID(int=0)
"""Stands for the whole system beside campaigns, owners, devices and trunks."""
EARLY = timedelta(seconds=1)
"""A claim is for a slot that is near: whose clock runs ahead of the database's by more holds nothing."""


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """What the ledger knows of a campaign. A campaign that it has not heard of is older than any command."""

    epoch: int
    active: bool


class Verdict(Enum):
    """No reason against it, or not known yet."""

    GO = "go"
    NOT_YET = "not_yet"
    TOO_EARLY = "too_early"


def judge(
    command: DialNumber, gate: Gate | None, now: datetime, *, suppressed: bool = False
) -> Verdict | VoidReason:
    """`now` is the database's clock, the one authority on time for all originators.

    `ledger_sql.CLAIM` takes a shorter way to GO: what forbids a claim here must keep it from going there.
    """
    if gate and gate.epoch > command.epoch:
        return VoidReason.STOPPED
    if command.closes_at and now >= command.closes_at:
        return VoidReason.WINDOW_CLOSED
    if now > command.not_after:
        return VoidReason.EXPIRED
    if gate is None or gate.epoch < command.epoch:
        return Verdict.NOT_YET
    if not gate.active:
        return VoidReason.STOPPED
    if suppressed:
        return VoidReason.SUPPRESSED
    return Verdict.TOO_EARLY if command.slot_at > now + EARLY else Verdict.GO


def cap_locks(command: DialNumber, person: bytes) -> list[int]:
    """A lock for each cap that is limited, in the one order in which every claim takes them."""
    caps = command.caps
    limited = (
        (command.campaign_id, caps.campaign),
        (command.owner_id, caps.owner),
        (command.device_id, caps.device),
        (command.trunk_id, caps.trunk),
        (EVERYTHING, caps.system),
    )
    locks = {_lock(who) for who, cap in limited if cap is not None}
    return sorted(locks | {person_lock(person)} if command.person_caps else locks)


def _lock(who: UUID) -> int:
    """Half of a random id is as good as all of it: two that met would only wait for each other."""
    return int.from_bytes(who.bytes[8:], signed=True)


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """Ours to dial, once."""


class NotYet(msgspec.Struct, frozen=True, kw_only=True):
    """The gate is older than the command: ask again."""


class TooEarly(msgspec.Struct, frozen=True, kw_only=True):
    """By the database's clock the slot is still far: another originator's clock may be right."""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """The ledger has it already: nothing to do. Its outcome is, or will be, said."""


class Voided(msgspec.Struct, frozen=True, kw_only=True):
    """It will never be dialled, and that has been said; `suppression_id` is the entry that forbids it.

    `not_before`: until then the person has been called as often as is allowed.
    """

    reason: VoidReason
    suppression_id: UUID | None = None
    not_before: datetime | None = None


Answer = Claimed | NotYet | TooEarly | Known | Voided
