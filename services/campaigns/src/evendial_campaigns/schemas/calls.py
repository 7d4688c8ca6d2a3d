"""Calls, as the API shows them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from evendial_contracts.actions import SequenceResult
from evendial_contracts.calls import Disposition
from msgspec import Meta


class CallView(msgspec.Struct, frozen=True, kw_only=True):
    """A call that was, or may have been, originated: all that billing needs.

    `e164` is null once the number was removed. `started_at - slot_at` is how late it began; `billed_s`
    counts started seconds from answer to hangup, `hangup_cause` is the Q.850 integer, `reference` your own
    key of the number.
    """

    command_id: UUID
    number_id: int
    e164: str | None
    reference: str | None
    generation: int
    attempt_no: int
    slot_at: datetime
    originated_at: datetime | None
    started_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    disposition: Disposition | None
    hangup_cause: Annotated[int, Meta(examples=[16])] | None
    billed_s: int | None
    account_code: str | None
    device_id: UUID | None
    trunk_id: UUID | None
    sequence_result: SequenceResult | None
    actions_done: int | None
