"""What was put aside: looked at, sent once more, dropped; and a message that kills whoever handles it."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
from evendial_chassis.bus import Bus, connect, sealed
from evendial_chassis.consumer import DELIVERIES_MOST, Consumer, Delivery
from evendial_chassis.dead_letters import DeadLetter, DeadLetters
from evendial_chassis.run import Stop
from evendial_contracts.campaigns import CampaignFinished

from tests.waiting import until

pytestmark = pytest.mark.integration

FINISHED = "evendial.event.campaign.finished"
DIGITS = "4915112345678"


@pytest.fixture
async def bus(nats_url: str) -> AsyncIterator[Bus]:
    async with connect(nats_url, "test", Stop()) as bus:
        assert bus
        yield bus


def consumer(bus: Bus, owner: UUID, ack_wait_s: float = 30) -> Consumer:
    return Consumer(bus, f"test-{owner}", [f"{FINISHED}.{owner}.>"], ack_wait_s=ack_wait_s)


class Taken:
    """A handler that remembers what it took."""

    def __init__(self) -> None:
        self.epochs: list[int] = []

    async def __call__(self, batch: list[Delivery]) -> None:
        self.epochs += [each.message.epoch for each in batch if isinstance(each.message, CampaignFinished)]


class Handling:
    """A consumer's loop, with an end."""

    def __init__(self, running: Consumer, taken: Taken) -> None:
        self._stop = Stop()
        self._task = asyncio.create_task(running.handle(taken, self._stop))

    async def end(self) -> None:
        self._stop.request()
        await asyncio.wait_for(self._task, 10)


async def letters(bus: Bus, owner: UUID) -> list[DeadLetter]:
    return await DeadLetters(bus).page(0, 100, f"test-{owner}")


async def put_aside(bus: Bus, owner: UUID, data: bytes) -> DeadLetter:
    """A message that cannot be read."""
    good = sealed(CampaignFinished(campaign_id=uuid4(), owner_id=owner, epoch=1), "test")
    handling = Handling(consumer(bus, owner), Taken())
    await bus.jetstream.publish(good.subject, data, headers=good.headers)
    found = await until(lambda: letters(bus, owner))
    await handling.end()
    assert len(found) == 1
    return found[0]


async def test_a_letter_says_what_it_is_and_shows_nobodys_number(bus: Bus) -> None:
    owner = uuid4()
    letter = await put_aside(bus, owner, f'{{"epoch": "{DIGITS}"}}'.encode())
    assert letter.durable == f"test-{owner}"
    assert letter.subject.startswith(f"{FINISHED}.{owner}.")
    assert letter.type == "campaign.finished.v1"
    assert "campaign.finished.v1" in letter.reason
    assert DIGITS not in letter.body and "epoch" in letter.body
    assert await DeadLetters(bus).page(letter.seq, 100, letter.durable) == []


async def test_one_that_is_sent_once_more_is_heard_once_more_under_its_id(bus: Bus) -> None:
    owner = uuid4()
    letter = await put_aside(bus, owner, b"{}")
    dead = DeadLetters(bus)
    assert await dead.retry(letter.seq)
    assert not await dead.retry(letter.seq)
    handling = Handling(consumer(bus, owner), Taken())
    again = (await until(lambda: letters(bus, owner)))[0]
    await handling.end()
    assert again.seq > letter.seq
    assert (again.subject, again.message_id, again.body) == (letter.subject, letter.message_id, letter.body)


async def test_one_that_is_dropped_is_gone(bus: Bus) -> None:
    owner = uuid4()
    letter = await put_aside(bus, owner, b"{}")
    assert await DeadLetters(bus).drop(letter.seq)
    assert not await DeadLetters(bus).drop(letter.seq)
    assert await letters(bus, owner) == []


async def test_a_message_whose_handler_dies_each_time_is_put_aside_and_the_others_are_not(bus: Bus) -> None:
    owner = uuid4()
    poison = CampaignFinished(campaign_id=uuid4(), owner_id=owner, epoch=7)
    for epoch in (5, 6):
        await bus.publish(CampaignFinished(campaign_id=uuid4(), owner_id=owner, epoch=epoch))
    await bus.publish(poison)
    for epoch in (8, 9):
        await bus.publish(CampaignFinished(campaign_id=uuid4(), owner_id=owner, epoch=epoch))
    taken, died = Taken(), 0

    class Died(BaseException):
        """As the kernel would: nothing is caught, nothing is said."""

    async def handle(batch: list[Delivery]) -> None:
        nonlocal died
        if any(isinstance(each.message, CampaignFinished) and each.message.epoch == 7 for each in batch):
            died += 1
            raise Died
        await taken(batch)

    async def lived(stop: Stop) -> bool:
        """Whether the process was still there once all others were done."""
        running = asyncio.create_task(consumer(bus, owner, ack_wait_s=0.2).handle(handle, stop))
        waiting = asyncio.create_task(until(lambda: taken.epochs[-1:] == [9], timeout=20))
        done, _ = await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
        stop.request()
        waiting.cancel()
        await asyncio.wait({running})
        if running in done:
            assert isinstance(running.exception(), Died)
        return running not in done

    while not await lived(Stop()):
        assert died <= DELIVERIES_MOST + 1
    assert sorted(set(taken.epochs)) == [5, 6, 8, 9]
    letter = (await letters(bus, owner))[0]
    assert letter.message_id and str(poison.campaign_id) in letter.body
    assert "died" in letter.reason
