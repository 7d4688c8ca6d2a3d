"""An attempt as the ledger keeps it (no digits), and what is said about it on the bus."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import msgspec
from evendial_contracts.calls import CallAnswered, CallEnded, CallOriginated
from evendial_contracts.dialing import DialNumber, NumberDialVoided, VoidReason
from evendial_contracts.message import AttemptFact
from evendial_contracts.requests import EndCommand

from evendial_originator.core.call import Ended

FORGOTTEN_AFTER = timedelta(seconds=60)
"""Nobody may hold a live attempt for longer than ring + call + this: it becomes `unknown`."""


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """What is needed to follow one originated call to its end and to report it."""

    command_id: UUID
    campaign_id: UUID
    owner_id: UUID
    number_id: int
    generation: int
    attempt_no: int
    slot_at: datetime
    reference: str | None
    account_code: str
    device_id: UUID
    trunk_id: UUID
    ring_timeout_s: int
    max_call_s: int

    @property
    def forgotten_at(self) -> datetime:
        """From when on the attempt can only be `unknown`."""
        longest = timedelta(seconds=self.ring_timeout_s + self.max_call_s)
        return self.slot_at + longest + FORGOTTEN_AFTER


def attempt_of(command: DialNumber) -> Attempt:
    """The command without its digits."""
    return Attempt(**{field: getattr(command, field) for field in Attempt.__struct_fields__})


def call_originated(attempt: Attempt, at: datetime) -> CallOriginated:
    """Asterisk has accepted it."""
    return CallOriginated(**_ids(attempt), originated_at=at)


def call_answered(attempt: Attempt, at: datetime) -> CallAnswered:
    """The callee has answered."""
    return CallAnswered(**_ids(attempt), answered_at=at)


def call_ended(attempt: Attempt, ended: Ended) -> CallEnded:
    """Its one outcome."""
    return CallEnded(
        **_ids(attempt),
        disposition=ended.disposition,
        hangup_cause=ended.hangup_cause,
        rang=ended.rang,
        originated_at=ended.originated_at,
        started_at=ended.started_at,
        answered_at=ended.answered_at,
        ended_at=ended.ended_at,
        billed_s=ended.billed_s,
        account_code=attempt.account_code,
        device_id=attempt.device_id,
        trunk_id=attempt.trunk_id,
    )


def voided(
    command: DialNumber | Attempt | EndCommand,
    reason: VoidReason,
    suppression_id: UUID | None = None,
    not_before: datetime | None = None,
) -> NumberDialVoided:
    """It surely was not originated."""
    return NumberDialVoided(
        **_ids(command), reason=reason, suppression_id=suppression_id, not_before=not_before
    )


def fact_id(fact: AttemptFact) -> UUID:
    """The same for every repeat: one of each kind per command, and one outcome whether ended or voided."""
    match fact:
        case CallOriginated():
            return uuid5(fact.command_id, "originated")
        case CallAnswered():
            return uuid5(fact.command_id, "answered")
        case _:
            return uuid5(fact.command_id, "outcome")


def _ids(command: DialNumber | Attempt | EndCommand) -> dict[str, Any]:
    return {field: getattr(command, field) for field in AttemptFact.__struct_fields__}
