"""A schedule that starts empty is filled from the record, which the test plays."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import msgspec
import pytest
from evendial_chassis.bus import Bus
from evendial_chassis.run import Stop
from evendial_contracts.calls import Disposition
from evendial_contracts.campaigns import CampaignCreated, CampaignExhausted, SequenceChanged
from evendial_contracts.codec import encode
from evendial_contracts.dialing import DialNumber, command_id
from evendial_contracts.message import Message, tag_of
from evendial_contracts.numbers import NumberWaitingRetry
from evendial_contracts.record import (
    AskDecided,
    AskLists,
    AskNumbers,
    Decided,
    HeardUpTo,
    LastAttempt,
    ListDone,
    ListsDone,
    NumbersRecorded,
    NumberState,
    RecordedFact,
    RecordedNumber,
    RecordPlace,
)
from evendial_contracts.subjects import RECORD_DECIDED, RECORD_LISTS, RECORD_NUMBERS
from evendial_scheduler import refill_store
from evendial_scheduler.core.state import State
from evendial_scheduler.refiller import Refiller
from evendial_scheduler.store import transaction

from tests.integration.scheduler.world import (
    NOON,
    OWNER,
    World,
    activated,
    chunk,
    ended,
    imported,
    originated,
    seconds,
)

pytestmark = pytest.mark.integration

CAMPAIGN, LIST = UUID(int=11), UUID(int=12)
SLOT = NOON - seconds(60)


def fact(message: Message) -> RecordedFact:
    return RecordedFact(type=tag_of(message), data=msgspec.Raw(encode(message)))


def order_of(world: World, number_id: int) -> DialNumber:
    """The command that has a number in its hands, as the lost schedule had given it."""
    slot_at = SLOT + seconds(number_id)
    return DialNumber(
        command_id=command_id(CAMPAIGN, 0, number_id, 1, slot_at),
        campaign_id=CAMPAIGN,
        owner_id=OWNER,
        number_id=number_id,
        generation=0,
        attempt_no=1,
        epoch=1,
        slot_at=slot_at,
        not_after=slot_at + seconds(1),
        e164=f"3706000000{number_id}",
        caller_id=None,
        pool="default",
        endpoint="carrier",
        trunk_id=world.trunk_id,
        device_id=world.device_id,
        account_code="acc-1",
        ring_timeout_s=30,
        max_call_s=600,
        sequence_version=4,
    )


class Record:
    """The campaigns service, as far as it is asked; `numbers` come two by two."""

    def __init__(self) -> None:
        self.facts: list[Message] = []
        self.numbers: list[RecordedNumber] = []
        self.ends: list[Message] = []
        self.asked: list[int] = []
        self.stop_at: Stop | None = None

    async def decided(self, asked: AskDecided) -> Decided:
        at = asked.after.version if asked.after else 0
        heard = HeardUpTo(stream_made_at=NOON, seq=77)
        place = RecordPlace(stream="all", version=at + 3) if at + 3 < len(self.facts) else None
        return Decided(facts=tuple(map(fact, self.facts[at : at + 3])), last=place, heard=heard)

    async def lists(self, asked: AskLists) -> ListsDone:
        return ListsDone(lists=(ListDone(import_id=LIST, chunks=2),))

    async def page(self, asked: AskNumbers) -> NumbersRecorded:
        self.asked.append(asked.after)
        left = [each for each in self.numbers if each.number_id > asked.after]
        if asked.after and self.stop_at:
            self.stop_at.request()
        last = left[1].number_id if len(left) > 2 else None
        return NumbersRecorded(numbers=tuple(left[:2]), ends=tuple(map(fact, self.ends)), last=last)


@pytest.fixture
async def record(bus: Bus, world: World) -> AsyncIterator[Record]:
    """A campaign of five numbers, in the middle of its dialling."""
    record = Record()
    await bus.listen(RECORD_DECIDED, AskDecided, record.decided)
    await bus.listen(RECORD_LISTS, AskLists, record.lists)
    await bus.listen(RECORD_NUMBERS, AskNumbers, record.page)
    about = {"campaign_id": CAMPAIGN, "owner_id": OWNER}
    record.facts = [
        world.trunk(),
        world.device(),
        CampaignCreated(**about, created_by=OWNER, rules=world.rules()),
        SequenceChanged(**about, changed_by=OWNER, sequence_version=4, actions=()),
        imported(CAMPAIGN, LIST, chunks=2),
        activated(CAMPAIGN, 1),
    ]
    states = [NumberState.COMPLETED, NumberState.CALLING, None, NumberState.SCHEDULED, None]
    record.numbers = [
        RecordedNumber(n, f"3706000000{n}", last=LastAttempt(1, SLOT + seconds(n), state) if state else None)
        for n, state in enumerate(states, 1)
    ]
    await world.pool.execute("update refill set listed_at = null")
    yield record


def refiller(world: World, bus: Bus) -> Refiller:
    return Refiller(world.pool, bus, world.clock, world.on_stored, world.wakes.wake)


async def test_nothing_is_planned_before_all_numbers_of_the_campaign_are_here(
    world: World, bus: Bus, record: Record
) -> None:
    filling = refiller(world, bus)
    await filling.begin(Stop())
    assert await refill_store.left(world.pool) == 1
    assert await world.plans() == []
    await world.exhausts()
    assert await world.said(CampaignExhausted) == []
    await filling.fill(Stop())
    assert world.wakes.woken
    assert await world.states(CAMPAIGN) == {
        State.COMPLETED: 1,
        State.CALLING: 1,
        State.FREE: 2,
        State.SCHEDULED: 1,
    }
    orders = await world.plans_for(4)
    assert {order.number_id for order in orders} == {3, 5}
    assert min(order.slot_at for order in orders) >= SLOT + seconds(5), "it goes on behind its last slot"


async def test_an_end_that_is_heard_before_its_number_is_told_is_not_lost(
    world: World, bus: Bus, record: Record
) -> None:
    filling = refiller(world, bus)
    await filling.begin(Stop())
    call = order_of(world, 2)
    await world.hears(originated(call), ended(call, Disposition.BUSY))
    assert await world.pool.fetchval("select count(*) from put_by") == 2
    await filling.fill(Stop())
    assert await world.state_of(CAMPAIGN, 2) is State.WAITING_RETRY
    assert await world.pool.fetchval("select count(*) from put_by") == 0


async def test_an_end_that_the_record_knows_is_settled_and_what_follows_is_said(
    world: World, bus: Bus, record: Record
) -> None:
    record.ends = [ended(order_of(world, 2), Disposition.BUSY)]
    filling = refiller(world, bus)
    await filling.begin(Stop())
    await filling.fill(Stop())
    assert await world.state_of(CAMPAIGN, 2) is State.WAITING_RETRY
    assert [each.number_id for each in await world.said(NumberWaitingRetry)] == [2]


async def test_one_that_was_interrupted_goes_on_where_it_was(world: World, bus: Bus, record: Record) -> None:
    stop = record.stop_at = Stop()
    first = refiller(world, bus)
    await first.begin(Stop())
    await first.fill(stop)
    record.stop_at, asked = None, len(record.asked)
    second = refiller(world, bus)
    await second.begin(Stop())
    await second.fill(Stop())
    assert record.asked[asked:]
    assert 0 not in record.asked[asked:]
    assert await refill_store.left(world.pool) == 0
    assert sum((await world.states(CAMPAIGN)).values()) == 5


async def test_slices_that_come_once_more_bring_nothing_back(world: World, bus: Bus, record: Record) -> None:
    filling = refiller(world, bus)
    await filling.begin(Stop())
    await filling.fill(Stop())
    await world.feed.take_in([chunk(CAMPAIGN, LIST, 0, [1, 2, 99])])
    assert sum((await world.states(CAMPAIGN)).values()) == 5
    await world.feed.take_in([chunk(CAMPAIGN, uuid4(), 0, [99])])
    assert sum((await world.states(CAMPAIGN)).values()) == 6


async def test_what_this_database_knows_better_stays(world: World, bus: Bus, record: Record) -> None:
    filling = refiller(world, bus)
    await filling.begin(Stop())
    await filling.fill(Stop())
    (order, *_) = await world.plans_for(4)
    await world.hears(ended(order, Disposition.ANSWERED))
    async with transaction(world.pool) as connection:
        await refill_store.begin_anew(connection)
    await filling.list(Stop())
    await filling.fill(Stop())
    assert await world.state_of(CAMPAIGN, order.number_id) is State.COMPLETED


async def test_an_empty_record_lets_the_service_begin(world: World, bus: Bus, record: Record) -> None:
    record.facts = []
    await refiller(world, bus).begin(Stop())
    assert await refill_store.is_listed(world.pool)
    assert await world.pool.fetchval("select handled_seq from consumed") == 77
