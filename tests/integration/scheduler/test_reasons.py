"""How many numbers stand how, and why not more of them are called."""

from collections import Counter
from random import Random
from uuid import UUID, uuid4

import pytest
from evendial_contracts.calls import Disposition
from evendial_contracts.dialing import DialNumber, VoidReason
from evendial_contracts.numbers import ListedNumber
from evendial_contracts.reasons import AskBlockers, AskReasons, Blockers
from evendial_contracts.requests import Trouble
from evendial_scheduler import reason_store
from evendial_scheduler.core.crew import Crew
from evendial_scheduler.core.state import State
from evendial_scheduler.explainer import Explainer
from evendial_scheduler.forgetter import Forgetter
from evendial_scheduler.store import transaction

from tests.integration.scheduler.world import (
    NOON,
    World,
    chunk_of,
    deleted,
    ended,
    originated,
    redialled,
    removed,
    seconds,
    voided,
)

pytestmark = pytest.mark.integration

HERE = Crew(pool="default", can_dial=True, since=NOON)


class StandingClock:
    """The world's clock, as those that a service goes by."""

    def __init__(self, world: World) -> None:
        self._world = world

    def now(self) -> object:
        return self._world.clock.now


def explains(world: World, crew: Crew = HERE) -> Explainer:
    return Explainer(world.pool, lambda _: crew, lambda: None, StandingClock(world))  # type: ignore[arg-type]


async def asked(world: World, campaign_id: UUID, crew: Crew = HERE) -> Blockers:
    explainer = explains(world, crew)
    blockers = await explainer.blockers(AskBlockers(campaign_id=campaign_id))
    ids = tuple(range(1, 200))
    reasons = await explainer.reasons(AskReasons(campaign_id=campaign_id, number_ids=ids))
    assert dict(Counter(each.reason.code.value for each in reasons.numbers)) == counts(blockers)
    assert reasons.blockers == blockers.blockers
    return blockers


def counts(blockers: Blockers) -> dict[str, int]:
    found: Counter[str] = Counter()
    for each in blockers.counts or ():
        found[each.reason.code.value] += each.numbers
    return dict(found)


async def is_counted(world: World) -> None:
    """The sums are what a look at every number finds."""
    counted = await world.pool.fetch(
        "select campaign_id, state, disposition, sum(numbers)::bigint as numbers from number_count"
        " group by 1, 2, 3 having sum(numbers) <> 0"
    )
    there = await world.pool.fetch(
        "select campaign_id, state, disposition, count(*) as numbers from number group by 1, 2, 3"
    )
    assert Counter(map(tuple, counted)) == Counter(map(tuple, there))


async def test_what_is_counted_is_there_whatever_happens(world: World) -> None:
    random = Random(5)
    await world.has_a_trunk()
    one = await world.has_a_campaign(60, calls_per_minute=600, retry_delay_s=2)
    other = await world.has_a_campaign(40, calls_per_minute=300, retry_delay_s=2)
    orders: list[DialNumber] = []
    for turn in range(25):
        world.clock.now += seconds(1)
        orders += await world.plans()
        some = [each for each in orders if random.random() < 0.5]
        orders = [each for each in orders if each not in some]
        dispositions = list(Disposition)
        await world.hears(*(originated(each) for each in orders if random.random() < 0.5))
        await world.hears(
            *(
                voided(each, VoidReason.CAP)
                if random.random() < 0.2
                else ended(each, random.choice(dispositions), after_s=0.1)
                for each in some
            )
        )
        if turn % 5 == 0:
            gone, again = random.randint(1, 40), random.randint(1, 40)
            for campaign, entry, act in (
                (one, ListedNumber(gone, "", 0, None, deleted=True), removed),
                (other, ListedNumber(again, str(37060000000 + again), turn + 1), redialled),
            ):
                batch_id = uuid4()
                await world.hears(act(campaign, batch_id, chunks=1))
                await world.feed.take_in([chunk_of(campaign, batch_id, entry)])
        await is_counted(world)
        if turn == 12:
            async with transaction(world.pool) as connection:
                await reason_store.fold(connection)
            await is_counted(world)
        for campaign in (one, other):
            await asked(world, campaign)
    await world.hears(deleted(one))
    await Forgetter(world.pool).forget()
    await is_counted(world)


