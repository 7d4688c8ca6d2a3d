from itertools import permutations
from uuid import UUID, uuid4

import asyncpg
import pytest
from evendial_contracts.campaigns import CampaignCreated, CampaignRulesChanged, SequenceChanged
from evendial_contracts.dialing import DialNumber, VoidReason
from evendial_contracts.message import Message
from msgspec.structs import replace

from tests.integration.scheduler.world import (
    OWNER,
    World,
    activated,
    chunk,
    imported,
    stopped,
    voided,
)

pytestmark = pytest.mark.integration


def story(world: World, campaign_id: UUID) -> list[Message]:
    """Facts about a campaign that ends up active under epoch 3, with the second rules and sequence."""
    about = {"campaign_id": campaign_id, "owner_id": OWNER}
    return [
        CampaignCreated(**about, created_by=OWNER, rules=world.rules(calls_per_minute=1)),
        CampaignRulesChanged(**about, changed_by=OWNER, revision=1, rules=world.rules(calls_per_minute=7)),
        SequenceChanged(**about, changed_by=OWNER, sequence_version=1, actions=()),
        SequenceChanged(**about, changed_by=OWNER, sequence_version=2, actions=()),
        stopped(campaign_id, 2),
        activated(campaign_id, 3),
    ]


async def row_of(world: World, campaign_id: UUID) -> tuple[object, ...]:
    query = """
        select rules_revision, rules->>'calls_per_minute', sequence_version, epoch, active, device_id
        from campaign where campaign_id = $1
    """
    (row,) = await world.pool.fetch(query, campaign_id)
    return tuple(row)


async def test_facts_in_any_order_and_twice_end_up_the_same(world: World) -> None:
    for order in list(permutations(range(6)))[::37]:
        campaign_id = uuid4()
        told = story(world, campaign_id)
        for index in (*order, *order[:3]):
            await world.hears(told[index])
        assert await row_of(world, campaign_id) == (1, "7", 2, 3, True, world.device_id)


async def test_the_newest_definition_of_a_trunk_holds(world: World) -> None:
    await world.hears(world.trunk(cps=5, revision=2), world.trunk(cps=9, revision=1))
    assert await world.pool.fetchval("select calls_per_second from trunk") == 5


async def test_what_can_never_be_planned_is_refused_alone(world: World) -> None:
    about = {"campaign_id": uuid4(), "owner_id": OWNER, "created_by": OWNER}
    with pytest.raises(ValueError, match="time_zone"):
        await world.hears(CampaignCreated(**about, rules=world.rules(time_zone="Mars/Olympus")))
    with pytest.raises(asyncpg.CheckViolationError):
        await world.hears(CampaignCreated(**about, rules=world.rules(calls_per_minute=0)))
    with pytest.raises(asyncpg.CheckViolationError):
        await world.hears(world.trunk(cps=0))


async def test_a_failure_leaves_nothing_behind(world: World) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await world.hears(world.device(), world.trunk(cps=0))
    assert await world.pool.fetchval("select count(*) from device") == 0


async def test_planning_is_woken_by_what_may_be_planned_at_once(world: World) -> None:
    await world.has_a_trunk()
    campaign = await world.has_a_campaign(1, active=False)
    before = world.wakes.woken
    await world.hears(imported(campaign, uuid4(), chunks=1))
    assert world.wakes.woken == before
    await world.hears(activated(campaign, 1))
    assert world.wakes.woken == before + 1


async def test_planning_hears_of_numbers_that_may_be_called(world: World) -> None:
    await world.has_a_trunk()
    campaign = await world.has_a_campaign(1)
    assert world.wakes.came == {campaign}
    world.wakes.came.clear()
    (order,) = await world.plans()
    await world.hears(voided(order, VoidReason.EXPIRED))
    assert world.wakes.came == {campaign}


async def test_numbers_keep_their_digits_reference_and_order(world: World) -> None:
    await world.has_a_trunk()
    campaign = await world.has_a_campaign(0, active=False, calls_per_minute=6000)
    await world.feed.take_in([chunk(campaign, uuid4(), 0, [3, 1, 2])])
    await world.hears(activated(campaign, 1))
    orders = await world.plans()
    assert [(o.number_id, o.e164, o.reference) for o in orders] == [
        (n, f"3706000000{n}", f"row {n}") for n in (1, 2, 3)
    ]


async def test_a_number_that_is_here_already_stays_as_it_is(world: World) -> None:
    await world.has_a_trunk()
    campaign = await world.has_a_campaign(2)
    assert await world.plans()
    before = await world.pool.fetch("select * from number order by number_id")
    await world.feed.take_in([chunk(campaign, uuid4(), 0, [1, 2])])
    assert await world.pool.fetch("select * from number order by number_id") == before


@pytest.mark.parametrize(
    "e164", ["0037060000001", "+37060000001", "37060 00001", "37", "\uff13\uff17\uff10\uff16"]
)
async def test_digits_that_would_change_on_the_way_are_refused(world: World, e164: str) -> None:
    plain = chunk(uuid4(), uuid4(), 0, [5])
    (number,) = plain.numbers
    bad = replace(plain, numbers=(replace(number, e164=e164),))
    with pytest.raises(ValueError, match="number_id 5"):
        await world.feed.take_in([bad])
    assert await world.said(DialNumber) == []
    assert await world.pool.fetchval("select count(*) from import_chunk") == 0
