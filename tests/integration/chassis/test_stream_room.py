"""Streams that are small: what all have read goes, what somebody has not read stays, and nothing is lost."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest
from evendial_chassis.bus import Bus, NotPublished, connect, sealed
from evendial_chassis.consumer import Consumer
from evendial_chassis.database import open_pool
from evendial_chassis.outbox import TABLES, Relay, store
from evendial_chassis.run import Stop
from evendial_chassis.stream_room import StreamRoom
from evendial_chassis.streams import stream_of
from evendial_contracts.campaigns import CampaignFinished
from evendial_contracts.subjects import EVENTS, events_of

from deploy.local.nats import NatsServer, start_nats
from deploy.local.ports import Ports
from tests.conftest import DatabaseFactory
from tests.waiting import until

pytestmark = pytest.mark.integration

STREAM = stream_of([EVENTS])
SMALL = 40_000


@pytest.fixture
async def nats(tmp_path: Path, ports: Ports) -> AsyncIterator[NatsServer]:
    server = await start_nats(tmp_path / "nats", port=ports.one(), monitor_port=ports.one())
    yield server
    await server.stop()


@pytest.fixture
async def bus(nats: NatsServer) -> AsyncIterator[Bus]:
    """Whose stream of events the operator has made small."""
    async with connect(nats.url, "test", Stop()) as bus:
        assert bus
        config = (await bus.jetstream.stream_info(STREAM)).config
        await bus.jetstream.update_stream(config, max_bytes=SMALL)
        yield bus


@pytest.fixture
async def pool(database: DatabaseFactory) -> AsyncIterator[asyncpg.Pool]:
    pool = await open_pool(await database(), stop=Stop(), name="test", size=3)
    assert pool
    await pool.execute(TABLES)
    yield pool
    await pool.close()


def finished(owner: UUID, epoch: int) -> CampaignFinished:
    return CampaignFinished(campaign_id=uuid4(), owner_id=owner, epoch=epoch)


async def until_full(bus: Bus, owner: UUID) -> int:
    said = 0
    with pytest.raises(NotPublished):
        while said < 1000:
            await bus.publish(finished(owner, said), deadline_s=0)
            said += 1
    return said


async def used(bus: Bus) -> float:
    return (await bus.jetstream.stream_info(STREAM)).state.bytes / SMALL


async def test_a_size_that_the_operator_has_set_stays(bus: Bus, nats: NatsServer) -> None:
    async with connect(nats.url, "another", Stop()) as other:
        assert other
        assert (await other.jetstream.stream_info(STREAM)).config.max_bytes == SMALL


async def test_what_everybody_has_read_makes_room(bus: Bus) -> None:
    owner, stop = uuid4(), Stop()
    filters = {"all": EVENTS, "own": f"evendial.event.*.*.{owner}.>"}
    consumers = [Consumer(bus, f"{name}-{owner}", [subject]) for name, subject in filters.items()]
    for consumer in consumers:
        await consumer.create(stop)
    said = await until_full(bus, owner)
    for consumer in consumers:
        reader = consumer.deliveries(stop)
        taken = 0
        while taken < said:
            for delivery in await anext(reader):
                await delivery.ack()
                taken += 1
        await reader.aclose()
        await until(consumer.caught_up)
    await StreamRoom(bus).look(STREAM)
    assert 0.3 < await used(bus) <= 0.51
    await bus.publish(finished(owner, said), deadline_s=0)


async def test_what_one_has_not_read_stays_and_is_said_who(
    bus: Bus, caplog: pytest.LogCaptureFixture
) -> None:
    owner = uuid4()
    await Consumer(bus, f"lags-{owner}", [EVENTS]).create(Stop())
    said = await until_full(bus, owner)
    room = StreamRoom(bus)
    with caplog.at_level(logging.WARNING):
        await room.look(STREAM)
        await room.look(STREAM)
    assert (await bus.jetstream.stream_info(STREAM)).state.messages == said
    warned = [each.__dict__ for each in caplog.records if each.__dict__.get("action") == "stream_filling"]
    assert [each["unread_by"] for each in warned] == [f"lags-{owner}"]


async def test_an_outbox_waits_for_room_and_keeps_its_order(
    bus: Bus, pool: asyncpg.Pool, caplog: pytest.LogCaptureFixture
) -> None:
    owner, relay, stop = uuid4(), Relay(pool, bus), Stop()
    said = await until_full(bus, owner)
    more = [sealed(finished(owner, said + n), "test") for n in range(20)]
    async with pool.acquire() as connection, connection.transaction():
        await store(connection, more)
    with caplog.at_level(logging.WARNING), pytest.raises(NotPublished):
        await relay.empty()
    assert await pool.fetchval("select count(*) from outbox") == len(more)
    await bus.jetstream.purge_stream(STREAM)
    await relay.empty()
    consumer, epochs = Consumer(bus, f"late-{owner}", events_of(CampaignFinished)), list[int]()
    reader = consumer.deliveries(stop)
    while len(epochs) < len(more):
        for delivery in await anext(reader):
            assert isinstance(delivery.message, CampaignFinished)
            epochs.append(delivery.message.epoch)
            await delivery.ack()
    await reader.aclose()
    assert epochs == list(range(said, said + len(more)))
