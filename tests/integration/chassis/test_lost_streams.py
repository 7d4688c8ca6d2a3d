"""JetStream's store is lost while services run: nothing decided is lost with it, and nothing is restarted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest
from evendial_chassis import said
from evendial_chassis.bus import Bus, Outgoing, connect, sealed
from evendial_chassis.consumer import Consumer, Delivery
from evendial_chassis.database import open_pool
from evendial_chassis.outbox import TABLES, Relay, store
from evendial_chassis.run import Stop
from evendial_contracts.campaigns import CampaignFinished
from nats.aio.msg import Msg

from deploy.local.ports import Ports
from tests.conftest import DatabaseFactory
from tests.integration.chassis.lost_store import LosableNats
from tests.integration.originator.orders import order
from tests.waiting import until

pytestmark = pytest.mark.integration

WITHIN_S = 5.0
FINISHED = "evendial.event.campaign.finished"


@pytest.fixture(scope="module")
async def nats(run_folder: Path, ports: Ports) -> AsyncIterator[LosableNats]:
    made = LosableNats(run_folder / "losable-nats", ports)
    await made.start()
    yield made
    await made.server.stop()


@pytest.fixture
async def bus(nats: LosableNats) -> AsyncIterator[Bus]:
    async with connect(nats.url, "test", Stop()) as bus:
        assert bus
        yield bus


@pytest.fixture
async def pool(database: DatabaseFactory) -> AsyncIterator[asyncpg.Pool]:
    pool = await open_pool(await database(), stop=Stop(), name="test", size=10)
    assert pool
    await pool.execute(TABLES)
    yield pool
    await pool.close()


def finished(owner: UUID, epoch: int) -> Outgoing:
    return sealed(CampaignFinished(campaign_id=uuid4(), owner_id=owner, epoch=epoch), "test")


async def decide(pool: asyncpg.Pool, relay: Relay, messages: list[Outgoing]) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await store(connection, messages)
    relay.wake()


@asynccontextmanager
async def relaying(relay: Relay) -> AsyncIterator[None]:
    stop = Stop()
    running = asyncio.create_task(relay.run(stop))
    yield
    stop.request()
    await running


async def held(bus: Bus, owner: UUID, count: int) -> list[tuple[str, bytes]]:
    """What a new durable subscriber finds in the stream."""
    subscription = await bus.jetstream.pull_subscribe(f"{FINISHED}.{owner}.>", durable=f"sub-{uuid4().hex}")
    found: list[Msg] = []
    async with asyncio.timeout(WITHIN_S):
        while len(found) < count:
            batch = await subscription.fetch(min(500, count - len(found)), timeout=WITHIN_S)
            for each in batch:
                await each.ack()
            found += batch
    return [((each.headers or {})["ce-id"], each.data) for each in found]


def ids_and_bytes(messages: list[Outgoing]) -> list[tuple[str, bytes]]:
    return [(str(each.id), each.data) for each in messages]


async def test_a_lost_store_is_filled_again_in_order_with_the_same_bytes(
    nats: LosableNats, bus: Bus, pool: asyncpg.Pool
) -> None:
    owner, relay = uuid4(), Relay(pool, bus)
    before = [finished(owner, epoch) for epoch in range(2500)]
    async with relaying(relay):
        await decide(pool, relay, before)
        await until(lambda: pool.fetchval("select count(*) = 2500 from said"))
        await nats.lose_store()
        after = [finished(owner, epoch) for epoch in range(2500, 2510)]
        await decide(pool, relay, after)
        await until(lambda: pool.fetchval("select count(*) = 2510 from said"), timeout=WITHIN_S)
        assert await held(bus, owner, 2510) == ids_and_bytes(before + after)


async def test_a_stream_deleted_under_running_services_is_made_and_filled_again(
    bus: Bus, pool: asyncpg.Pool
) -> None:
    owner, relay = uuid4(), Relay(pool, bus)
    messages = [finished(owner, epoch) for epoch in range(3)]
    async with relaying(relay):
        await decide(pool, relay, messages)
        await until(lambda: pool.fetchval("select count(*) = 3 from said"))
        was_made_at = bus.made_at(said.STREAM)
        await bus.jetstream.delete_stream(said.STREAM)
        await until(lambda: bus.made_at(said.STREAM) not in (None, was_made_at), timeout=WITHIN_S)
        await until(lambda: pool.fetchval("select made_at > $1 from said_to", was_made_at), timeout=WITHIN_S)
        assert await held(bus, owner, 3) == ids_and_bytes(messages)


async def test_a_durable_is_made_again_and_starts_at_the_beginning(nats: LosableNats, bus: Bus) -> None:
    owner, stop, taken = uuid4(), Stop(), list[int]()

    async def take(batch: list[Delivery]) -> None:
        taken.extend(each.message.epoch for each in batch if isinstance(each.message, CampaignFinished))

    running = asyncio.create_task(
        Consumer(bus, f"test-{owner}", [f"{FINISHED}.{owner}.>"]).handle(take, stop)
    )
    await bus.publish_sealed(finished(owner, 1))
    await until(lambda: taken == [1])
    await nats.lose_store()
    await bus.publish_sealed(finished(owner, 2), deadline_s=WITHIN_S)
    await until(lambda: taken == [1, 2], timeout=WITHIN_S)
    await bus.jetstream.delete_consumer(said.STREAM, f"test-{owner}")
    await until(lambda: taken == [1, 2, 2], timeout=WITHIN_S)
    stop.request()
    await running


async def test_orders_are_not_kept_and_what_was_said_is_forgotten_after_an_hour(
    bus: Bus, pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay, kept = Relay(pool, bus), finished(uuid4(), 1)
    command = order()
    await decide(pool, relay, [sealed(command, "test", id=command.command_id), kept])
    await relay.empty()
    assert [row["id"] for row in await pool.fetch("select id from said")] == [kept.id]
    monkeypatch.setattr(said, "FORGET_EVERY_S", 0.0)
    forgetful = said.Said(pool)
    await forgetful.forget()
    assert await pool.fetchval("select count(*) from said") == 1
    await pool.execute("update said set said_at = said_at - interval '61 min'")
    await forgetful.forget()
    assert await pool.fetchval("select count(*) from said") == 0
