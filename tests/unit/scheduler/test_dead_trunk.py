"""Promise: a dead trunk costs no attempts, little is sent into it, and it is back at once when it is back."""

from collections import deque
from collections.abc import Callable
from datetime import datetime
from random import Random

import pytest

from tests.unit.scheduler.dead_trunk import DeadTrunk
from tests.unit.scheduler.makers import NOON, seconds

pytestmark = pytest.mark.unit

DIES_S, BACK_S, END_S = 40.0, 160.0, 250.0


def dead_for_two_minutes(rate: int, originators: int) -> DeadTrunk:
    world = DeadTrunk(rate, originators, lambda at: NOON + seconds(DIES_S) <= at < NOON + seconds(BACK_S))
    world.run(END_S)
    return world


@pytest.mark.parametrize("originators", [1, 2])
@pytest.mark.parametrize("rate", [1, 5, 20, 50])
def test_two_minutes_of_503_cost_under_thirty_sends_and_no_attempt(rate: int, originators: int) -> None:
    world = dead_for_two_minutes(rate, originators)
    assert 5 <= world.sent_between(DIES_S, BACK_S) < 30
    assert not [at for at in world.used_up if NOON + seconds(DIES_S) <= at < NOON + seconds(BACK_S)]


@pytest.mark.parametrize("rate", [1, 20, 50])
@pytest.mark.parametrize("back_s", [160.0, 165.0, 178.0])
def test_the_full_pace_is_back_within_a_minute(rate: int, back_s: float) -> None:
    world = DeadTrunk(rate, 1, lambda at: NOON + seconds(DIES_S) <= at < NOON + seconds(back_s))
    world.run(END_S)
    assert world.sent_between(back_s + 60, back_s + 70) >= 10 * rate - 1
    assert world.health.pace is None


@pytest.mark.parametrize("rate", [5, 50])
def test_no_second_ever_sees_more_than_the_planned_rate(rate: int) -> None:
    sent = sorted(dead_for_two_minutes(rate, 2).sent)
    for first, later in zip(sent, sent[rate + 1 :], strict=False):
        assert later - first >= seconds(1)


def test_a_blip_of_a_second_costs_seconds_not_a_minute() -> None:
    world = DeadTrunk(20, 1, lambda at: NOON + seconds(40) <= at < NOON + seconds(41))
    world.run(120)
    assert world.sent_between(46, 48) > 0
    assert world.sent_between(75, 85) >= 199


def test_a_trunk_that_relapses_all_the_time_is_not_called_all_the_time() -> None:
    world = DeadTrunk(20, 1, lambda at: at.second % 10 < 8 and at >= NOON + seconds(40))
    world.run(160)
    assert world.sent_between(40, 160) < 150


def with_room_for(calls_per_second: int) -> Callable[[datetime], bool]:
    carried: deque[datetime] = deque(maxlen=calls_per_second)

    def fails(at: datetime) -> bool:
        full = len(carried) == calls_per_second and carried[0] > at - seconds(1)
        if not full:
            carried.append(at)
        return full

    return fails


def test_a_trunk_that_is_asked_for_twice_its_calls_carries_most_of_them_and_refuses_few() -> None:
    world = DeadTrunk(20, 1, with_room_for(10))
    world.run(400)
    carried = sum(at >= NOON + seconds(60) for at in world.used_up)
    assert carried > 340 * 10 * 0.75
    assert carried > 0.85 * world.sent_between(60, 400)


def test_a_few_numbers_that_the_trunk_has_no_way_to_hardly_slow_it_down() -> None:
    chance = Random(1)
    world = DeadTrunk(20, 1, lambda _: chance.random() < 0.03)
    world.run(400)
    assert world.sent_between(60, 400) > 340 * 20 * 0.85
    assert world.health.epoch == 0
