from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from evendial_contracts.calls import Disposition
from evendial_contracts.dialing import VoidReason
from evendial_scheduler.core.retry import Standing, after_call, after_void
from evendial_scheduler.core.retry_rules import Ends, RetryRules
from evendial_scheduler.core.state import State

pytestmark = pytest.mark.unit

NOON = datetime(2027, 6, 4, 12, tzinfo=UTC)
ENDED = NOON + timedelta(seconds=40)
MINUTE = timedelta(minutes=1)
RULES = RetryRules(max_retries=1, retry_delay_s=300)
CALLING = Standing(state=State.CALLING, attempts=0, system_failures=0, failing_since=None, due_at=NOON)


def calling(**changes: object) -> Standing:
    return msgspec.structs.replace(CALLING, **changes)


@pytest.mark.parametrize("disposition", [Disposition.BUSY, Disposition.NO_ANSWER])
def test_unsuccessful_is_tried_again_after_the_delay_from_its_end(disposition: Disposition) -> None:
    after = after_call(CALLING, RULES, disposition, ENDED, None)
    due_at, ends = ENDED + timedelta(seconds=300), Ends().and_one(disposition)
    assert after == calling(state=State.WAITING_RETRY, attempts=1, due_at=due_at, ends=ends)


@pytest.mark.parametrize(("max_retries", "attempts"), [(0, 0), (1, 1), (5, 5)])
def test_unsuccessful_fails_when_the_attempts_are_used_up(max_retries: int, attempts: int) -> None:
    rules = RetryRules(max_retries=max_retries, retry_delay_s=300)
    after = after_call(calling(attempts=attempts), rules, Disposition.BUSY, ENDED, None)
    assert (after.state, after.attempts) == (State.FAILED, attempts + 1)


@pytest.mark.parametrize(
    ("disposition", "state"),
    [
        (Disposition.ANSWERED, State.COMPLETED),
        (Disposition.UNKNOWN, State.UNKNOWN),
        (Disposition.INVALID_NUMBER, State.FAILED),
        (Disposition.REJECTED, State.FAILED),
    ],
)
def test_the_others_use_the_attempt_up_and_are_final(disposition: Disposition, state: State) -> None:
    after = after_call(CALLING, RULES, disposition, ENDED, None)
    assert (after.state, after.attempts) == (state, 1)


@pytest.mark.parametrize("disposition", [Disposition.CONGESTION, Disposition.FAILED_SYSTEM])
def test_a_failure_of_the_trunk_uses_nothing_up(disposition: Disposition) -> None:
    after = after_call(CALLING, RULES, disposition, ENDED, None)
    assert after == calling(
        state=State.WAITING_RETRY,
        system_failures=1,
        failing_since=ENDED,
        due_at=ENDED + timedelta(seconds=300),
        ends=Ends().and_one(disposition),
    )


def test_a_dead_trunk_uses_nothing_up_however_long_it_is_dead() -> None:
    number = CALLING
    for minute in range(100):
        number = after_call(number, RULES, Disposition.CONGESTION, ENDED + minute * MINUTE, NOON)
    assert (number.state, number.attempts, number.system_failures) == (State.WAITING_RETRY, 0, 100)


def test_the_third_failure_in_a_row_counts_when_the_trunk_carried_another_call() -> None:
    healthy = ENDED + MINUTE
    number, used = CALLING, []
    for minute in (0, 2, 4, 6):
        number = after_call(number, RULES, Disposition.FAILED_SYSTEM, ENDED + minute * MINUTE, healthy)
        used.append((number.attempts, number.state))
    waiting = State.WAITING_RETRY
    assert used == [(0, waiting), (0, waiting), (1, waiting), (2, State.FAILED)]


def test_another_end_begins_the_row_anew() -> None:
    failing = calling(system_failures=2, failing_since=NOON)
    after = after_call(failing, RULES, Disposition.BUSY, ENDED, ENDED)
    assert (after.system_failures, after.failing_since) == (0, None)


@pytest.mark.parametrize("reason", [VoidReason.STOPPED, VoidReason.EXPIRED, VoidReason.TOMBSTONE])
def test_a_void_frees_the_number_in_its_place(reason: VoidReason) -> None:
    assert after_void(CALLING, reason, ENDED) == msgspec.structs.replace(CALLING, state=State.FREE)


@pytest.mark.parametrize("before", [calling(attempts=1), calling(system_failures=1, failing_since=NOON)])
def test_a_retry_that_is_voided_is_still_a_retry(before: Standing) -> None:
    after = after_void(before, VoidReason.EXPIRED, ENDED)
    assert after == msgspec.structs.replace(before, state=State.WAITING_RETRY)


@pytest.mark.parametrize("reason", [VoidReason.IN_ANOTHER_CALL, VoidReason.CAP])
def test_a_void_that_would_come_again_sends_the_number_behind_the_others(reason: VoidReason) -> None:
    assert after_void(CALLING, reason, ENDED) == calling(state=State.FREE, due_at=ENDED)


def test_what_came_of_an_attempt_that_this_database_has_forgotten_is_unknown() -> None:
    assert after_void(calling(attempts=1), VoidReason.ATTEMPT_HELD, ENDED) == calling(
        state=State.UNKNOWN, attempts=2
    )


def test_who_is_suppressed_is_not_called_again_by_itself() -> None:
    assert after_void(calling(attempts=1), VoidReason.SUPPRESSED, ENDED) == calling(
        state=State.SUPPRESSED, attempts=1
    )
