from datetime import datetime

import pytest
from evendial_scheduler.core.trunk_pace import Pace, before_trouble, full_at, given, halved, resumed
from hypothesis import given as cases
from hypothesis import strategies as st

from tests.unit.scheduler.makers import NOON, seconds

pytestmark = pytest.mark.unit


def at(after_s: float) -> datetime:
    return NOON + seconds(after_s)


def test_a_trunk_that_nothing_is_known_against_is_given_its_set_rate() -> None:
    assert given(None, 20, NOON) == 20


def test_a_shortage_halves_it_and_each_clean_ten_seconds_give_one_more() -> None:
    pace = halved(None, 20, NOON)
    assert [given(pace, 20, at(s)) for s in (0, 9.9, 10, 20, 99.9, 100, 1000)] == [10, 10, 11, 12, 19, 20, 20]
    assert full_at(pace, 20) == at(100)


def test_one_shortage_is_answered_once() -> None:
    pace = halved(None, 20, NOON)
    assert halved(pace, 20, at(4.9)) is pace
    assert given(halved(pace, 20, at(5)), 20, at(5)) == 5


def test_it_is_never_less_than_one_call_in_five_seconds() -> None:
    pace = None
    for step in range(20):
        pace = halved(pace, 3, at(5 * step))
    assert given(pace, 3, at(96)) == 0.2


def test_after_a_standstill_it_doubles_up_to_what_it_was() -> None:
    pace = resumed(20, 20, NOON)
    assert [given(pace, 20, at(s)) for s in (0, 5, 10, 15, 20, 24.9, 25)] == [1, 2, 4, 8, 16, 16, 20]
    assert full_at(pace, 20) == at(25)


def test_a_slow_trunk_resumes_to_its_slow_pace_and_rises_from_there() -> None:
    pace = resumed(5, 20, NOON)
    assert [given(pace, 20, at(s)) for s in (10, 15, 24, 25, 165)] == [4, 5, 5, 6, 20]


def test_a_rate_that_is_set_lower_holds_at_once_and_one_that_is_set_higher_is_climbed_to() -> None:
    pace = resumed(20, 20, NOON)
    assert given(pace, 3, at(60)) == 3
    assert full_at(pace, 3) == at(10)
    assert given(pace, 50, at(45)) == 22


def test_failures_that_end_in_a_standstill_do_not_count_as_a_shortage() -> None:
    assert before_trouble(halved(None, 20, NOON), 20, at(0.3)) == 20
    assert before_trouble(halved(None, 20, NOON), 20, at(30)) == 13
    assert before_trouble(resumed(20, 20, NOON), 20, at(3)) == 20


@cases(
    start=st.floats(0.2, 10),
    reach=st.floats(0.2, 1000),
    rate=st.integers(1, 1000),
    after_s=st.floats(0, 20_000),
    more_s=st.floats(0, 100),
)
def test_it_never_falls_by_itself_and_ends_at_the_set_rate(
    start: float, reach: float, rate: int, after_s: float, more_s: float
) -> None:
    pace = Pace(start=min(start, reach), reach=reach, since=NOON)
    assert given(pace, rate, at(after_s)) <= given(pace, rate, at(after_s + more_s)) <= rate
    assert given(pace, rate, full_at(pace, rate)) == rate
