"""Limits over all trunks and pools, and shares by weight, also while several schedulers plan at once."""

import asyncio
from collections import Counter
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from evendial_contracts.calls import Disposition
from evendial_contracts.dialing import DialNumber
from evendial_scheduler.core.room import NO_CEILING, System
from evendial_scheduler.planner import Planner
from msgspec.structs import replace

from tests.integration.scheduler.world import World, ended, seconds

pytestmark = pytest.mark.integration


def planner(world: World, ceiling: System = NO_CEILING) -> Planner:
    return Planner(world.pool, world.clock, 1.0, world.on_stored, ceiling)


async def has_another_trunk(world: World, pool: str = "elsewhere") -> None:
    """What is made from now on calls through it."""
    world.trunk_id, world.device_id = uuid4(), uuid4()
    await world.hears(replace(world.trunk(cps=50), pool=pool), world.device())


async def by_campaign(world: World) -> Counter[UUID]:
    return Counter(order.campaign_id for order in await world.said(DialNumber))


async def test_slots_of_all_pools_keep_the_systems_distance_whoever_plans_them(world: World) -> None:
    await world.has_a_trunk(cps=50)
    here = await world.has_a_campaign(200, calls_per_minute=600)
    await has_another_trunk(world)
    there = await world.has_a_campaign(200, calls_per_minute=600)
    ceiling = System(calls_per_second=5)
    one, other = planner(world, ceiling), planner(world, ceiling)
    for _ in range(10):
        await asyncio.gather(one.plan("default", "elsewhere"), other.plan("elsewhere"), other.plan("default"))
        world.clock.now += seconds(1)
    slots = sorted(order.slot_at for order in await world.said(DialNumber))
    assert {later - slot for slot, later in pairwise(slots)} == {seconds(0.2)}
    assert len(slots) == 55
    assert set(await by_campaign(world)) == {here, there}


async def test_pools_share_the_systems_calls_by_weight(world: World) -> None:
    await world.has_a_trunk(cps=50)
    light = await world.has_a_campaign(200, calls_per_minute=600)
    await has_another_trunk(world)
    heavy = await world.has_a_campaign(200, calls_per_minute=600, weight=3)
    for _ in range(10):
        await planner(world, System(calls_per_second=4)).plan("elsewhere", "default")
        world.clock.now += seconds(1)
    got = await by_campaign(world)
    assert got.total() == 44
    assert abs(got[heavy] - 3 * got[light]) <= 4


async def test_campaigns_of_a_full_trunk_share_it_by_weight_through_any_number_of_restarts(
    world: World,
) -> None:
    await world.has_a_trunk(cps=4)
    light = await world.has_a_campaign(200, calls_per_minute=600)
    heavy = await world.has_a_campaign(200, calls_per_minute=600, weight=3)
    for _ in range(10):
        await planner(world).plan("default")
        world.clock.now += seconds(1)
    got = await by_campaign(world)
    assert got.total() == 44
    assert abs(got[heavy] - 33) <= 1
    assert abs(got[light] - 11) <= 1


async def test_no_more_calls_at_once_are_planned_than_the_system_may_have(world: World) -> None:
    await world.has_a_trunk(cps=50)
    await world.has_a_campaign(20, calls_per_minute=600)
    await has_another_trunk(world)
    await world.has_a_campaign(20, calls_per_minute=600)
    one, other = (planner(world, System(max_concurrent_calls=3)) for _ in range(2))
    await asyncio.gather(one.plan("default"), other.plan("elsewhere"))
    orders = await world.said(DialNumber)
    assert [order.caps.system for order in orders] == [3, 3, 3]
    await world.hears(ended(orders[0], Disposition.ANSWERED, after_s=1))
    world.clock.now += seconds(1)
    await one.plan("default", "elsewhere")
    assert len(await world.said(DialNumber)) == 4


async def test_without_a_ceiling_nobody_waits_for_the_plan_of_another_pool(world: World) -> None:
    await world.has_a_trunk(cps=50)
    await world.has_a_campaign(5)
    async with world.pool.acquire() as connection, connection.transaction():
        await connection.execute("select from ceiling for update")
        await asyncio.wait_for(planner(world).plan("default"), 20)
    assert await world.said(DialNumber)
