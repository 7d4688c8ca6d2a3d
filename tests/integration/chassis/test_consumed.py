"""A database that goes back in time: what it has forgotten is handled again, and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import asyncpg
import pytest
from evendial_chassis.bus import Bus, connect
from evendial_chassis.consumed import TABLE, Consumed
from evendial_chassis.consumer import Consumer, Delivery
from evendial_chassis.database import open_pool
from evendial_chassis.run import Stop
from evendial_contracts.campaigns import CampaignFinished

from tests.conftest import DatabaseFactory
from tests.waiting import until

pytestmark = pytest.mark.integration

FINISHED = "evendial.event.campaign.finished"


@pytest.fixture
async def bus(nats_url: str) -> AsyncIterator[Bus]:
    async with connect(nats_url, "test", Stop()) as bus:
        assert bus
        yield bus


class Service:
    """A service whose database holds the epochs that it has heard of, each once."""

    def __init__(self, bus: Bus, pool: asyncpg.Pool) -> None:
        self.bus = bus
        self.pool = pool
        self.owner = uuid4()
        self.handled: list[int] = []

    @property
    def durable(self) -> str:
        return f"test-{self.owner}"

    async def say(self, epochs: range) -> None:
        for epoch in epochs:
            said = CampaignFinished(campaign_id=UUID(int=0), owner_id=self.owner, epoch=epoch)
            await self.bus.publish(said)

    async def holds(self) -> list[int]:
        return [row["epoch"] for row in await self.pool.fetch("select epoch from heard order by epoch")]

    async def until_it_holds(self, epochs: range) -> None:
        async def all_there() -> bool:
            return await self.holds() == list(epochs)

        await until(all_there)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Consumer]:
        stop = Stop()
        consumer = Consumer(
            self.bus,
            self.durable,
            [f"{FINISHED}.{self.owner}.>"],
            batch=1,
            consumed=Consumed(self.pool, self.durable),
        )
        task = asyncio.create_task(consumer.handle(self._handle, stop))
        yield consumer
        stop.request()
        await asyncio.wait_for(task, 10)

    async def backup(self) -> list[asyncpg.Record]:
        return await self.pool.fetch("select handled_seq from consumed")

    async def restore(self, backup: list[asyncpg.Record], epochs: range) -> None:
        """As it was when no more than these epochs had been heard of."""
        await self.pool.execute("delete from heard where epoch <> all($1::int[])", list(epochs))
        if backup:
            await self.pool.execute("update consumed set handled_seq = $1", backup[0]["handled_seq"])
        else:
            await self.pool.execute("delete from consumed")

    async def _handle(self, batch: list[Delivery]) -> None:
        for each in batch:
            assert isinstance(each.message, CampaignFinished)
            epoch = each.message.epoch
            self.handled.append(epoch)
            await self.pool.execute("insert into heard values ($1) on conflict do nothing", epoch)


@pytest.fixture
async def service(bus: Bus, database: DatabaseFactory) -> AsyncIterator[Service]:
    pool = await open_pool(await database(), stop=Stop(), name="test", size=3)
    assert pool
    await pool.execute(TABLE + "create table heard(epoch integer primary key)")
    yield Service(bus, pool)
    await pool.close()


async def test_what_was_forgotten_before_a_start_is_handled_again(service: Service) -> None:
    async with service.running():
        await service.say(range(20))
        await service.until_it_holds(range(20))
        backup = await service.backup()
        await service.say(range(20, 40))
        await service.until_it_holds(range(40))
    await service.restore(backup, range(20))
    async with service.running() as consumer:
        await service.until_it_holds(range(40))
        await until(consumer.caught_up)
    assert 20 <= len(service.handled) - 40 <= 30, "what was forgotten, and a few more"


async def test_what_was_forgotten_under_a_running_service_is_handled_again(service: Service) -> None:
    async with service.running() as consumer:
        await service.say(range(10))
        await service.until_it_holds(range(10))
        backup = await service.backup()
        await service.say(range(10, 30))
        await service.until_it_holds(range(30))
        await until(consumer.caught_up)
        await service.restore(backup, range(10))
        await service.say(range(30, 31))
        await service.until_it_holds(range(31))


async def test_a_database_that_is_empty_hears_everything(service: Service) -> None:
    async with service.running():
        await service.say(range(12))
        await service.until_it_holds(range(12))
    await service.restore([], range(0))
    async with service.running():
        await service.until_it_holds(range(12))


async def test_a_restart_alone_repeats_nothing(service: Service) -> None:
    for epochs in (range(5), range(5, 10)):
        async with service.running() as consumer:
            await service.say(epochs)
            await service.until_it_holds(range(epochs.stop))
            await until(consumer.caught_up)
    assert service.handled == list(range(10))
