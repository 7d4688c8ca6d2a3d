import asyncio
from datetime import time, timedelta
from itertools import pairwise

import pytest
from evendial_contracts.calls import Disposition
from evendial_contracts.campaigns import CampaignRulesChanged
from evendial_contracts.dialing import DialNumber, command_id
from evendial_contracts.numbers import NumberScheduled
from evendial_contracts.windows import Window
from evendial_scheduler.core.state import State
from evendial_scheduler.planner import LEAD, Planner

from tests.integration.scheduler.world import NOON, OWNER, World, activated, ended, seconds, stopped

pytestmark = pytest.mark.integration


def after_s(orders: list[DialNumber]) -> list[float]:
    return [(order.slot_at - NOON - LEAD).total_seconds() for order in orders]


async def test_ten_a_minute_are_called_at_0_6_12(world: World) -> None:
    await world.has_a_trunk()
    campaign = await world.has_a_campaign(20, calls_per_minute=10)
    orders = await world.plans_for(60)
    assert after_s(orders) == [0, 6, 12, 18, 24, 30, 36, 42, 48, 54, 60]
    assert [order.number_id for order in orders] == list(range(1, 12))
    assert await world.states(campaign) == {State.FREE: 9, State.SCHEDULED: 11}


async def test_five_a_minute_are_called_at_0_12_24_for_two_minutes(world: World) -> None:
    await world.has_a_trunk()
    await world.has_a_campaign(20, calls_per_minute=5)
    assert after_s(await world.plans_for(118)) == [0, 12, 24, 36, 48, 60, 72, 84, 96, 108]


async def test_an_order_is_announced_before_it_is_given(world: World) -> None:
    await world.has_a_trunk()
    campaign = await world.has_a_campaign(1)
    await world.plans()
    types = await world.pool.fetch("select id, type from outbox order by pos")
    (order,), (fact,) = await world.said(DialNumber), await world.said(NumberScheduled)
    assert [row["type"] for row in types] == ["number.scheduled.v1", "number.dial.v1"]
    assert order.command_id == fact.command_id == types[1]["id"]
    assert order.command_id == command_id(campaign, 0, 1, 1, NOON + LEAD)
    assert (order.epoch, order.sequence_version, order.pool) == (1, 4, "default")
    assert order.not_after - order.slot_at == seconds(0.5)


async def test_anchors_outlive_a_restart(world: World) -> None:
    await world.has_a_trunk()
    await world.has_a_campaign(20, calls_per_minute=10)
    first = await world.plans()
    reborn = World(world.pool)
    reborn.clock.now = NOON + seconds(5)
    assert after_s(first + await reborn.plans()) == [0, 6]


async def test_what_was_missed_is_not_made_up(world: World) -> None:
    await world.has_a_trunk()
    await world.has_a_campaign(20, calls_per_minute=10)
    await world.plans()
    world.clock.now += seconds(3600)
    assert after_s(await world.plans()) == [3600]


async def test_two_schedulers_at_once_plan_no_number_twice_and_keep_the_gaps(world: World) -> None:
    await world.has_a_trunk(cps=20)
    for _ in range(3):
        await world.has_a_campaign(60, calls_per_minute=600)
    other = Planner(world.pool, world.clock, 1.0, world.on_stored)
    for _ in range(4):
        await asyncio.gather(*(p.plan("default") for p in (world.planner, other, world.planner)))
        world.clock.now += seconds(1)
    orders = await world.said(DialNumber)
    assert len(orders) == len({(o.campaign_id, o.number_id) for o in orders}) == 98
    slots = sorted(order.slot_at for order in orders)
    assert all(later - earlier >= seconds(0.05) for earlier, later in pairwise(slots))
    for campaign in {order.campaign_id for order in orders}:
        own = sorted(order.slot_at for order in orders if order.campaign_id == campaign)
        assert all(later - earlier >= seconds(0.1) for earlier, later in pairwise(own))


async def test_a_campaign_that_was_stopped_gets_no_more_slots(world: World) -> None:
    await world.has_a_trunk()
    campaign = await world.has_a_campaign(20)
    assert await world.plans()
    await world.hears(stopped(campaign, 2))
    world.clock.now += seconds(10)
    assert await world.plans() == []


async def test_a_campaign_that_was_activated_again_keeps_its_gap(world: World) -> None:
    await world.has_a_trunk()
    campaign = await world.has_a_campaign(20, calls_per_minute=10)
    await world.plans()
    await world.hears(stopped(campaign, 2), activated(campaign, 3))
    orders = await world.plans_for(6)
    assert after_s(orders) == [6]
    assert orders[0].epoch == 3


