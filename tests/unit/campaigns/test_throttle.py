"""How often a sign-in may fail."""

import pytest
from evendial_campaigns.throttle import LIMIT, Throttle, TooManyAttempts

pytestmark = pytest.mark.unit


class Clock:
    """Goes when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def throttle(clock: Clock) -> Throttle:
    return Throttle(clock)


def fail(throttle: Throttle, *keys: str, times: int = LIMIT) -> None:
    for _ in range(times):
        throttle.attempt(*keys)


def test_the_sixth_failure_within_a_minute_is_refused_until_the_first_is_old(
    throttle: Throttle, clock: Clock
) -> None:
    for _ in range(LIMIT):
        throttle.attempt("mira")
        clock.now += 2
    with pytest.raises(TooManyAttempts) as refused:
        throttle.attempt("mira")
    assert refused.value.retry_after_s == 50
    clock.now += 49.9
    with pytest.raises(TooManyAttempts):
        throttle.attempt("mira")
    clock.now += 0.1
    throttle.attempt("mira")


def test_either_key_is_enough(throttle: Throttle) -> None:
    fail(throttle, "mira", "1.1.1.1")
    with pytest.raises(TooManyAttempts):
        throttle.attempt("mira", "2.2.2.2")
    with pytest.raises(TooManyAttempts):
        throttle.attempt("tom", "1.1.1.1")
    throttle.attempt("tom", "2.2.2.2")


def test_a_refused_one_does_not_count(throttle: Throttle, clock: Clock) -> None:
    fail(throttle, "mira")
    for _ in range(100):
        clock.now += 0.5
        with pytest.raises(TooManyAttempts):
            throttle.attempt("mira", "1.1.1.1")
    clock.now += 10
    fail(throttle, "mira", "1.1.1.1")


def test_one_that_was_right_does_not_count(throttle: Throttle) -> None:
    for _ in range(100):
        throttle.forgive(throttle.attempt("mira", "1.1.1.1"))
    fail(throttle, "mira", "1.1.1.1")


def test_being_right_forgives_no_failures(throttle: Throttle) -> None:
    fail(throttle, "own", "1.1.1.1", times=LIMIT - 1)
    throttle.forgive(throttle.attempt("mine", "1.1.1.1"))
    throttle.attempt("own", "1.1.1.1")
    with pytest.raises(TooManyAttempts):
        throttle.attempt("mine", "1.1.1.1")


def test_what_is_kept_is_bounded(clock: Clock) -> None:
    throttle = Throttle(clock, kept_max=100)
    for each in range(10_000):
        throttle.attempt(f"name {each}")
    assert len(throttle._failures) == 100
    fail(throttle, "name 9999", times=LIMIT - 1)
    with pytest.raises(TooManyAttempts):
        throttle.attempt("name 9999")
