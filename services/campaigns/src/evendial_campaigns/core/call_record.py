"""What is known of a call, put together from its facts in whatever order they come."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from evendial_contracts.actions import SequenceEnded, SequenceResult
from evendial_contracts.calls import CallAnswered, CallEnded, CallOriginated, Disposition
from evendial_contracts.message import Message


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


def merged(messages: Iterable[Message]) -> list[CallRecord]:
    """For each call that these facts are about what they tell together, by command."""
    records: dict[UUID, CallRecord] = {}
    for message in messages:
        if isinstance(message, CallOriginated | CallAnswered | CallEnded | SequenceEnded):
            told = _told(message)
            known = records.get(told.command_id)
            records[told.command_id] = _together(known, told) if known else told
    return sorted(records.values(), key=lambda record: record.command_id)


def _told(message: CallOriginated | CallAnswered | CallEnded | SequenceEnded) -> CallRecord:
    told = {name: getattr(message, name, None) for name in CallRecord.__struct_fields__}
    if isinstance(message, SequenceEnded):
        told["sequence_result"] = message.result
    return msgspec.convert(told, CallRecord)


def _together(known: CallRecord, told: CallRecord) -> CallRecord:
    news: dict[str, Any] = {
        name: value for name, value in msgspec.structs.asdict(told).items() if value is not None
    }
    return msgspec.structs.replace(known, **news)
