from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from evendial_contracts.calls import Disposition
from evendial_contracts.dialing import command_id
from evendial_contracts.record import EndedCall, LastAttempt, NumberState, RecordedNumber
from evendial_scheduler.core.refill import Refilled, listed, refilled
from evendial_scheduler.core.retry_rules import Ends
from evendial_scheduler.core.state import State

pytestmark = pytest.mark.unit

NOW = datetime(2027, 6, 4, 12, tzinfo=UTC)
SLOT = NOW - timedelta(minutes=3)
RETRY = NOW + timedelta(minutes=2)
CAMPAIGN, ENTRY = UUID(int=1), UUID(int=2)


def number(**last: Any) -> RecordedNumber:
    return RecordedNumber(7, "37060000007", 2, "row 7", last=LastAttempt(slot_at=SLOT, **last))


def told(**last: Any) -> Refilled:
    found = refilled(CAMPAIGN, number(attempt_no=3, **last), NOW)
    assert found
    return found


def test_an_entry_is_what_its_list_said() -> None:
    entry = listed(number(attempt_no=1, state=NumberState.FREE))
    assert (entry.number_id, entry.e164, entry.generation, entry.reference) == (7, "37060000007", 2, "row 7")
    assert listed(RecordedNumber(8, "", deleted=True)).deleted


def test_one_that_was_never_tried_has_nothing_to_add() -> None:
    assert refilled(CAMPAIGN, RecordedNumber(7, "37060000007"), NOW) is None


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ({"state": NumberState.SCHEDULED}, (State.SCHEDULED, 2, SLOT)),
        ({"state": NumberState.CALLING}, (State.CALLING, 2, SLOT)),
        ({"state": NumberState.COMPLETED}, (State.COMPLETED, 3, SLOT)),
        ({"state": NumberState.FAILED}, (State.FAILED, 3, SLOT)),
        ({"state": NumberState.UNKNOWN}, (State.UNKNOWN, 3, SLOT)),
        ({"state": NumberState.FREE}, (State.WAITING_RETRY, 2, NOW)),
        ({"state": NumberState.SUPPRESSED, "suppression_id": ENTRY}, (State.SUPPRESSED, 2, SLOT)),
        (
            {"state": NumberState.WAITING_RETRY, "disposition": Disposition.BUSY, "retry_at": RETRY},
            (State.WAITING_RETRY, 3, RETRY),
        ),
        (
            {"state": NumberState.WAITING_RETRY, "disposition": Disposition.CONGESTION, "retry_at": RETRY},
            (State.WAITING_RETRY, 2, RETRY),
        ),
        ({"state": NumberState.WAITING_RETRY, "disposition": Disposition.BUSY}, (State.CALLING, 2, SLOT)),
    ],
)
def test_each_state_of_the_record_is_one_of_the_schedule(
    last: dict[str, Any], expected: tuple[State, int, datetime]
) -> None:
    row = told(**last)
    assert (row.state, row.attempts, row.due_at) == expected
    assert (row.suppression_id, row.disposition) == (last.get("suppression_id"), last.get("disposition"))


def test_a_first_attempt_that_was_voided_leaves_the_number_free() -> None:
    row = refilled(CAMPAIGN, number(attempt_no=1, state=NumberState.FREE), NOW)
    assert row
    assert (row.state, row.attempts) == (State.FREE, 0)


def test_its_command_is_the_one_that_was_ordered() -> None:
    row = told(state=NumberState.CALLING)
    assert row.command_id == command_id(CAMPAIGN, 2, 7, 3, SLOT)
    assert (row.slot_at, row.not_after) == (SLOT, SLOT + timedelta(seconds=1))


def test_what_its_calls_ended_as_is_counted_and_failures_in_a_row_by_themselves() -> None:
    ends = [Disposition.CONGESTION, Disposition.FAILED_SYSTEM, Disposition.BUSY, Disposition.CONGESTION]
    calls = tuple(EndedCall(end, SLOT - timedelta(minutes=n)) for n, end in enumerate(ends))
    row = told(state=NumberState.CALLING, calls=calls)
    assert row.ends == Ends(congestion=2, failed_system=1, busy=1)
    assert (row.system_failures, row.failing_since) == (2, SLOT - timedelta(minutes=1))
    assert told(state=NumberState.CALLING).ends is None
