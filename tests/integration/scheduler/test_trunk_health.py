"""What is planned for a trunk that fails: nothing, then one trial, then slowly more; on a real database."""

from itertools import pairwise
from uuid import uuid4

import pytest
from evendial_contracts.calls import Disposition
from evendial_contracts.dialing import DialNumber, VoidReason
from evendial_contracts.trunks import (
    TrunkCarried,
    TrunkDegraded,
    TrunkFailing,
    TrunkRecovered,
    TrunkTrouble,
)
from evendial_scheduler.planner import Planner

from tests.integration.scheduler.world import NOON, World, ended, seconds, voided

pytestmark = pytest.mark.integration


async def plan_at(world: World, after_s: float) -> list[DialNumber]:
    world.clock.now = NOON + seconds(after_s)
    return await world.plans()


def failing(world: World, epoch: int = 0, reason: TrunkTrouble = TrunkTrouble.FAILING) -> TrunkFailing:
    now = world.clock.now
    return TrunkFailing(trunk_id=world.trunk_id, trunk_epoch=epoch, reason=reason, failing_at=now)


def carried(world: World, trial: DialNumber) -> TrunkCarried:
    now = world.clock.now
    return TrunkCarried(trunk_id=world.trunk_id, command_id=trial.command_id, carried_at=now)


async def dead(world: World) -> DialNumber:
    """A trunk of 20 calls a second that an originator has just found dead, and its first trial."""
    await world.has_a_trunk(cps=20)
    await world.has_a_campaign(500, calls_per_minute=1200)
    before = await plan_at(world, 0)
    assert len(before) == 38
    assert {(order.trunk_epoch, order.trial) for order in before} == {(0, False)}
    await world.hears(failing(world))
    assert await plan_at(world, 1) == await plan_at(world, 4.9) == []
    (trial,) = await plan_at(world, 5)
    assert (trial.trunk_epoch, trial.trial) == (1, True)
    return trial


async def test_an_open_breaker_lets_one_trial_pass_and_its_ringing_closes_it(world: World) -> None:
    trial = await dead(world)
    assert await plan_at(world, 6) == []
    await world.hears(carried(world, trial))
    slow = [await plan_at(world, 6 + second) for second in range(40)]
    assert {order.trial for orders in slow for order in orders} == {False}
    slots = sorted(order.slot_at for orders in slow for order in orders)
    assert slots[0] - trial.slot_at >= seconds(1)
    assert slots[1] - slots[0] >= seconds(1)
    assert len([slot for slot in slots if NOON + seconds(40) <= slot < NOON + seconds(41)]) == 20
    said = await world.said(TrunkDegraded)
    assert [(each.calls_per_second, each.until) for each in said] == [
        (0, NOON + seconds(5)),
        (1, NOON + seconds(31)),
    ]
    assert [each.revision for each in await world.said(TrunkRecovered)] == [3]


async def test_a_trial_that_fails_is_repeated_later_and_uses_nothing_up(world: World) -> None:
    trial = await dead(world)
    world.clock.now += seconds(1)
    await world.hears(ended(trial, Disposition.CONGESTION, after_s=0.1))
    assert await plan_at(world, 15.9) == []
    (again,) = await plan_at(world, 16)
    assert (again.trial, again.trunk_epoch, again.attempt_no) == (True, 2, 1)


async def test_a_trial_that_was_not_dialled_is_repeated_at_once(world: World) -> None:
    trial = await dead(world)
    woken = world.wakes.woken
    await world.hears(voided(trial, VoidReason.EXPIRED))
    (again,) = await plan_at(world, 6)
    assert again.trial
    await world.hears(carried(world, trial))
    assert await plan_at(world, 7) == [], "the first trial is not waited for any more"
    await world.hears(carried(world, again))
    assert world.wakes.woken == woken + 1, "a closed breaker is acted upon at once"


async def test_a_restart_keeps_the_breaker_and_the_pace(world: World) -> None:
    trial = await dead(world)
    world.planner = Planner(world.pool, world.clock, 1.0, world.on_stored)
    assert await plan_at(world, 6) == []
    await world.hears(carried(world, trial))
    world.planner = Planner(world.pool, world.clock, 1.0, world.on_stored)
    assert len(await plan_at(world, 8)) <= 2


async def test_congestion_halves_the_pace_for_a_while(world: World) -> None:
    await world.has_a_trunk(cps=20)
    await world.has_a_campaign(500, calls_per_minute=1200)
    await world.hears(failing(world, reason=TrunkTrouble.CONGESTED))
    slots = [order.slot_at for second in range(4) for order in await plan_at(world, second)]
    assert {later - slot for slot, later in pairwise(slots)} == {seconds(0.1)}
    (said,) = await world.said(TrunkDegraded)
    assert (said.calls_per_second, said.reason) == (10, TrunkTrouble.CONGESTED)


async def test_what_is_heard_twice_or_of_nobodys_trunk_changes_nothing(world: World) -> None:
    await dead(world)
    await world.hears(failing(world), failing(world))
    nobody = uuid4()
    await world.hears(
        TrunkFailing(trunk_id=nobody, trunk_epoch=0, reason=TrunkTrouble.FAILING, failing_at=NOON)
    )
    assert [each.trunk_id for each in await world.said(TrunkDegraded)] == [world.trunk_id]


async def test_the_calls_of_another_trunk_go_on(world: World) -> None:
    await dead(world)
    world.trunk_id, world.device_id = uuid4(), uuid4()
    await world.has_a_trunk(cps=20)
    campaign = await world.has_a_campaign(100, calls_per_minute=600)
    orders = await plan_at(world, 6)
    assert len(orders) == 19
    assert {order.campaign_id for order in orders} == {campaign}
