"""A scheduler whose database was restored hears again what it has forgotten, and knows its numbers."""

import pytest
from evendial_contracts.calls import Disposition
from evendial_contracts.dialing import DialNumber, VoidReason
from evendial_contracts.numbers import NumberScheduled
from evendial_scheduler.core.facts import scheduled
from evendial_scheduler.core.state import State

from tests.integration.scheduler.world import World, ended, originated, seconds, voided

pytestmark = pytest.mark.integration


async def first_order(world: World) -> DialNumber:
    await world.has_a_trunk()
    await world.has_a_campaign(1, retry_delay_s=60)
    (order,) = await world.plans()
    return order


async def forget(world: World) -> None:
    """As in a backup from before the first plan."""
    await world.pool.execute(
        """update number set state = 0, attempts = 0, command_id = null, slot_at = null, not_after = null"""
    )


async def test_an_attempt_that_was_forgotten_ends_as_it_did(world: World) -> None:
    order = await first_order(world)
    await forget(world)
    await world.hears(scheduled(order), originated(order), ended(order, Disposition.ANSWERED))
    assert await world.state_of(order.campaign_id, 1) is State.COMPLETED
    assert await world.plans() == []


async def test_one_that_goes_on_is_in_its_commands_hands(world: World) -> None:
    order = await first_order(world)
    await forget(world)
    await world.hears(scheduled(order), originated(order))
    assert await world.state_of(order.campaign_id, 1) is State.CALLING
    assert await world.plans() == []
    await world.hears(ended(order, Disposition.ANSWERED))
    assert await world.state_of(order.campaign_id, 1) is State.COMPLETED


async def test_two_attempts_in_one_batch_are_both_remembered(world: World) -> None:
    order = await first_order(world)
    first_end = ended(order, Disposition.BUSY)
    await world.hears(first_end)
    world.clock.now += seconds(100)
    (again,) = await world.plans()
    await forget(world)
    story = [scheduled(order), originated(order), first_end, scheduled(again), originated(again)]
    await world.hears(*story, ended(again, Disposition.ANSWERED, after_s=120))
    assert await world.state_of(order.campaign_id, 1) is State.COMPLETED
    assert await world.pool.fetchval("select attempts from number") == 2


async def test_what_is_heard_again_without_a_restore_changes_nothing(world: World) -> None:
    order = await first_order(world)
    (said,) = await world.said(NumberScheduled)
    await world.hears(said)
    assert await world.state_of(order.campaign_id, 1) is State.SCHEDULED
    await world.hears(voided(order, VoidReason.EXPIRED))
    assert await world.state_of(order.campaign_id, 1) is State.FREE
    await world.hears(said)
    assert await world.state_of(order.campaign_id, 1) is State.FREE
