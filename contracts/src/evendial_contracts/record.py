"""What a scheduler that has lost its database asks of the campaigns service's record, by request/reply.

Every answer fits into one NATS message (1 MB). Asking again is safe.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from evendial_contracts.calls import Disposition


class RecordPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where a fact stands in the record: the order is of no other use than to go on."""

    stream: str
    version: int


class RecordedFact(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it was on the bus."""

    type: str
    data: msgspec.Raw


class HeardUpTo(msgspec.Struct, frozen=True, kw_only=True):
    """Every event up to this one of the stream that was made then is in the record, and in what follows."""

    stream_made_at: datetime
    seq: int


class AskDecided(msgspec.Struct, frozen=True, kw_only=True):
    """scheduler -> campaigns: what was decided on campaigns, trunks, devices and limits? From `after` on."""

    after: RecordPlace | None = None


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """Some of it; `last` is where to go on, None at the end."""

    facts: tuple[RecordedFact, ...]
    last: RecordPlace | None
    heard: HeardUpTo | None = None


class AskLists(msgspec.Struct, frozen=True, kw_only=True):
    """scheduler -> campaigns: which lists, redials and removals are done in a campaign?"""

    campaign_id: UUID


class ListDone(msgspec.Struct, frozen=True, kw_only=True):
    """The first `chunks` slices of an import, redial or removal are in the numbers told after this."""

    import_id: UUID
    chunks: int


class ListsDone(msgspec.Struct, frozen=True, kw_only=True):
    """All of a campaign."""

    lists: tuple[ListDone, ...]


class AskNumbers(msgspec.Struct, frozen=True, kw_only=True):
    """scheduler -> campaigns: where does each number of a campaign stand? Those after this `number_id`."""

    campaign_id: UUID
    after: int = 0


class NumberState(StrEnum):
    """Where a number stands, as far as the record has heard."""

    FREE = "free"
    SCHEDULED = "scheduled"
    CALLING = "calling"
    COMPLETED = "completed"
    WAITING_RETRY = "waiting_retry"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SUPPRESSED = "suppressed"


class EndedCall(msgspec.Struct, frozen=True, array_like=True):
    """What became of a call."""

    disposition: Disposition
    ended_at: datetime


class LastAttempt(msgspec.Struct, frozen=True, array_like=True):
    """What is known of the newest attempt at a number.

    `retry_at` is None where the scheduler has not said yet when a number that waits is due. `calls` are those
    of its generation, the newest first, if it may be called again; one that `ends` tells is not among them.
    """

    attempt_no: int
    slot_at: datetime
    state: NumberState
    disposition: Disposition | None = None
    retry_at: datetime | None = None
    suppression_id: UUID | None = None
    calls: tuple[EndedCall, ...] = ()


class RecordedNumber(msgspec.Struct, frozen=True, array_like=True):
    """An entry of a list, as `ListedNumber`, and the newest attempt at it in its generation."""

    number_id: int
    e164: str
    generation: int = 0
    reference: str | None = None
    deleted: bool = False
    last: LastAttempt | None = None


class NumbersRecorded(msgspec.Struct, frozen=True, kw_only=True):
    """Some numbers; `last` is where to go on, None at the end.

    `ends`: `call.ended` and `number.dial_voided` of attempts of which the record knows the end, but not what
    the scheduler made of it. `lifted`: those suppressions of these numbers that are gone.
    """

    numbers: tuple[RecordedNumber, ...]
    ends: tuple[RecordedFact, ...] = ()
    lifted: tuple[UUID, ...] = ()
    last: int | None = None
