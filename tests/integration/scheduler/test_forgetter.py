"""A deleted campaign is forgotten, whatever comes late."""

from uuid import UUID, uuid4

import pytest
from evendial_scheduler import deletion_store
from evendial_scheduler.forgetter import Forgetter

from tests.integration.scheduler.world import World, activated, chunk, deleted, imported, stopped

pytestmark = pytest.mark.integration


async def left_of(world: World, campaign_id: UUID) -> tuple[int, int, int]:
    query = """
        select (select count(*) from number where campaign_id = $1) as numbers,
            (select count(*) from import where campaign_id = $1) as lists,
            (select count(*) from import_chunk join import using (import_id) where campaign_id = $1) as chunks
    """
    row = await world.pool.fetchrow(query, campaign_id)
    assert row is not None
    return row["numbers"], row["lists"], row["chunks"]


async def test_its_numbers_go_in_slices_and_nobody_elses(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deletion_store, "SLICE", 2)
    await world.has_a_trunk()
    gone, kept = await world.has_a_campaign(5, active=False), await world.has_a_campaign(5, active=False)
    await world.has_imported(gone, [6, 7, 8])
    await world.hears(deleted(gone), deleted(gone))
    assert await left_of(world, gone) == (8, 2, 2)
    await Forgetter(world.pool).forget()
    assert await left_of(world, gone) == (0, 0, 0)
    assert await left_of(world, kept) == (5, 1, 1)
    assert await world.pool.fetchval("select count(*) from import_chunk") == 1


async def test_nothing_that_comes_late_brings_it_back(world: World) -> None:
    await world.has_a_trunk()
    for late in (False, True):
        campaign_id, import_id = uuid4() if late else await world.has_a_campaign(3, active=False), uuid4()
        await world.hears(deleted(campaign_id))
        await world.hears(stopped(campaign_id, 8), activated(campaign_id, 9))
        await world.hears(imported(campaign_id, import_id, chunks=1))
        await world.feed.take_in([chunk(campaign_id, import_id, 0, [11, 12])])
        assert await world.plans() == []
        await Forgetter(world.pool).forget()
        assert await left_of(world, campaign_id) == (0, 0, 0)
        assert (
            await world.pool.fetchval("select active from campaign where campaign_id = $1", campaign_id)
            is False
        )


async def test_an_active_campaign_that_is_deleted_is_planned_no_more(world: World) -> None:
    await world.has_a_trunk()
    campaign_id = await world.has_a_campaign(5)
    await world.hears(deleted(campaign_id))
    assert await world.plans() == []
