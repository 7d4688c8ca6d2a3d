"""Campaigns that call by the time where the numbers are."""

from datetime import datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from evendial_contracts.calls import Disposition
from evendial_contracts.campaigns import CampaignExhausted, CampaignRulesChanged
from evendial_contracts.dialing import VoidReason
from evendial_contracts.numbers import ListedNumber
from evendial_contracts.reasons import ReasonCode
from evendial_contracts.windows import UnknownZone, Window, WindowZone
from evendial_scheduler import zone_store
from evendial_scheduler.core.state import State
from evendial_scheduler.store import Pool, transaction
from evendial_scheduler.zone_filler import ZoneFiller

from tests.integration.scheduler.test_reasons import asked, counts
from tests.integration.scheduler.world import (
    NOON,
    OWNER,
    World,
    activated,
    chunk_of,
    ended,
    imported,
    seconds,
    voided,
)

pytestmark = pytest.mark.integration

NEW_YORK, LOS_ANGELES, NOWHERE = "1212555", "1213555", "88163123"
TEN_TO_SIX = Window(start=time(10), stop=time(18))
NINE_IN_NEW_YORK = NOON + timedelta(hours=1)
"""Noon of these tests is in UTC."""
TEN_IN_NEW_YORK = NINE_IN_NEW_YORK + timedelta(hours=1)


async def has_a_campaign(world: World, *places: str, **rules: object) -> UUID:
    """Number 1 is in the first place, and so on; ten to six where they are, 60 a minute."""
    await world.has_a_trunk()
    wanted = {"window": TEN_TO_SIX, "window_zone": WindowZone.NUMBER, "time_zone": "UTC"} | rules
    campaign_id = await world.has_a_campaign(0, active=False, **wanted)
    await lists(world, campaign_id, *places)
    await world.hears(activated(campaign_id, 1))
    return campaign_id


async def lists(world: World, campaign_id: UUID, *places: str, first: int = 1) -> None:
    import_id = uuid4()
    numbers = [ListedNumber(first + n, f"{place}{1000 + n}") for n, place in enumerate(places)]
    await world.hears(imported(campaign_id, import_id, chunks=1))
    await world.feed.take_in([chunk_of(campaign_id, import_id, *numbers)])


async def changes(world: World, campaign_id: UUID, revision: int, **rules: object) -> None:
    changed = world.rules(window=TEN_TO_SIX, **rules)
    await world.hears(
        CampaignRulesChanged(
            campaign_id=campaign_id, owner_id=OWNER, changed_by=OWNER, revision=revision, rules=changed
        )
    )


async def called(world: World, at: datetime, span_s: int = 1) -> list[int]:
    world.clock.now = at
    return [order.number_id for order in await world.plans_for(span_s)]


async def test_who_is_closed_does_not_hold_up_who_is_open(world: World) -> None:
    await has_a_campaign(world, *[LOS_ANGELES] * 40, *[NEW_YORK] * 3, *[LOS_ANGELES] * 40, *[NEW_YORK] * 3)
    assert await called(world, NINE_IN_NEW_YORK) == []
    assert await called(world, TEN_IN_NEW_YORK, 8) == [41, 42, 43, 84, 85, 86]
    assert await called(world, TEN_IN_NEW_YORK + timedelta(hours=3), 3) == [1, 2, 3, 4]


async def test_what_closes_first_is_called_first(world: World) -> None:
    await has_a_campaign(world, *[LOS_ANGELES] * 5, *[NEW_YORK] * 3)
    assert await called(world, TEN_IN_NEW_YORK + timedelta(hours=4), 4) == [6, 7, 8, 1, 2]


async def test_the_command_carries_the_end_of_the_number_s_own_window(world: World) -> None:
    await has_a_campaign(world, LOS_ANGELES, NEW_YORK)
    closes = TEN_IN_NEW_YORK + timedelta(hours=8)
    world.clock.now = closes - seconds(1.3)
    east, west = await world.plans()
    assert (east.number_id, east.closes_at) == (2, closes)
    assert (west.number_id, west.closes_at) == (1, closes + timedelta(hours=3))
    assert east.not_after <= closes
    assert await called(world, closes) == []


async def test_the_last_slots_of_one_zone_and_the_first_of_another_lie_in_one_plan(world: World) -> None:
    west_later = Window(start=time(10), stop=time(13))
    await has_a_campaign(world, *[LOS_ANGELES] * 9, *[NEW_YORK] * 9, window=west_later, calls_per_minute=600)
    change = TEN_IN_NEW_YORK + timedelta(hours=3)
    world.clock.now = change - seconds(0.5)
    orders = await world.plans()
    assert {order.number_id > 9 for order in orders if order.slot_at < change} == {True}
    assert {order.number_id > 9 for order in orders if order.slot_at >= change} == {False}
    assert len({order.number_id for order in orders}) == len(orders) >= 9


async def test_in_both_zones_the_window_must_be_open(world: World) -> None:
    await has_a_campaign(world, NEW_YORK, window_zone=WindowZone.BOTH, time_zone="America/Los_Angeles")
    assert await called(world, TEN_IN_NEW_YORK) == []
    assert await called(world, TEN_IN_NEW_YORK + timedelta(hours=3)) == [1]


