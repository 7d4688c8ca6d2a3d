"""What lists gain, lose and have called once more: the same whatever comes first, and however often."""

import itertools
from uuid import UUID, uuid4

import pytest
from evendial_contracts.calls import Disposition
from evendial_contracts.dialing import DialNumber, VoidReason
from evendial_contracts.numbers import ListedNumber, NumberReleased, NumbersChunk, NumberWaitingRetry
from evendial_contracts.record import ListDone
from evendial_scheduler.core.state import State
from evendial_scheduler.refill_store import lists_done
from evendial_scheduler.store import transaction

from tests.integration.scheduler.world import (
    World,
    chunk_of,
    ended,
    originated,
    redialled,
    removed,
    seconds,
    voided,
)

pytestmark = pytest.mark.integration


def again(number_id: int = 1, generation: int = 1) -> ListedNumber:
    return ListedNumber(number_id, str(37060000000 + number_id), generation, f"row {number_id}")


def gone(number_id: int = 1) -> ListedNumber:
    return ListedNumber(number_id, "", 0, None, deleted=True)


async def redials(world: World, campaign: UUID, *numbers: ListedNumber) -> None:
    batch_id = uuid4()
    await world.hears(redialled(campaign, batch_id))
    await world.feed.take_in([chunk_of(campaign, batch_id, *numbers)])


async def removes(world: World, campaign: UUID, *number_ids: int) -> None:
    batch_id = uuid4()
    await world.hears(removed(campaign, batch_id))
    await world.feed.take_in([chunk_of(campaign, batch_id, *(gone(each) for each in number_ids))])


async def fails(world: World, campaign: UUID) -> DialNumber:
    """The one number is called and is no number."""
    (order,) = await world.plans()
    await world.hears(ended(order, Disposition.INVALID_NUMBER))
    assert await world.state_of(campaign, order.number_id) is State.FAILED
    world.clock.now += seconds(2)
    return order


async def row(world: World, campaign: UUID) -> dict[str, object]:
    query = """select state, generation, e164, reference, attempts, system_failures, failing_since,
        command_id, slot_at, not_after from number where campaign_id = $1"""
    return dict(await world.pool.fetchrow(query, campaign) or {})


async def test_a_redialled_number_begins_anew_at_once(world: World) -> None:
    await world.has_a_trunk()
    campaign = await world.has_a_campaign(1, max_retries=0)
    first = await fails(world, campaign)
    await redials(world, campaign, again())
    assert campaign in world.wakes.came
    (order,) = await world.plans()
    assert (order.generation, order.attempt_no, order.e164) == (1, 1, first.e164)
    assert order.command_id != first.command_id


async def test_a_redialled_number_has_all_its_attempts_again(world: World) -> None:
    await world.has_a_trunk()
    campaign = await world.has_a_campaign(1, max_retries=1, retry_delay_s=0)
    for attempt in (1, 2):
        (order,) = await world.plans()
        assert order.attempt_no == attempt
        await world.hears(ended(order, Disposition.BUSY, after_s=1))
        world.clock.now += seconds(3)
    assert await world.plans() == []
    await redials(world, campaign, again())
    (order,) = await world.plans()
    await world.hears(ended(order, Disposition.BUSY, after_s=1))
    assert len(await world.said(NumberWaitingRetry)) == 2


async def test_the_same_chunk_twice_is_one_redial(world: World) -> None:
    await world.has_a_trunk()
    campaign, batch_id = await world.has_a_campaign(1, max_retries=0), uuid4()
    await fails(world, campaign)
    await world.hears(redialled(campaign, batch_id))
    chunk = chunk_of(campaign, batch_id, again())
    await world.feed.take_in([chunk])
    await fails(world, campaign)
    await world.feed.take_in([chunk])
    assert await world.state_of(campaign, 1) is State.FAILED


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
async def test_entries_lead_to_the_same_in_any_order(world: World, order: tuple[int, ...]) -> None:
    """The list, two redials and a removal of one of two numbers, each on its own way."""
    campaign = uuid4()
    entries = [
        (ListedNumber(1, "37060000001", 0, "row 1"), ListedNumber(2, "37060000002", 0, "row 2")),
        (again(1, 1), again(2, 1)),
        (again(1, 2), again(2, 2)),
        (gone(1),),
    ]
    for each in order:
        await world.feed.take_in([chunk_of(campaign, uuid4(), *entries[each])])
    rows = await world.pool.fetch("select state, generation, e164, reference from number order by number_id")
    assert (rows[0]["state"], rows[0]["e164"], rows[0]["reference"]) == (7, None, None)
    assert tuple(rows[1]) == (0, 2, 37060000002, "row 2")


