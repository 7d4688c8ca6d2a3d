"""Whose heartbeats count, and for how long."""

import pytest
from evendial_chassis.clock import Clock
from evendial_contracts.requests import AgiAlive
from evendial_originator.agi_watch import AgiWatch

pytestmark = pytest.mark.unit


class Hands(Clock):
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds


def alive(asterisk: str) -> AgiAlive:
    return AgiAlive(instance="one", asterisk=asterisk)


@pytest.mark.parametrize(("asterisk", "counts"), [("pbx-1", True), ("", True), ("pbx-2", False)])
async def test_only_the_agi_services_of_its_own_asterisk_count(asterisk: str, counts: bool) -> None:
    watch = AgiWatch("pbx-1", Hands())
    await watch.hear(alive(asterisk))
    assert (watch.trouble() is None) is counts


async def test_three_seconds_of_silence_are_trouble_until_the_next_heartbeat() -> None:
    hands = Hands()
    watch = AgiWatch("pbx-1", hands)
    assert watch.trouble() is not None
    await watch.hear(alive("pbx-1"))
    hands.seconds = 2.9
    assert watch.trouble() is None
    hands.seconds = 3.0
    assert watch.trouble() is not None
    await watch.hear(alive("pbx-1"))
    assert watch.trouble() is None
