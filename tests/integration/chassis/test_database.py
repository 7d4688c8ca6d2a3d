"""Migrations and the outbox against a real Postgres."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest
from evendial_chassis.bus import Bus, Outgoing, connect, sealed
from evendial_chassis.database import open_pool
from evendial_chassis.migrations import MigrationChanged, migrate
from evendial_chassis.outbox import TABLES, Relay, store
from evendial_chassis.run import Stop
from evendial_contracts.campaigns import CampaignFinished
from evendial_contracts.envelope import open_envelope

from tests.conftest import DatabaseFactory
from tests.waiting import until

pytestmark = pytest.mark.integration


@pytest.fixture
async def pool(database: DatabaseFactory) -> AsyncIterator[asyncpg.Pool]:
    pool = await open_pool(await database(), stop=Stop(), name="test", size=10)
    assert pool
    yield pool
    await pool.close()


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with one migration."""
    root = tmp_path / f"migrated_{uuid4().hex}"
    (root / "migrations").mkdir(parents=True)
    (root / "__init__.py").write_text("")
    (root / "migrations" / "0001_first.sql").write_text("create table a(x int); insert into a values (1);")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    return root


async def test_a_connection_is_given_back_as_it_is_but_for_an_open_transaction(
    database: DatabaseFactory,
) -> None:
    pool = await open_pool(await database(), stop=Stop(), name="test", size=1)
    assert pool
    await pool.execute("create table a(x int)")
    async with pool.acquire() as connection:
        await connection.execute("set application_name = 'kept'")
        await connection.execute("begin; insert into a values (1)")
    assert await pool.fetchval("show application_name") == "kept"
    assert await pool.fetchval("select count(*) from a") == 0
    await pool.close()


async def test_four_starters_apply_each_migration_once(pool: asyncpg.Pool, package: Path) -> None:
    (package / "migrations" / "0002_second.sql").write_text("insert into a values (2);")
    applied = await asyncio.gather(*(migrate(pool, package.name) for _ in range(4)))
    assert sorted(applied) == [0, 0, 0, 2]
    assert [row["x"] for row in await pool.fetch("select x from a order by x")] == [1, 2]


async def test_a_migration_that_fails_leaves_nothing(pool: asyncpg.Pool, package: Path) -> None:
    (package / "migrations" / "0002_bad.sql").write_text("create table b(x int); select 1/0;")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(pool, package.name)
    assert await pool.fetchval("select to_regclass('b')") is None
    assert await pool.fetchval("select count(*) from schema_migration") == 1


async def test_a_migration_may_not_change_after_it_was_applied(pool: asyncpg.Pool, package: Path) -> None:
    await migrate(pool, package.name)
    (package / "migrations" / "0001_first.sql").write_text("create table c(x int);")
    with pytest.raises(MigrationChanged, match=r"0001_first\.sql"):
        await migrate(pool, package.name)


@pytest.fixture
async def bus(nats_url: str) -> AsyncIterator[Bus]:
    async with connect(nats_url, "test", Stop()) as bus:
        assert bus
        yield bus


def message(owner: UUID, epoch: int) -> Outgoing:
    return sealed(CampaignFinished(campaign_id=uuid4(), owner_id=owner, epoch=epoch), "test")


async def published(bus: Bus, owner: UUID, count: int) -> list[str]:
    subscription = await bus.jetstream.subscribe(
        f"evendial.event.campaign.finished.{owner}.>", ordered_consumer=True
    )
    raw = [await subscription.next_msg(timeout=5) for _ in range(count)]
    return [str(open_envelope(each.headers).id) for each in raw]


async def test_a_row_of_a_late_commit_is_not_passed_over(pool: asyncpg.Pool, bus: Bus) -> None:
    await pool.execute(TABLES)
    owner, relay = uuid4(), Relay(pool, bus)
    early, late = message(owner, 1), message(owner, 2)
    async with pool.acquire() as slow, slow.transaction():
        await store(slow, [late])
        await store_committed(pool, early)
        await relay.empty()
        assert await pool.fetchval("select count(*) from outbox") == 1
    await relay.empty()
    assert await published(bus, owner, 2) == [str(late.id), str(early.id)]
    assert await pool.fetchval("select count(*) from outbox") == 0


async def store_committed(pool: asyncpg.Pool, outgoing: Outgoing) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await store(connection, [outgoing])


async def test_what_was_published_but_not_deleted_is_published_once_for_the_reader(
    pool: asyncpg.Pool, bus: Bus
) -> None:
    await pool.execute(TABLES)
    owner, relay = uuid4(), Relay(pool, bus)
    twice, after = message(owner, 1), message(owner, 2)
    await store_committed(pool, twice)
    await bus.publish_sealed(twice)
    await relay.empty()
    await store_committed(pool, after)
    await relay.empty()
    assert await published(bus, owner, 2) == [str(twice.id), str(after.id)]


async def test_the_relay_drains_before_it_stops(pool: asyncpg.Pool, bus: Bus) -> None:
    await pool.execute(TABLES)
    stop, relay = Stop(), Relay(pool, bus)
    running = asyncio.create_task(relay.run(stop))
    await store_committed(pool, message(uuid4(), 1))
    relay.wake()

    async def empty() -> bool:
        return bool(await pool.fetchval("select count(*) = 0 from outbox"))

    await until(empty)
    await store_committed(pool, message(uuid4(), 1))
    stop.request()
    await running
    assert await empty()