async def test_many_changes_are_added_up(world: World) -> None:
    await world.has_a_trunk()
    campaign = await world.has_a_campaign(3)
    for _ in range(70):
        await world.pool.execute("update number set state = 1 - state where campaign_id = $1", campaign)
    async with transaction(world.pool) as connection:
        await reason_store.fold(connection)
    assert await world.pool.fetchval("select count(*) from number_count") == 1
    await is_counted(world)


async def test_what_is_due_has_the_reason_of_its_campaign(world: World) -> None:
    await world.has_a_trunk(cps=1)
    campaign = await world.has_a_campaign(5, calls_per_minute=30, retry_delay_s=60)
    blockers = await asked(world, campaign)
    assert counts(blockers) == {"waiting_for_turn": 5}
    (order,) = await world.plans()
    blockers = await asked(world, campaign)
    assert counts(blockers) == {"waiting_for_turn": 4, "scheduled": 1}
    assert blockers.next_slot_at == order.slot_at
    assert blockers.blockers[0].until == order.slot_at + seconds(2)
    await world.hears(originated(order))
    assert counts(await asked(world, campaign)) == {"waiting_for_turn": 4, "calling": 1}
    await world.hears(ended(order, Disposition.BUSY, after_s=1))
    waiting = {"waiting_for_turn": 4, "waiting_for_retry": 1}
    assert counts(await asked(world, campaign)) == waiting
    world.clock.now += seconds(59)
    assert counts(await asked(world, campaign)) == waiting
    world.clock.now += seconds(1)
    assert counts(await asked(world, campaign)) == {"waiting_for_turn": 5}


async def test_an_originator_that_cannot_dial_is_the_reason(world: World) -> None:
    await world.has_a_trunk()
    campaign = await world.has_a_campaign(2)
    nobody = Crew(pool="default", can_dial=False, since=NOON)
    assert counts(await asked(world, campaign, nobody)) == {"no_originator": 2}
    mute = Crew(pool="default", can_dial=False, since=NOON, trouble=Trouble.NO_AGI)
    assert counts(await asked(world, campaign, mute)) == {"no_agi": 2}


async def test_a_campaign_that_nobody_has_heard_of_is_empty(world: World) -> None:
    blockers = await asked(world, uuid4())
    assert (blockers.epoch, blockers.active, counts(blockers)) == (0, False, {})


async def test_a_database_that_does_not_answer_is_the_reason(world: World) -> None:
    campaign = await world.has_a_campaign(2)
    async with transaction(world.pool) as connection:
        await connection.execute("lock table number_count, number")
        blockers = await explains(world).blockers(AskBlockers(campaign_id=campaign))
        reasons = await explains(world).reasons(AskReasons(campaign_id=campaign, number_ids=(1,)))
    assert [each.code for each in blockers.blockers] == ["scheduler_database_away"]
    assert blockers.counts is None
    assert (reasons.blockers, reasons.numbers) == (blockers.blockers, ())


async def test_a_removed_number_is_counted_as_such(world: World) -> None:
    await world.has_a_trunk()
    campaign, batch_id = await world.has_a_campaign(2), uuid4()
    gone = ListedNumber(1, "", 0, None, deleted=True)
    await world.hears(removed(campaign, batch_id))
    await world.feed.take_in([chunk_of(campaign, batch_id, gone)])
    assert await world.state_of(campaign, 1) is State.REMOVED
    assert counts(await asked(world, campaign)) == {"waiting_for_turn": 1, "removed": 1}