async def test_whose_zone_is_not_known_is_skipped_until_the_campaign_says_otherwise(world: World) -> None:
    campaign_id = await has_a_campaign(world, NOWHERE, NEW_YORK)
    world.clock.now = TEN_IN_NEW_YORK
    [order] = await world.plans()
    assert order.number_id == 2
    await world.exhausts()
    assert await world.said(CampaignExhausted) == []
    await world.hears(voided(order, VoidReason.SUPPRESSED, uuid4()))
    await world.exhausts()
    assert len(await world.said(CampaignExhausted)) == 1
    assert await world.state_of(campaign_id, 1) is State.FREE

    await changes(world, campaign_id, 1, window_zone=WindowZone.NUMBER, unknown_zone=UnknownZone.CAMPAIGN)
    await world.hears(activated(campaign_id, 3))
    await world.exhausts()
    assert len(await world.said(CampaignExhausted)) == 1
    assert await called(world, NOON + timedelta(hours=3), 2) == [1]


async def test_a_list_that_waits_for_its_window_is_not_exhausted(world: World) -> None:
    await has_a_campaign(world, NEW_YORK)
    await world.exhausts()
    assert await world.said(CampaignExhausted) == []


async def test_the_rule_may_change_at_any_time(world: World) -> None:
    campaign_id = await has_a_campaign(
        world, *[LOS_ANGELES] * 4, *[NEW_YORK] * 4, window_zone=WindowZone.CAMPAIGN
    )
    assert await called(world, NOON, 2) == [1, 2, 3]
    await changes(world, campaign_id, 1, window_zone=WindowZone.NUMBER)
    assert await called(world, TEN_IN_NEW_YORK, 2) == [5, 6, 7]
    await changes(world, campaign_id, 2, time_zone="UTC")
    assert await called(world, TEN_IN_NEW_YORK + seconds(60), 3) == [4, 8]


async def test_what_an_older_version_took_in_is_looked_up(world: World, pool: Pool) -> None:
    campaign_id = await has_a_campaign(world, NEW_YORK, LOS_ANGELES, NOWHERE)
    await pool.execute("update number set zone_set = 0")
    await pool.execute("delete from campaign_zone")
    assert await called(world, TEN_IN_NEW_YORK) == []
    await world.exhausts()
    assert await world.said(CampaignExhausted) == []
    filler = ZoneFiller(pool)
    assert [await filler.fill(), await filler.fill()] == [3, 0]
    assert await called(world, TEN_IN_NEW_YORK) == [1]
    await lists(world, campaign_id, NEW_YORK, first=7)
    assert await called(world, TEN_IN_NEW_YORK + seconds(10)) == [7]


async def test_zone_sets_are_kept_once(pool: Pool) -> None:
    async with transaction(pool) as connection:
        zones = {("Europe/Vilnius",), ("America/Adak", "America/Anchorage"), ()}
        first = await zone_store.ids_of(connection, zones)
        assert await zone_store.ids_of(connection, zones) == first
        assert first[()] == -1
        assert len(set(first.values())) == 3
        assert await connection.fetchval("select last_value from zone_set_zone_set_seq") == 2


async def test_each_number_has_the_reason_of_its_place_and_the_counts_add_up(world: World) -> None:
    places = [*[NEW_YORK] * 3, *[LOS_ANGELES] * 4, NOWHERE]
    campaign_id = await has_a_campaign(world, *places)
    world.clock.now = TEN_IN_NEW_YORK
    told = await asked(world, campaign_id)
    assert counts(told) == {"waiting_for_turn": 3, "zone_closed": 4, "zone_unknown": 1}
    [west] = [each.reason for each in told.counts or () if each.reason.code is ReasonCode.ZONE_CLOSED]
    assert (west.until, west.time_zone) == (TEN_IN_NEW_YORK + timedelta(hours=3), "America/Los_Angeles")
    assert [each.code for each in told.blockers] == [ReasonCode.WAITING_FOR_TURN]

    world.clock.now = NINE_IN_NEW_YORK
    told = await asked(world, campaign_id)
    assert counts(told) == {"zone_closed": 7, "zone_unknown": 1}
    assert (told.blockers[0].code, told.blockers[0].until) == (ReasonCode.ZONE_CLOSED, TEN_IN_NEW_YORK)


async def test_a_retry_that_is_due_waits_for_its_place_too(world: World) -> None:
    campaign_id = await has_a_campaign(world, NEW_YORK, LOS_ANGELES, retry_delay_s=60)
    closes = TEN_IN_NEW_YORK + timedelta(hours=8)
    world.clock.now = closes - seconds(3)
    orders = await world.plans()
    await world.hears(*(ended(each, Disposition.BUSY, after_s=1) for each in orders))
    assert counts(await asked(world, campaign_id)) == {"waiting_for_retry": 2}
    world.clock.now = closes + seconds(90)
    assert counts(await asked(world, campaign_id)) == {"zone_closed": 1, "waiting_for_turn": 1}
    assert [order.number_id for order in await world.plans()] == [2]
