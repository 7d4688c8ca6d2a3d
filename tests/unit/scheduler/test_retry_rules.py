from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from evendial_contracts.calls import Disposition
from evendial_contracts.retries import Retry, RetryPolicy
from evendial_scheduler.core.retry import Standing, after_call
from evendial_scheduler.core.retry_rules import Ends, RetryRules
from evendial_scheduler.core.state import State
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.unit

ENDED = datetime(2027, 6, 4, 12, tzinfo=UTC)
FRESH = Standing(state=State.CALLING, attempts=0, system_failures=0, failing_since=None, due_at=ENDED)
NEVER = {Disposition.ANSWERED, Disposition.INVALID_NUMBER, Disposition.UNKNOWN}
BUSY, NO_ANSWER, CONGESTION = Disposition.BUSY, Disposition.NO_ANSWER, Disposition.CONGESTION

RETRY = st.builds(
    Retry,
    delays_s=st.lists(st.integers(0, 9_000), max_size=3).map(tuple),
    max_retries=st.none() | st.integers(0, 3),
)
POLICY = st.builds(RetryPolicy, **dict.fromkeys(RetryPolicy.__struct_fields__, st.none() | RETRY))
RULES = st.builds(
    RetryRules,
    max_retries=st.integers(0, 4),
    retry_delay_s=st.integers(0, 9_000),
    retry_policy=st.none() | POLICY,
)


def policy(**outcomes: Retry) -> RetryRules:
    return RetryRules(max_retries=9, retry_delay_s=300, retry_policy=RetryPolicy(**outcomes))


def waits(rules: RetryRules, *ends: Disposition) -> list[int | None]:
    """How many seconds after each of these ends the number is due again; None: never."""
    number, waited = FRESH, list[int | None]()
    for end in ends:
        number = after_call(number, rules, end, ENDED, None)
        again = number.state is State.WAITING_RETRY
        waited.append(round((number.due_at - ENDED).total_seconds()) if again else None)
    return waited


def test_each_outcome_has_its_own_delay_and_the_others_the_plain_one() -> None:
    rules = policy(busy=Retry(delays_s=(60,)), congestion=Retry(delays_s=(20,)))
    assert waits(rules, BUSY, NO_ANSWER, CONGESTION) == [60, 300, 20]


def test_a_list_of_delays_is_walked_by_its_own_outcome_and_its_last_one_repeats() -> None:
    rules = policy(busy=Retry(delays_s=(60, 1800)), no_answer=Retry(delays_s=(5, 6)))
    assert waits(rules, BUSY, NO_ANSWER, BUSY, BUSY, NO_ANSWER) == [60, 5, 1800, 1800, 6]


def test_an_outcome_may_be_retried_less_often_than_the_campaign_allows() -> None:
    rules = policy(busy=Retry(max_retries=2))
    assert waits(rules, BUSY, NO_ANSWER, BUSY, BUSY) == [300, 300, 300, None]
    assert waits(policy(no_answer=Retry(max_retries=0)), NO_ANSWER) == [None]


def test_a_decline_is_rung_again_only_where_it_is_asked_for() -> None:
    assert waits(policy(busy=Retry()), Disposition.REJECTED) == [None]
    assert waits(policy(rejected=Retry(delays_s=(86_400,))), Disposition.REJECTED) == [86_400]


def test_failures_of_the_trunk_end_a_number_only_where_that_is_asked_for() -> None:
    assert waits(policy(busy=Retry()), *[CONGESTION] * 50) == [300] * 50
    assert waits(policy(congestion=Retry(max_retries=2)), *[CONGESTION] * 3) == [300, 300, None]


def test_ends_are_counted_without_a_policy_too_so_that_one_may_come_later() -> None:
    plain = RetryRules(max_retries=9, retry_delay_s=300)
    number = after_call(FRESH, plain, BUSY, ENDED, None)
    assert number.ends == Ends(busy=1)
    then = after_call(number, policy(busy=Retry(delays_s=(60, 1800))), BUSY, ENDED, None)
    assert then.due_at == ENDED + timedelta(seconds=1800)


@given(RULES, st.lists(st.sampled_from(Disposition), max_size=12), st.booleans())
def test_no_policy_leads_beyond_the_attempts_of_the_campaign(
    rules: RetryRules, ends: list[Disposition], trunk_is_healthy: bool
) -> None:
    number, attempts = FRESH, 0
    for end in ends:
        attempts += end.consumes_attempt
        number = after_call(number, rules, end, ENDED, ENDED + timedelta(1) if trunk_is_healthy else None)
        assert end not in NEVER or number.state is not State.WAITING_RETRY
        if number.state is not State.WAITING_RETRY:
            break
    assert attempts <= 1 + rules.max_retries
    assert number.attempts <= 1 + rules.max_retries


@given(RULES, st.sampled_from(sorted(set(Disposition) - NEVER)))
def test_an_empty_policy_is_none(rules: RetryRules, end: Disposition) -> None:
    none, empty = (msgspec.structs.replace(rules, retry_policy=each) for each in (None, RetryPolicy()))
    assert after_call(FRESH, none, end, ENDED, None) == after_call(FRESH, empty, end, ENDED, None)
