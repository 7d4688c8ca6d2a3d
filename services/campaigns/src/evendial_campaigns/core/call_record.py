"""What is known of a call, put together from its facts in whatever order they come."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from evendial_contracts.actions import SequenceEnded, SequenceResult
from evendial_contracts.calls import CallAnswered, CallEnded, CallOriginated, Disposition
from evendial_contracts.message import Message

CallFact = CallOriginated | CallAnswered | CallEnded | SequenceEnded


class CallRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What some facts tell of one call; None is what they do not tell."""

    command_id: UUID
    campaign_id: UUID
    number_id: int | None = None
    generation: int | None = None
    attempt_no: int | None = None
    slot_at: datetime | None = None
    originated_at: datetime | None = None
    started_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    disposition: Disposition | None = None
    hangup_cause: int | None = None
    billed_s: int | None = None
    sequence_result: SequenceResult | None = None
    actions_done: int | None = None
    reference: str | None = None
    account_code: str | None = None
    device_id: UUID | None = None
    trunk_id: UUID | None = None


def merged(messages: Iterable[Message]) -> list[CallRecord]:
    """For each call that these facts are about what they tell together, by command.

    Where two facts differ (the contracts exclude it) the least of what they tell holds: so no order in which
    facts come, and no batch that they come in, makes a difference.
    """
    records: dict[UUID, CallRecord] = {}
    for message in messages:
        if isinstance(message, CallFact):
            told = _told(message)
            known = records.get(told.command_id)
            records[told.command_id] = _together(known, told) if known else told
    return sorted(records.values(), key=lambda record: record.command_id)


def _told(message: CallFact) -> CallRecord:
    told: dict[str, Any] = {name: getattr(message, name, None) for name in CallRecord.__struct_fields__}
    if isinstance(message, SequenceEnded):
        told["sequence_result"] = message.result
    return CallRecord(**told)


def _together(known: CallRecord, told: CallRecord) -> CallRecord:
    values: dict[str, Any] = {}
    for name in CallRecord.__struct_fields__:
        both = [value for each in (known, told) if (value := getattr(each, name)) is not None]
        values[name] = min(both) if both else None
    return CallRecord(**values)