async def test_changed_rules_hold_from_the_next_slot_on(world: World) -> None:
    await world.has_a_trunk()
    campaign = await world.has_a_campaign(20, calls_per_minute=30)
    await world.plans()
    rules = world.rules(calls_per_minute=20, caller_id="37052000000", ring_timeout_s=45)
    change = CampaignRulesChanged(
        campaign_id=campaign, owner_id=OWNER, changed_by=OWNER, revision=2, rules=rules
    )
    await world.hears(change)
    orders = await world.plans_for(6)
    assert after_s(orders) == [3, 6]
    assert (orders[0].caller_id, orders[0].ring_timeout_s) == ("37052000000", 45)


async def test_calls_start_when_the_window_opens_and_none_after_it_closes(world: World) -> None:
    await world.has_a_trunk()
    window = Window(start=time(12, 0, 3), stop=time(12, 0, 5, 200_000))
    await world.has_a_campaign(20, window=window)
    orders = await world.plans_for(10)
    assert [(order.slot_at - NOON).total_seconds() for order in orders] == [3, 4, 5]
    assert orders[-1].not_after == NOON + seconds(5.2)


async def test_a_list_that_is_nearly_dry_takes_no_slots_from_the_others(world: World) -> None:
    await world.has_a_trunk(cps=1)
    dry, full = await world.has_a_campaign(1, calls_per_minute=600), await world.has_a_campaign(50)
    orders = await world.plans_for(10)
    assert [order.campaign_id for order in orders].count(dry) == 1
    assert after_s(orders) == list(range(len(orders)))
    assert len(orders) == 11
    assert full in {order.campaign_id for order in orders}


@pytest.mark.parametrize("limited", ["campaign", "owner", "device", "trunk"])
async def test_no_more_is_planned_than_a_limit_of_calls_leaves(world: World, limited: str) -> None:
    await world.has_a_trunk(
        cap=3 if limited == "trunk" else None, device_cap=3 if limited == "device" else None
    )
    await world.hears(world.limits(cap=3 if limited == "owner" else None))
    await world.has_a_campaign(
        20, calls_per_minute=6000, max_concurrent_calls=3 if limited == "campaign" else None
    )
    assert len(await world.plans_for(5)) == 3


async def test_all_campaigns_of_an_owner_share_the_owners_limit(world: World) -> None:
    await world.has_a_trunk()
    await world.hears(world.limits(cap=4, revision=2), world.limits(cap=50, revision=1))
    both = {await world.has_a_campaign(20, calls_per_minute=6000) for _ in range(2)}
    orders = await world.plans_for(3)
    assert len(orders) == 4
    assert {order.campaign_id for order in orders} == both
    await world.hears(ended(orders[0], Disposition.ANSWERED, after_s=1))
    assert len(await world.plans()) == 1
    before = world.wakes.woken
    await world.hears(world.limits(cap=6, revision=3))
    assert world.wakes.woken == before + 1
    assert len(await world.plans()) == 2
    await world.hears(world.limits(cap=None, revision=4))
    assert len(await world.plans()) > 2


async def test_a_limit_of_nothing_at_once_plans_nothing(world: World) -> None:
    await world.has_a_trunk()
    await world.hears(world.limits(cap=0))
    await world.has_a_campaign(5)
    assert await world.plans() == []


async def test_a_deleted_device_is_not_called_through(world: World) -> None:
    await world.has_a_trunk()
    await world.has_a_campaign(5)
    await world.hears(world.device(revision=2, deleted=True))
    assert await world.plans() == []


async def test_only_the_pool_that_is_asked_for_is_planned(world: World) -> None:
    await world.has_a_trunk()
    await world.has_a_campaign(5)
    assert (await world.planner.plan("elsewhere")).orders == {}
    assert await world.said(DialNumber) == []


async def test_the_first_slots_are_planned_before_the_rest_and_on_the_same_grid(world: World) -> None:
    await world.has_a_trunk()
    await world.has_a_campaign(100, calls_per_minute=1200)
    assert (await world.planner.plan_first("default")).orders == {"default": 3}
    await world.planner.plan("default")
    slots = [order.slot_at for order in await world.said(DialNumber)]
    assert slots == [slots[0] + n * timedelta(milliseconds=50) for n in range(len(slots))]
    assert len(slots) == 38
