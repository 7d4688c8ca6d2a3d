"""Whether a dial command may be claimed now."""

from datetime import datetime
from enum import Enum

import msgspec
from evendial_contracts.dialing import DialNumber, VoidReason


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """What the ledger knows of a campaign. A campaign that it has not heard of is older than any command."""

    epoch: int
    active: bool


class Verdict(Enum):
    """No reason against it, or not known yet."""

    GO = "go"
    NOT_YET = "not_yet"


def judge(command: DialNumber, gate: Gate | None, now: datetime) -> Verdict | VoidReason:
    """`now` is the database's clock, the one authority on time for all originators."""
    if gate and gate.epoch > command.epoch:
        return VoidReason.STOPPED
    if now > command.not_after:
        return VoidReason.EXPIRED
    if gate is None or gate.epoch < command.epoch:
        return Verdict.NOT_YET
    return Verdict.GO if gate.active else VoidReason.STOPPED


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """Ours to dial, once."""


class NotYet(msgspec.Struct, frozen=True, kw_only=True):
    """The gate is older than the command: ask again."""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """The ledger has it already: nothing to do. Its outcome is, or will be, said."""


class Voided(msgspec.Struct, frozen=True, kw_only=True):
    """It will never be dialled, and that has been said."""

    reason: VoidReason


Answer = Claimed | NotYet | Known | Voided