async def test_one_chunk_may_name_a_number_twice(world: World) -> None:
    campaign = uuid4()
    await world.feed.take_in([chunk_of(campaign, uuid4(), again(1, 1), again(1, 3), again(1, 2))])
    assert (await row(world, campaign))["generation"] == 3
    await world.feed.take_in([chunk_of(campaign, uuid4(), again(1, 4), gone(1), again(1, 5))])
    assert await world.state_of(campaign, 1) is State.REMOVED


async def test_an_older_generation_changes_nothing(world: World) -> None:
    await world.has_a_trunk()
    campaign = await world.has_a_campaign(1, max_retries=0)
    await redials(world, campaign, again(1, 2))
    await fails(world, campaign)
    before = await row(world, campaign)
    await redials(world, campaign, again(1, 1))
    await redials(world, campaign, again(1, 2))
    assert await row(world, campaign) == before


async def test_a_removed_number_is_never_called_and_nothing_of_the_person_stays(world: World) -> None:
    await world.has_a_trunk()
    campaign = await world.has_a_campaign(2, calls_per_minute=6000)
    await removes(world, campaign, 1)
    assert [order.number_id for order in await world.plans()] == [2]
    kept = "select e164, reference from number where number_id = 1"
    assert tuple(await world.pool.fetchrow(kept) or ()) == (None, None)
    await redials(world, campaign, again(1, 9))
    assert await world.plans() == []
    assert await world.state_of(campaign, 1) is State.REMOVED


async def test_a_removal_that_a_refill_did_not_wait_for_is_taken_in_when_it_comes(world: World) -> None:
    await world.has_a_trunk()
    campaign, batch_id = await world.has_a_campaign(1), uuid4()
    async with transaction(world.pool) as connection:
        await lists_done(connection, campaign, [ListDone(import_id=batch_id, chunks=1)])
    await world.feed.take_in([chunk_of(campaign, batch_id, gone())])
    assert (await row(world, campaign))["e164"] is None


@pytest.mark.parametrize("calling", [False, True])
async def test_the_end_of_a_removed_number_in_flight_is_ignored(world: World, calling: bool) -> None:
    await world.has_a_trunk()
    campaign = await world.has_a_campaign(1)
    (order,) = await world.plans()
    if calling:
        await world.hears(originated(order))
    await removes(world, campaign, 1)
    end = ended(order, Disposition.BUSY) if calling else voided(order, VoidReason.STOPPED)
    await world.hears(originated(order), end)
    assert await world.state_of(campaign, 1) is State.REMOVED
    assert await world.said(NumberWaitingRetry) == []
    assert await world.said(NumberReleased) == []
    assert await world.plans_for(400) == []


@pytest.mark.parametrize("end", ["voided", "ended"])
async def test_a_number_redialled_in_flight_goes_by_its_new_generation(world: World, end: str) -> None:
    """Its old command ends without effect; the new one meets the ledger's one live call for each person."""
    await world.has_a_trunk()
    campaign = await world.has_a_campaign(1)
    (old,) = await world.plans()
    await world.hears(originated(old))
    await redials(world, campaign, again())
    assert await row(world, campaign) == {
        "state": State.FREE,
        "generation": 1,
        "e164": 37060000001,
        "reference": "row 1",
        "attempts": 0,
        "system_failures": 0,
        "failing_since": None,
        "command_id": None,
        "slot_at": None,
        "not_after": None,
    }
    world.clock.now += seconds(2)
    (new,) = await world.plans()
    assert new.generation == 1
    await world.hears(voided(new, VoidReason.IN_ANOTHER_CALL))
    late = voided(old, VoidReason.EXPIRED) if end == "voided" else ended(old, Disposition.ANSWERED)
    await world.hears(late)
    assert await world.state_of(campaign, 1) is State.FREE
    world.clock.now += seconds(2)
    (new,) = await world.plans()
    await world.hears(ended(new, Disposition.ANSWERED))
    assert await world.state_of(campaign, 1) is State.COMPLETED


@pytest.mark.parametrize("digits", ["", "0123", "+123", "12", "1" * 16, "12a4"])
async def test_digits_are_checked_unless_the_number_is_removed(world: World, digits: str) -> None:
    campaign = uuid4()
    bad: NumbersChunk = chunk_of(campaign, uuid4(), ListedNumber(5, digits))
    with pytest.raises(ValueError, match="number_id 5"):
        await world.feed.take_in([bad])
    await world.feed.take_in([chunk_of(campaign, uuid4(), ListedNumber(5, digits, deleted=True))])
    assert await world.state_of(campaign, 5) is State.REMOVED
