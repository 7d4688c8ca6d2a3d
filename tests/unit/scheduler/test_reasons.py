from datetime import UTC, datetime, timedelta

import pytest
from evendial_contracts.calls import Disposition
from evendial_contracts.reasons import Reason, ReasonCode
from evendial_scheduler.core.reasons import Standing, reason_of
from evendial_scheduler.core.state import State

pytestmark = pytest.mark.unit

NOW = datetime(2027, 6, 4, 12, tzinfo=UTC)
SOON, BEFORE = NOW + timedelta(seconds=1), NOW - timedelta(seconds=1)
BLOCKER = Reason(code=ReasonCode.TRUNK_FULL, limit=3, in_use=3)
TABLE = {
    (State.FREE, None): "trunk_full",
    (State.WAITING_RETRY, Disposition.BUSY): "waiting_for_retry",
    (State.SCHEDULED, None): "scheduled",
    (State.CALLING, None): "calling",
    (State.COMPLETED, Disposition.ANSWERED): "answered",
    (State.FAILED, Disposition.BUSY): "attempts_used_up",
    (State.FAILED, Disposition.NO_ANSWER): "attempts_used_up",
    (State.FAILED, Disposition.CONGESTION): "attempts_used_up",
    (State.FAILED, Disposition.REJECTED): "declined",
    (State.FAILED, Disposition.INVALID_NUMBER): "invalid_number",
    (State.FAILED, None): "attempts_used_up",
    (State.UNKNOWN, Disposition.UNKNOWN): "unknown_outcome",
    (State.REMOVED, None): "removed",
    (State.SUPPRESSED, None): "suppressed",
}


def test_every_state_is_in_the_table() -> None:
    assert {state for state, _ in TABLE} == set(State)


@pytest.mark.parametrize(("standing", "code"), TABLE.items())
def test_a_number_has_one_reason(standing: tuple[State, Disposition | None], code: str) -> None:
    state, disposition = standing
    number = Standing(state=state, disposition=disposition, due_at=SOON, slot_at=SOON)
    assert reason_of(number, BLOCKER, NOW).code == code


@pytest.mark.parametrize("due_at", [BEFORE, NOW])
def test_a_retry_that_is_due_waits_for_what_all_wait_for(due_at: datetime) -> None:
    number = Standing(state=State.WAITING_RETRY, disposition=Disposition.BUSY, due_at=due_at)
    assert reason_of(number, BLOCKER, NOW) == BLOCKER


def test_times_are_told() -> None:
    waiting = Standing(state=State.WAITING_RETRY, disposition=Disposition.BUSY, due_at=SOON)
    assert reason_of(waiting, BLOCKER, NOW).until == SOON
    assert reason_of(Standing(state=State.SCHEDULED, slot_at=SOON), BLOCKER, NOW).until == SOON
    assert reason_of(Standing(state=State.CALLING, slot_at=BEFORE), BLOCKER, NOW).since == BEFORE
