from uuid import UUID, uuid4, uuid5

import pytest
from evendial_contracts.calls import Disposition
from evendial_contracts.campaigns import CampaignCreated, CampaignExhausted
from evendial_contracts.dialing import VoidReason
from evendial_scheduler.exhaustion_store import EXHAUSTED
from evendial_scheduler.ticker import Ticker

from tests.integration.scheduler.world import OWNER, World, activated, chunk, ended, imported, stopped, voided

pytestmark = pytest.mark.integration


async def said(world: World) -> list[tuple[UUID, int]]:
    return [(each.campaign_id, each.epoch) for each in await world.said(CampaignExhausted)]


async def test_it_is_said_once_when_the_last_number_has_ended(world: World) -> None:
    await world.has_a_trunk()
    campaign = await world.has_a_campaign(2, calls_per_minute=6000)
    one, two = await world.plans()
    await world.hears(ended(one, Disposition.ANSWERED))
    assert await said(world) == []
    await world.hears(ended(two, Disposition.REJECTED))
    await world.hears(ended(two, Disposition.REJECTED))
    assert await said(world) == [(campaign, 1)]
    query = "select id from outbox where type = 'campaign.exhausted.v1'"
    assert await world.pool.fetchval(query) == uuid5(campaign, "exhausted/1")


async def test_numbers_that_wait_or_are_free_again_are_still_to_be_called(world: World) -> None:
    await world.has_a_trunk()
    await world.has_a_campaign(2, calls_per_minute=6000)
    one, two = await world.plans()
    await world.hears(ended(one, Disposition.BUSY), voided(two, VoidReason.EXPIRED))
    assert await said(world) == []


async def test_it_waits_for_every_number_that_was_announced(world: World) -> None:
    await world.has_a_trunk()
    campaign, import_id = await world.has_a_campaign(1), uuid4()
    await world.hears(imported(campaign, import_id, chunks=2))
    (order,) = await world.plans()
    await world.hears(ended(order, Disposition.ANSWERED))
    await world.feed.take_in([chunk(campaign, import_id, 0, [])])
    assert await said(world) == []
    await world.feed.take_in([chunk(campaign, import_id, 1, [])])
    assert await said(world) == [(campaign, 1)]


async def test_a_slice_that_comes_twice_is_not_two(world: World) -> None:
    await world.has_a_trunk()
    campaign, import_id = await world.has_a_campaign(1, active=False), uuid4()
    await world.hears(imported(campaign, import_id, chunks=2), activated(campaign, 1))
    second = chunk(campaign, import_id, 0, [])
    await world.feed.take_in([second, second])
    await world.feed.take_in([second])
    (order,) = await world.plans()
    await world.hears(ended(order, Disposition.ANSWERED))
    assert await said(world) == []


async def test_it_is_said_again_after_an_activation_with_nothing_left(world: World) -> None:
    await world.has_a_trunk()
    campaign = await world.has_a_campaign(1)
    (order,) = await world.plans()
    await world.hears(stopped(campaign, 2), ended(order, Disposition.ANSWERED))
    assert await said(world) == []
    await world.hears(activated(campaign, 3))
    assert await said(world) == [(campaign, 3)]


async def test_a_campaign_of_which_no_list_was_heard_has_not_been_exhausted(world: World) -> None:
    campaign = uuid4()
    created = CampaignCreated(campaign_id=campaign, owner_id=OWNER, created_by=OWNER, rules=world.rules())
    await world.hears(created, activated(campaign, 1))
    assert await said(world) == []


async def test_a_tick_says_it_when_nobody_else_did(world: World) -> None:
    campaign = await world.has_a_campaign(1)
    await world.pool.execute("update number set state = 3")
    ticker = Ticker(world.pool, world.planner, 1.0, world.on_stored)
    await ticker.tick(lambda pool: False)
    assert await said(world) == []
    await world.pool.execute("update number set state = 4")
    stored = world.stored
    await ticker.tick(lambda pool: False)
    await ticker.tick(lambda pool: False)
    assert await said(world) == [(campaign, 1)]
    assert world.stored == stored + 1


async def test_the_question_never_reads_a_list_that_has_been_called(world: World) -> None:
    campaign = await world.has_a_campaign(5000)
    await world.pool.execute("update number set state = 4")
    await world.pool.execute("vacuum analyze number")
    plan = await world.pool.fetch(f"explain {EXHAUSTED}", [campaign])
    text = "\n".join(row["QUERY PLAN"] for row in plan)
    assert "number_due" in text
    assert "number_retry" in text
    assert "number_in_flight" in text
    assert "number_pkey" not in text
    assert "Seq Scan on number" not in text
