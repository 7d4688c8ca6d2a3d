import pytest
from evendial_contracts.requests import OriginatorAlive
from evendial_scheduler.heartbeats import Heartbeats

pytestmark = pytest.mark.unit

BEAT = OriginatorAlive(pool="default", instance="one")


class Time:
    """A clock that the test sets, and how often somebody was found."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.found = 0

    def __call__(self) -> float:
        return self.now

    def find(self) -> None:
        self.found += 1


async def test_a_pool_is_alive_for_three_seconds_after_each_beat() -> None:
    time = Time()
    heartbeats = Heartbeats(time.find, time)
    assert not heartbeats.alive("default")
    await heartbeats.hear(BEAT)
    time.now += 3
    assert heartbeats.alive("default")
    assert not heartbeats.alive("elsewhere")
    time.now += 0.001
    assert not heartbeats.alive("default")


async def test_a_pool_is_found_at_its_first_beat_and_after_each_silence() -> None:
    time = Time()
    heartbeats = Heartbeats(time.find, time)
    for pause in (0, 1, 2.5, 4, 1):
        time.now += pause
        await heartbeats.hear(BEAT)
    assert time.found == 2
