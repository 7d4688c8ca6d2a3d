"""What is known of a number, from the facts about its attempts in whatever order they come."""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

import msgspec
from evendial_contracts.calls import CallAnswered, CallEnded, CallOriginated, Disposition
from evendial_contracts.message import AttemptFact, Message
from evendial_contracts.numbers import (
    NumberFailed,
    NumberReleased,
    NumberScheduled,
    NumberSuppressed,
    NumberWaitingRetry,
)


class NumberState(StrEnum):
    """Where a number of a campaign stands; one of which nothing was heard is free."""

    FREE = "free"
    SCHEDULED = "scheduled"
    CALLING = "calling"
    COMPLETED = "completed"
    WAITING_RETRY = "waiting_retry"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SUPPRESSED = "suppressed"


FINAL = (NumberState.COMPLETED, NumberState.FAILED, NumberState.UNKNOWN, NumberState.SUPPRESSED)
"""States that a number leaves by a person's act alone."""

RANKS: dict[type[AttemptFact], int] = {
    NumberScheduled: 1,
    CallOriginated: 2,
    CallAnswered: 3,
    CallEnded: 4,
    NumberSuppressed: 4,
    NumberWaitingRetry: 5,
    NumberFailed: 5,
    NumberReleased: 5,
}
"""The order in which the facts about one attempt happen: what was suppressed is released with the entry."""

EARLIEST = datetime.min.replace(tzinfo=UTC)


class NumberProgress(msgspec.Struct, frozen=True, kw_only=True):
    """Where one number stood after one fact; what has the highest `order` holds."""

    number_id: int
    campaign_id: UUID
    generation: int
    slot_at: datetime
    rank: int
    state: NumberState
    attempt_no: int
    disposition: Disposition | None = None
    reason: str | None = None
    retry_at: datetime | None = None

    @property
    def order(self) -> tuple[object, ...]:
        """Later generations, then later slots, then later facts of one attempt win.

        The rest only decides, always alike, between facts of one attempt that the contracts exclude.
        """
        retry_at = self.retry_at or EARLIEST
        told = self.state, self.attempt_no, self.disposition or "", self.reason or "", retry_at
        return self.generation, self.slot_at, self.rank, *told


def latest(messages: Iterable[Message]) -> list[NumberProgress]:
    """For each number that these facts are about its newest progress, by number."""
    newest: dict[int, NumberProgress] = {}
    for message in messages:
        if isinstance(message, AttemptFact) and type(message) in RANKS:
            progress = _progress(message)
            known = newest.get(progress.number_id)
            if known is None or progress.order > known.order:
                newest[progress.number_id] = progress
    return sorted(newest.values(), key=lambda progress: progress.number_id)


def _progress(fact: AttemptFact) -> NumberProgress:
    return NumberProgress(
        number_id=fact.number_id,
        campaign_id=fact.campaign_id,
        generation=fact.generation,
        slot_at=fact.slot_at,
        rank=RANKS[type(fact)],
        state=_state(fact),
        attempt_no=fact.attempt_no,
        disposition=getattr(fact, "disposition", None),
        reason=getattr(fact, "reason", None),
        retry_at=getattr(fact, "retry_at", None) or getattr(fact, "not_before", None),
    )


def _state(fact: AttemptFact) -> NumberState:
    match fact:
        case NumberScheduled():
            return NumberState.SCHEDULED
        case CallOriginated() | CallAnswered():
            return NumberState.CALLING
        case CallEnded():
            return _FINAL_BY_ITSELF.get(fact.disposition, NumberState.WAITING_RETRY)
        case NumberFailed():
            return _FINAL_BY_ITSELF.get(fact.disposition, NumberState.FAILED)
        case NumberSuppressed():
            return NumberState.SUPPRESSED
        case NumberReleased():
            return NumberState.FREE
        case _:
            return NumberState.WAITING_RETRY


_FINAL_BY_ITSELF = {
    Disposition.ANSWERED: NumberState.COMPLETED,
    Disposition.UNKNOWN: NumberState.UNKNOWN,
}
"""Of any other ended call the scheduler says whether the number is due again; until then it waits."""
