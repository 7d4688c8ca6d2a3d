"""The order to originate one attempt at one slot, and its end when nothing was dialled."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID, uuid5

import msgspec
from msgspec import Meta

from evendial_contracts.message import AttemptFact, Command
from evendial_contracts.person_caps import PersonCap

COMMAND_NAMESPACE = UUID("6c1bb1f6-5d0c-5d0e-9d37-3f1b5d9f1a52")

Digits = Annotated[str, Meta(pattern="^[0-9]{3,15}$(?!\n)")]
EndpointName = Annotated[str, Meta(pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$(?!\n)")]
PoolName = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9_-]{0,31}$(?!\n)")]
AccountCode = Annotated[str, Meta(pattern="^[A-Za-z0-9_-]{1,20}$(?!\n)")]


class VoidReason(StrEnum):
    """Why a command surely was not originated. Nothing is consumed by any of them."""

    EXPIRED = "expired"
    STOPPED = "stopped"
    WINDOW_CLOSED = "window_closed"
    SUPPRESSED = "suppressed"
    IN_ANOTHER_CALL = "in_another_call"
    ATTEMPT_HELD = "attempt_held"
    CAP = "cap"
    BREAKER = "breaker"
    NO_ORIGINATOR = "no_originator"
    NO_ASTERISK = "no_asterisk"
    NO_AGI = "no_agi"
    OVERLOADED = "overloaded"
    REFUSED = "refused"
    TOMBSTONE = "tombstone"
    LEDGER_EPOCH = "ledger_epoch"
    PERSON_CAP = "person_cap"


class Caps(msgspec.Struct, frozen=True, kw_only=True):
    """How many calls at once there may be of the campaign, its owner, its device, its trunk and altogether.

    None is without limit.
    """

    campaign: int | None = None
    owner: int | None = None
    device: int | None = None
    trunk: int | None = None
    system: int | None = None


class DialNumber(Command, tag="number.dial.v1", frozen=True, kw_only=True):
    """Originate one attempt at `slot_at`, not before it and not after `not_after`.

    Ends exactly once: as `call.ended` (an originate was sent or may have been) or as `number.dial_voided`.
    `closes_at` is the end of the window that the slot lies in; None where the window has no end.
    `trunk_epoch` counts how often its trunk had been closed to calls when this was planned; a `trial` is the
    one call that finds out whether the trunk carries calls again.
    """

    command_id: UUID
    campaign_id: UUID
    owner_id: UUID
    number_id: int
    generation: int
    attempt_no: int
    epoch: int
    slot_at: datetime
    not_after: datetime
    e164: Digits
    caller_id: Digits | None
    pool: PoolName
    endpoint: EndpointName
    trunk_id: UUID
    device_id: UUID
    account_code: AccountCode
    ring_timeout_s: int
    max_call_s: int
    sequence_version: int
    reference: str | None = None
    closes_at: datetime | None = None
    caps: Caps = Caps()
    trunk_epoch: int = 0
    trial: bool = False
    person_caps: tuple[PersonCap, ...] = ()


class NumberDialVoided(AttemptFact, tag="number.dial_voided.v1", frozen=True, kw_only=True):
    """The command surely was not originated; `suppression_id` is the entry behind the reason `suppressed`.

    `not_before`: a later attempt would end in the same way until then (reason `person_cap`).
    """

    reason: VoidReason
    suppression_id: UUID | None = None
    not_before: datetime | None = None


def command_id(
    campaign_id: UUID, generation: int, number_id: int, attempt_no: int, slot_at: datetime
) -> UUID:
    """The id of the order to try this attempt at this slot: same inputs, same id; no digits are in it."""
    slot_us = round(slot_at.timestamp() * 1_000_000)
    return uuid5(COMMAND_NAMESPACE, f"{campaign_id}/{generation}/{number_id}/{attempt_no}/{slot_us}")
