"""Caps on how often one person is called: what the ledger is told of them, and what its refusal leads to."""

import pytest
from evendial_contracts.dialing import VoidReason
from evendial_contracts.numbers import NumberReleased
from evendial_contracts.person_caps import PersonCap
from evendial_scheduler.core.state import State
from msgspec.structs import replace

from tests.integration.scheduler.world import World, seconds, voided

pytestmark = pytest.mark.integration

DAY, WEEK = PersonCap(attempts=3, hours=24), PersonCap(attempts=7, hours=168)


async def test_the_owners_caps_and_the_campaigns_hold(world: World) -> None:
    await world.has_a_trunk()
    await world.has_a_campaign(20, person_caps=(WEEK,))
    assert {order.person_caps for order in await world.plans()} == {(WEEK,)}
    await world.hears(replace(world.limits(cap=None), person_caps=(DAY,)))
    world.clock.now += seconds(5)
    assert {order.person_caps for order in await world.plans()} == {(DAY, WEEK)}


async def test_a_number_waits_until_its_person_may_be_called(world: World) -> None:
    await world.has_a_trunk()
    campaign = await world.has_a_campaign(1)
    (order,) = await world.plans()
    later = order.slot_at + seconds(7200)
    await world.hears(replace(voided(order, VoidReason.PERSON_CAP), not_before=later))
    (released,) = await world.said(NumberReleased)
    assert (released.reason, released.not_before) == (VoidReason.PERSON_CAP, later)
    assert await world.states(campaign) == {State.WAITING_RETRY: 1}
    world.clock.now = later - seconds(0.001)
    assert await world.plans() == []
    world.clock.now = later
    (again,) = await world.plans()
    assert again.attempt_no == 1, "nothing was used up"
