from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from evendial_chassis.bus import Bus, connect
from evendial_chassis.migrations import migrate
from evendial_chassis.run import Stop
from evendial_contracts.subjects import STREAMS
from evendial_scheduler.settings import SERVICE
from evendial_scheduler.store import Pool, open_pool

from deploy.local.nats import start_nats
from deploy.local.ports import Ports
from tests.conftest import DatabaseFactory
from tests.integration.scheduler.world import World


@pytest.fixture(scope="session")
async def nats_url(run_folder: Path, ports: Ports) -> AsyncIterator[str]:
    """Of a server of their own: a campaigns service of other tests would answer, and lose its consumers."""
    server = await start_nats(run_folder / "nats-scheduler", port=ports.one(), monitor_port=ports.one())
    yield server.url
    await server.stop()


@pytest.fixture
async def dsn(database: DatabaseFactory) -> str:
    """A scheduler's database, migrated; there is no campaigns service that could fill it."""
    address = await database(SERVICE)
    pool = await open_pool(address, stop=Stop(), name="test", size=1)
    assert pool
    await migrate(pool, "evendial_scheduler")
    await pool.execute("update refill set listed_at = clock_timestamp()")
    await pool.close()
    return address


@pytest.fixture
async def pool(dsn: str) -> AsyncIterator[Pool]:
    """Connections to it."""
    pool = await open_pool(dsn, stop=Stop(), name="test", size=8)
    assert pool
    yield pool
    await pool.close()


@pytest.fixture
def world(pool: Pool) -> World:
    """The parts of a scheduler on it, at noon."""
    return World(pool)


@pytest.fixture
async def bus(nats_url: str) -> AsyncIterator[Bus]:
    """A bus on which nobody has said anything yet."""
    async with connect(nats_url, "test", Stop()) as bus:
        assert bus
        for stream in STREAMS:
            for consumer in await bus.jetstream.consumers_info(stream.name):
                await bus.jetstream.delete_consumer(stream.name, consumer.name)
            await bus.jetstream.purge_stream(stream.name)
        yield bus
