"""The bus and durable consumption against a real nats-server."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from evendial_chassis.bus import Bus, NoAnswer, connect, sealed
from evendial_chassis.consumer import Consumer, Delivery
from evendial_chassis.pull import Gather
from evendial_chassis.run import Stop
from evendial_contracts import requests, subjects
from evendial_contracts.campaigns import CampaignDeleted, CampaignFinished

from tests.waiting import until

pytestmark = pytest.mark.integration

OTHER = "evendial.event.campaign.finished"


@pytest.fixture
async def stop() -> AsyncIterator[Stop]:
    stop = Stop()
    yield stop
    stop.request()


@pytest.fixture
async def bus(nats_url: str, stop: Stop) -> AsyncIterator[Bus]:
    async with connect(nats_url, "test", stop) as bus:
        assert bus
        yield bus


class Taken:
    """A handler that remembers what it took and fails as told."""

    def __init__(self, *failures: Exception) -> None:
        self.epochs: list[int] = []
        self.failures = list(failures)

    async def __call__(self, batch: list[Delivery]) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.epochs += [each.message.epoch for each in batch if isinstance(each.message, CampaignFinished)]


def finished(owner: UUID, epoch: int) -> CampaignFinished:
    return CampaignFinished(campaign_id=uuid4(), owner_id=owner, epoch=epoch)


def consumer(bus: Bus, owner: UUID, batch: int = 500) -> Consumer:
    return Consumer(bus, f"test-{owner}", [f"{OTHER}.{owner}.>"], batch=batch, ack_wait_s=2)


async def test_messages_arrive_once_and_in_order(bus: Bus, stop: Stop) -> None:
    owner, taken = uuid4(), Taken()
    messages = [sealed(finished(owner, epoch), "test") for epoch in range(50)]
    for message in messages + messages[:5]:
        await bus.publish_sealed(message)
    running = asyncio.create_task(consumer(bus, owner, batch=7).handle(taken, stop))
    await until(lambda: len(taken.epochs) >= 50)
    stop.request()
    await running
    assert taken.epochs == list(range(50))


async def test_what_a_killed_process_had_in_hand_comes_again_within_ten_seconds(bus: Bus, stop: Stop) -> None:
    owner = uuid4()
    durable = Consumer(bus, f"test-{owner}", [f"{OTHER}.{owner}.>"])
    await durable.create(stop)
    info = await bus.jetstream.consumer_info("EVENDIAL_EVENTS", f"test-{owner}")
    assert info.config.ack_wait == 10


async def test_what_may_wait_comes_together_and_with_what_may_not(bus: Bus, stop: Stop) -> None:
    owner, batches = uuid4(), list[list[int]]()
    hour = Gather(seconds=3600, subjects=[f"{OTHER}.{owner}.>"])
    subjects = [f"{OTHER}.{owner}.>", f"evendial.event.campaign.deleted.{owner}.>"]
    taker = Consumer(bus, f"test-{owner}", subjects, gather=hour)
    await taker.create(stop)

    async def take(batch: list[Delivery]) -> None:
        batches.append([getattr(each.message, "epoch", 0) for each in batch])

    running = asyncio.create_task(taker.handle(take, stop))
    await bus.publish(finished(owner, 1))
    await until(lambda: [1] in batches)
    for epoch in (2, 3, 4):
        await bus.publish(finished(owner, epoch))
    await bus.publish(CampaignDeleted(campaign_id=uuid4(), owner_id=owner, deleted_by=uuid4()))
    await until(lambda: [2, 3, 4, 0] in batches)
    stop.request()
    await running


async def test_a_failure_that_passes_is_waited_out_in_order(bus: Bus, stop: Stop) -> None:
    owner, taken = uuid4(), Taken(ConnectionResetError("no database"), TimeoutError())
    for epoch in range(10):
        await bus.publish(finished(owner, epoch))
    running = asyncio.create_task(consumer(bus, owner).handle(taken, stop))
    await until(lambda: len(taken.epochs) >= 10)
    stop.request()
    await running
    assert taken.epochs == list(range(10))


async def test_a_message_that_nobody_can_read_is_put_aside_with_its_reason(bus: Bus, stop: Stop) -> None:
    owner, taken = uuid4(), Taken()
    bad = sealed(finished(owner, 1), "test")
    await bus.jetstream.publish(bad.subject, b'{"epoch": "many"}', headers=bad.headers)
    await bus.publish(finished(owner, 2))
    reading = consumer(bus, owner)
    dead = await bus.jetstream.subscribe(subjects.dead_letter(f"test-{owner}"), ordered_consumer=True)
    running = asyncio.create_task(reading.handle(taken, stop))
    await until(lambda: taken.epochs == [2])
    letter = await dead.next_msg(timeout=5)
    assert letter.headers and "$.epoch" in letter.headers["Evendial-Reason"]
    await until(reading.caught_up)
    stop.request()
    await running


async def test_a_message_of_an_unknown_type_is_skipped(bus: Bus, stop: Stop) -> None:
    owner, taken = uuid4(), Taken()
    newer = sealed(finished(owner, 1), "test")
    headers = newer.headers | {"ce-type": "campaign.finished.v99"}
    await bus.jetstream.publish(newer.subject, newer.data, headers=headers)
    await bus.publish(finished(owner, 2))
    running = asyncio.create_task(consumer(bus, owner).handle(taken, stop))
    await until(lambda: taken.epochs == [2])
    stop.request()
    await running


async def test_the_message_at_fault_alone_is_delayed(bus: Bus, stop: Stop) -> None:
    owner = uuid4()
    taken: list[int] = []
    refused: list[int] = []

    async def handle(batch: list[Delivery]) -> None:
        epochs = [each.message.epoch for each in batch if isinstance(each.message, CampaignFinished)]
        if 3 in epochs and len(refused) < 2:
            refused.append(3)
            raise ValueError("cannot take 3 yet")
        taken.extend(epochs)

    for epoch in range(6):
        await bus.publish(finished(owner, epoch))
    running = asyncio.create_task(consumer(bus, owner).handle(handle, stop))
    await until(lambda: sorted(taken) == list(range(6)))
    stop.request()
    await running
    assert taken == [0, 1, 2, 4, 5, 3]


async def test_requests_are_answered_and_silence_is_an_error(bus: Bus) -> None:
    async def hear(ask: requests.CloseGate) -> requests.GateClosed:
        return requests.GateClosed(campaign_id=ask.campaign_id, epoch=ask.epoch)

    ask = requests.CloseGate(campaign_id=uuid4(), epoch=4)
    with pytest.raises(NoAnswer):
        await bus.ask("test.nobody", ask, requests.GateClosed, timeout_s=0.5)
    subject = f"test.{uuid4()}"
    await bus.listen(subject, requests.CloseGate, hear)
    answer = await bus.ask(subject, ask, requests.GateClosed, timeout_s=2)
    assert (answer.campaign_id, answer.epoch) == (ask.campaign_id, 4)


async def test_the_envelope_arrives_as_it_was_sealed(bus: Bus, stop: Stop) -> None:
    owner, seen = uuid4(), list[Delivery]()

    async def handle(batch: list[Delivery]) -> None:
        seen.extend(batch)

    at = datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    said = sealed(finished(owner, 1), "campaigns", at=at)
    await bus.publish_sealed(said)
    running = asyncio.create_task(consumer(bus, owner).handle(handle, stop))
    await until(lambda: bool(seen))
    stop.request()
    await running
    envelope = seen[0].envelope
    assert (envelope.id, envelope.time, envelope.source) == (said.id, at, "evendial/campaigns")
