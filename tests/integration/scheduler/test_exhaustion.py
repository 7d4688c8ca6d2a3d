from collections.abc import Callable
from uuid import UUID, uuid4, uuid5

import pytest
from evendial_contracts.calls import Disposition
from evendial_contracts.campaigns import (
    CampaignCreated,
    CampaignExhausted,
    NumbersRedialled,
    NumbersRemoved,
)
from evendial_contracts.dialing import VoidReason
from evendial_contracts.numbers import ListedNumber
from evendial_scheduler.exhaustion_store import EXHAUSTED
from evendial_scheduler.ticker import Ticker

from tests.integration.scheduler.world import (
    OWNER,
    World,
    activated,
    chunk,
    chunk_of,
    ended,
    imported,
    redialled,
    removed,
    seconds,
    stopped,
    voided,
)

pytestmark = pytest.mark.integration

Announce = Callable[..., NumbersRedialled | NumbersRemoved]


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
    assert await world.pool.fetchval(query) == uuid5(campaign, "exhausted/1/1")


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


async def test_it_is_said_again_under_the_same_epoch_when_a_list_came_in_between(world: World) -> None:
    """Imported in the instant before: campaigns ignores the first, which knew of one list only."""
    await world.has_a_trunk()
    campaign = await world.has_a_campaign(1)
    (order,) = await world.plans()
    await world.hears(ended(order, Disposition.ANSWERED))
    await world.has_imported(campaign, [2])
    world.clock.now += seconds(2)
    (order,) = await world.plans()
    assert order.number_id == 2
    assert [each.batches for each in await world.said(CampaignExhausted)] == [1]
    await world.hears(ended(order, Disposition.ANSWERED))
    await world.hears(ended(order, Disposition.ANSWERED))
    facts = await world.said(CampaignExhausted)
    assert [(each.epoch, each.batches) for each in facts] == [(1, 1), (1, 2)]
    ids = await world.pool.fetch("select distinct id from outbox where type = 'campaign.exhausted.v1'")
    assert len(ids) == 2


async def test_an_announcement_that_comes_last_is_counted_too(world: World) -> None:
    """Chunks and announcements travel on streams of their own."""
    await world.has_a_trunk()
    campaign, import_id = await world.has_a_campaign(1), uuid4()
    await world.feed.take_in([chunk(campaign, import_id, 0, [2])])
    for order in await world.plans_for(3):
        await world.hears(ended(order, Disposition.ANSWERED))
    assert [each.batches for each in await world.said(CampaignExhausted)] == [1]
    await world.hears(imported(campaign, import_id, chunks=1))
    assert [each.batches for each in await world.said(CampaignExhausted)] == [1, 2]


@pytest.mark.parametrize("fact", [redialled, removed])
async def test_redials_and_removals_are_waited_for_and_counted(world: World, fact: Announce) -> None:
    await world.has_a_trunk()
    campaign, batch_id = await world.has_a_campaign(2, calls_per_minute=6000), uuid4()
    one, two = await world.plans()
    await world.hears(fact(campaign, batch_id, chunks=1))
    await world.hears(ended(one, Disposition.ANSWERED), ended(two, Disposition.ANSWERED))
    assert await said(world) == []
    await world.feed.take_in([chunk_of(campaign, batch_id)])
    assert [each.batches for each in await world.said(CampaignExhausted)] == [2]


async def test_a_campaign_whose_last_free_number_is_removed_is_exhausted(world: World) -> None:
    campaign, batch_id = await world.has_a_campaign(1), uuid4()
    await world.hears(removed(campaign, batch_id))
    assert await said(world) == []
    await world.feed.take_in([chunk_of(campaign, batch_id, ListedNumber(1, "", deleted=True))])
    assert await said(world) == [(campaign, 1)]


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
