"""A number as the record knows it, for a scheduler that has lost its own tables."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from uuid import UUID

import msgspec
from evendial_contracts.calls import Disposition
from evendial_contracts.dialing import command_id
from evendial_contracts.record import EndedCall, LastAttempt, NumberState, RecordedNumber

IN_HAND = (NumberState.SCHEDULED, NumberState.CALLING)
CALLS_MOST = 50
"""A dead trunk may have failed a number more often: nobody counts that far."""
FINAL = (NumberState.COMPLETED, NumberState.FAILED, NumberState.UNKNOWN)


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of a campaign's list."""

    number_id: int
    campaign_id: UUID
    e164: int
    generation: int
    reference: str | None
    deleted: bool


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """The newest that was told of a number."""

    number_id: int
    generation: int
    attempt_no: int
    slot_at: datetime
    state: NumberState
    disposition: Disposition | None
    retry_at: datetime | None


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """A call that has ended."""

    number_id: int
    generation: int
    slot_at: datetime
    disposition: Disposition
    ended_at: datetime


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """An entry with what was told of it in its generation."""

    listed: Listed
    told: Told | None

    @property
    def command_id(self) -> UUID | None:
        """The command of its newest attempt."""
        if self.told is None:
            return None
        told, listed = self.told, self.listed
        attempt = listed.generation, listed.number_id, told.attempt_no
        return command_id(listed.campaign_id, *attempt, told.slot_at)

    @property
    def unsettled(self) -> bool:
        """Whether the scheduler has not said what follows from the end of its attempt, if that has ended."""
        told = self.told
        waits = told is not None and told.state is NumberState.WAITING_RETRY and told.retry_at is None
        return waits or (told is not None and told.state in IN_HAND)

    @property
    def suppressed(self) -> bool:
        """Whether an entry keeps it from being called."""
        return self.told is not None and self.told.state is NumberState.SUPPRESSED

    @property
    def open(self) -> bool:
        """Whether it may be called again some time."""
        return self.told is not None and self.told.state not in FINAL


def known(listed: Sequence[Listed], told: Iterable[Told]) -> list[Known]:
    """Each entry with what was told of it; of an earlier generation, or of a removed one, nothing counts."""
    newest = {each.number_id: each for each in told}
    return [Known(listed=each, told=_of_now(each, newest.get(each.number_id))) for each in listed]


def recorded(number: Known, suppression_id: UUID | None, calls: Sequence[Called]) -> RecordedNumber:
    """As it is told to the scheduler; `calls` are those to it, the newest first."""
    listed = number.listed
    return RecordedNumber(
        number_id=listed.number_id,
        e164="" if listed.deleted else str(listed.e164),
        generation=listed.generation,
        reference=None if listed.deleted else listed.reference,
        deleted=listed.deleted,
        last=None if number.told is None else _attempt(number, number.told, suppression_id, calls),
    )


def _of_now(listed: Listed, told: Told | None) -> Told | None:
    return told if told and told.generation == listed.generation and not listed.deleted else None


def _attempt(number: Known, told: Told, suppression_id: UUID | None, calls: Sequence[Called]) -> LastAttempt:
    return LastAttempt(
        attempt_no=told.attempt_no,
        slot_at=told.slot_at,
        state=told.state,
        disposition=told.disposition,
        retry_at=told.retry_at,
        suppression_id=suppression_id,
        calls=tuple(_before(number, told, calls)) if number.open else (),
    )


def _before(number: Known, told: Told, calls: Sequence[Called]) -> Iterator[EndedCall]:
    """Those of this generation; without the one whose end the scheduler takes in anew."""
    of_now = (call for call in calls if call.generation == told.generation)
    told_apart = (call for call in of_now if not number.unsettled or call.slot_at < told.slot_at)
    for call in islice(told_apart, CALLS_MOST):
        yield EndedCall(call.disposition, call.ended_at)
