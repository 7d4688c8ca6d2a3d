"""Numbers whose commands were voided because of their person: not planned again and again, nor lost."""

from uuid import uuid4

import pytest
from evendial_contracts.calls import Disposition
from evendial_contracts.campaigns import CampaignExhausted
from evendial_contracts.dialing import VoidReason
from evendial_contracts.numbers import ListedNumber, NumberReleased, NumberSuppressed
from evendial_contracts.suppressions import ListedPerson, SuppressionsDelisted, entry_id
from evendial_scheduler.core.state import State

from tests.integration.scheduler.world import (
    World,
    chunk_of,
    ended,
    lifted,
    redialled,
    seconds,
    voided,
)

pytestmark = pytest.mark.integration

ENTRY = uuid4()
SUPPRESSED = VoidReason.SUPPRESSED


@pytest.fixture
async def trunk(world: World) -> None:
    await world.has_a_trunk()


@pytest.mark.usefixtures("trunk")
class TestSuppressed:
    async def test_a_suppressed_number_is_not_planned_again_and_counts_as_finished(
        self, world: World
    ) -> None:
        campaign = await world.has_a_campaign(1)
        (order,) = await world.plans()
        await world.hears(voided(order, SUPPRESSED, ENTRY))
        (fact,) = await world.said(NumberSuppressed)
        assert (fact.command_id, fact.suppression_id) == (order.command_id, ENTRY)
        assert await world.said(NumberReleased) == []
        assert await world.plans_for(5) == []
        await world.hears()
        assert await world.states(campaign) == {State.SUPPRESSED: 1}
        await world.exhausts()
        assert [each.campaign_id for each in await world.said(CampaignExhausted)] == [campaign]

    async def test_without_the_entry_it_is_called_again_with_the_same_attempt(self, world: World) -> None:
        campaign = await world.has_a_campaign(1)
        (order,) = await world.plans()
        await world.hears(voided(order, SUPPRESSED, ENTRY))
        await world.hears(lifted(uuid4()))
        assert await world.states(campaign) == {State.SUPPRESSED: 1}
        await world.hears(lifted(ENTRY), lifted(ENTRY))
        (released,) = await world.said(NumberReleased)
        assert (released.reason, released.command_id) == (SUPPRESSED, order.command_id)
        assert (released.attempt_no, released.slot_at) == (1, order.slot_at)
        assert world.wakes.came == {campaign}
        world.clock.now += seconds(2)
        (again,) = await world.plans()
        assert (again.number_id, again.attempt_no) == (order.number_id, 1)

    async def test_a_list_that_is_taken_back_frees_what_its_entries_kept(self, world: World) -> None:
        campaign, list_id = await world.has_a_campaign(3), uuid4()
        orders = [order for _ in range(3) for order in await world.plans_for(1)]
        people = [f"{n:064x}" for n in range(3)]
        for order, person in zip(orders, people, strict=True):
            await world.hears(voided(order, SUPPRESSED, entry_id(list_id, person)))
        gone = tuple(ListedPerson(person, 9) for person in people[:2])
        await world.hears(SuppressionsDelisted(list_id=list_id, owner_id=None, people=gone))
        assert await world.states(campaign) == {State.SUPPRESSED: 1, State.FREE: 2}
        assert {fact.command_id for fact in await world.said(NumberReleased)} == {
            order.command_id for order in orders[:2]
        }

    async def test_a_retry_that_was_suppressed_is_a_retry_again(self, world: World) -> None:
        campaign = await world.has_a_campaign(1, retry_delay_s=1, max_retries=2)
        (order,) = await world.plans()
        await world.hears(ended(order, Disposition.BUSY, after_s=0))
        world.clock.now += seconds(5)
        (again,) = await world.plans()
        await world.hears(voided(again, SUPPRESSED, ENTRY), lifted(ENTRY))
        assert await world.states(campaign) == {State.WAITING_RETRY: 1}

    async def test_an_entry_that_went_before_its_void_was_heard_keeps_nobody(self, world: World) -> None:
        campaign = await world.has_a_campaign(1)
        (order,) = await world.plans()
        await world.hears(lifted(ENTRY))
        await world.hears(voided(order, SUPPRESSED, ENTRY))
        assert await world.states(campaign) == {State.FREE: 1}
        (released,) = await world.said(NumberReleased)
        assert released.reason is SUPPRESSED

    async def test_a_person_may_have_it_called_in_spite_of_that(self, world: World) -> None:
        campaign, batch = await world.has_a_campaign(1), uuid4()
        (order,) = await world.plans()
        await world.hears(voided(order, SUPPRESSED, ENTRY), redialled(campaign, batch))
        again = ListedNumber(order.number_id, order.e164, 1)
        await world.feed.take_in([chunk_of(campaign, batch, again)])
        assert await world.states(campaign) == {State.FREE: 1}
        await world.hears(lifted(ENTRY))
        assert await world.said(NumberReleased) == []


@pytest.mark.usefixtures("trunk")
@pytest.mark.parametrize("reason", [VoidReason.CAP, VoidReason.IN_ANOTHER_CALL])
async def test_the_only_number_that_is_voided_again_and_again_takes_one_slot_at_a_time(
    world: World, reason: VoidReason
) -> None:
    campaign = await world.has_a_campaign(1, calls_per_minute=20)
    voids = 0
    for _ in range(300):
        for order in await world.plans():
            await world.hears(voided(order, reason))
            voids += 1
        world.clock.now += seconds(0.1)
    assert 9 <= voids <= 11, "one a slot in 30 s at 20 a minute"
    assert await world.states(campaign) == {State.FREE: 1}
