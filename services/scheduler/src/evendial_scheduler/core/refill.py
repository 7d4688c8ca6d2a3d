"""Where a number stands in the schedule, as the campaigns service's record tells it."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from uuid import UUID

import msgspec
from evendial_contracts.calls import Disposition
from evendial_contracts.dialing import command_id
from evendial_contracts.numbers import ListedNumber
from evendial_contracts.record import EndedCall, LastAttempt, NumberState, RecordedNumber

from evendial_scheduler.core.retry_rules import Ends
from evendial_scheduler.core.state import State

GRACE = timedelta(seconds=1)
"""The longest that a command may be late."""

_FINAL = {
    NumberState.COMPLETED: State.COMPLETED,
    NumberState.FAILED: State.FAILED,
    NumberState.UNKNOWN: State.UNKNOWN,
}


class Refilled(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `number` at which an attempt was made, as the newest attempt left it."""

    number_id: int
    generation: int
    state: State
    attempts: int
    system_failures: int
    failing_since: datetime | None
    due_at: datetime
    command_id: UUID
    slot_at: datetime
    not_after: datetime
    suppression_id: UUID | None
    ends: Ends | None
    disposition: Disposition | None


def listed(number: RecordedNumber) -> ListedNumber:
    """The entry of the list."""
    return ListedNumber(number.number_id, number.e164, number.generation, number.reference, number.deleted)


def refilled(campaign_id: UUID, number: RecordedNumber, now: datetime) -> Refilled | None:
    """What has become of it; None of one at which nothing was tried in its generation.

    One whose attempt has ended without a word of the scheduler is in a call until that end is taken in. One
    that the trunk has failed is taken to have kept its attempt.
    """
    last = number.last
    if last is None:
        return None
    failures = list(takewhile(lambda call: not call.disposition.consumes_attempt, last.calls))
    state, attempts, due_at = _standing(last, bool(failures), now)
    return Refilled(
        number_id=number.number_id,
        generation=number.generation,
        state=state,
        attempts=attempts,
        system_failures=len(failures),
        failing_since=failures[-1].ended_at if failures else None,
        due_at=due_at,
        command_id=command_id(
            campaign_id, number.generation, number.number_id, last.attempt_no, last.slot_at
        ),
        slot_at=last.slot_at,
        not_after=last.slot_at + GRACE,
        suppression_id=last.suppression_id if state is State.SUPPRESSED else None,
        ends=_ends(last.calls),
        disposition=last.disposition or (last.calls[0].disposition if last.calls else None),
    )


def _standing(last: LastAttempt, failing: bool, now: datetime) -> tuple[State, int, datetime]:
    """State, attempts used up, and since when it is due."""
    before, slot_at = last.attempt_no - 1, last.slot_at
    match last.state:
        case NumberState.FREE:
            return State.WAITING_RETRY if before or failing else State.FREE, before, now
        case NumberState.SCHEDULED:
            return State.SCHEDULED, before, slot_at
        case NumberState.WAITING_RETRY if last.retry_at:
            used = last.disposition is not None and last.disposition.consumes_attempt
            return State.WAITING_RETRY, before + used, last.retry_at
        case NumberState.CALLING | NumberState.WAITING_RETRY:
            return State.CALLING, before, slot_at
        case NumberState.SUPPRESSED:
            return State.SUPPRESSED, before, slot_at
        case _:
            return _FINAL[last.state], last.attempt_no, slot_at


def _ends(calls: Sequence[EndedCall]) -> Ends | None:
    """How often it was left to be called again after an end of each kind; None: never."""
    counts = Counter(call.disposition.value for call in calls)
    ends = Ends(**{name: counts[name] for name in Ends.__struct_fields__})
    return None if ends == Ends() else ends
