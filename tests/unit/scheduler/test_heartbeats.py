from datetime import UTC, datetime, timedelta

import pytest
from evendial_chassis.clock import Clock
from evendial_contracts.requests import OriginatorAlive, OriginatorTroubled, Trouble
from evendial_scheduler.core.crew import Crew
from evendial_scheduler.heartbeats import Heartbeats

pytestmark = pytest.mark.unit

BEAT = OriginatorAlive(pool="default", instance="one")
TROUBLED = OriginatorTroubled(pool="default", instance="one", trouble=Trouble.NO_AGI)
START = datetime(2027, 6, 4, 12, tzinfo=UTC)


class Time(Clock):
    """A clock that the test sets, and how often somebody was found."""

    def __init__(self) -> None:
        self.passed_s = 0.0
        self.found = 0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.passed_s)

    def monotonic(self) -> float:
        return 1000.0 + self.passed_s

    def find(self) -> None:
        self.found += 1


async def test_a_pool_is_alive_for_three_seconds_after_each_beat() -> None:
    time = Time()
    heartbeats = Heartbeats(time.find, time)
    assert not heartbeats.alive("default")
    await heartbeats.hear(BEAT)
    time.passed_s += 3
    assert heartbeats.alive("default")
    assert not heartbeats.alive("elsewhere")
    time.passed_s += 0.001
    assert not heartbeats.alive("default")


async def test_a_pool_is_found_at_its_first_beat_and_after_each_silence() -> None:
    time = Time()
    heartbeats = Heartbeats(time.find, time)
    for pause in (0, 1, 2.5, 4, 1):
        time.passed_s += pause
        await heartbeats.hear(BEAT)
    assert time.found == 2


async def test_an_originator_that_cannot_dial_is_known_for_its_trouble_while_it_tells_of_it() -> None:
    time = Time()
    heartbeats = Heartbeats(time.find, time)
    assert heartbeats.crew("default") == Crew(pool="default", can_dial=False, since=START)
    await heartbeats.hear(BEAT)
    assert heartbeats.crew("default").can_dial
    time.passed_s += 4
    await heartbeats.hear_trouble(TROUBLED)
    assert not heartbeats.alive("default")
    troubled = Crew(pool="default", can_dial=False, since=START, trouble=Trouble.NO_AGI)
    assert heartbeats.crew("default") == troubled
    time.passed_s += 4
    assert heartbeats.crew("default").trouble is None
    await heartbeats.hear(BEAT)
    assert heartbeats.crew("default").can_dial
