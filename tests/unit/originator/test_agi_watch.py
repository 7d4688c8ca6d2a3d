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


async def test_three_seconds_of_silence_are_trouble_until_heartbeats_come_as_they_are_said() -> None:
    hands = Hands()
    watch = AgiWatch("pbx-1", hands)
    assert watch.trouble() is not None
    await watch.hear(alive("pbx-1"))
    hands.seconds = 2.9
    assert watch.trouble() is None
    hands.seconds = 3.0
    assert watch.trouble() is not None
    await watch.hear(alive("pbx-1"))
    assert watch.trouble() is not None
    hands.seconds = 4.0
    await watch.hear(alive("pbx-1"))
    assert watch.trouble() is None


async def test_what_waited_while_the_process_was_stopped_says_nothing() -> None:
    hands = Hands()
    watch = AgiWatch("pbx-1", hands)
    await watch.hear(alive("pbx-1"))
    hands.seconds = 20.0
    for _ in range(20):
        await watch.hear(alive("pbx-1"))
    assert watch.trouble() is not None


async def test_services_beside_one_asterisk_do_not_disturb_each_other() -> None:
    hands = Hands()
    watch = AgiWatch("pbx-1", hands)
    for hands.seconds in (0.0, 1.0, 2.0, 3.0, 4.0):
        await watch.hear(alive("pbx-1"))
        await watch.hear(AgiAlive(instance="two", asterisk="pbx-1"))
        assert watch.trouble() is None
