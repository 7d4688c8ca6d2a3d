"""Read models made anew from the record: equal to before, while the service runs, whatever comes between."""

import asyncio
import os
import random
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID, uuid4

import asyncpg
import httpx
import hypothesis
import msgspec
import pytest
from evendial_campaigns import event_store, projection_store, rebuild_folds, rebuild_tables
from evendial_campaigns.core.call_record import merged
from evendial_campaigns.core.progress import latest
from evendial_campaigns.rebuild import RebuildRefused, rebuild
from evendial_chassis.consumer import Delivery
from evendial_chassis.database import open_pool
from evendial_chassis.migrations import migrate
from evendial_chassis.run import Stop
from evendial_contracts.envelope import seal
from evendial_contracts.message import Message
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from deploy.local.postgres import PostgresServer
from tests.integration.campaigns import history
from tests.integration.campaigns.conftest import Running
from tests.integration.campaigns.test_projector import Attempt, recorded, say, story, with_ids
from tests.waiting import until

pytestmark = pytest.mark.integration

Tables = dict[str, list[tuple[Any, ...]]]


async def tables(pool: asyncpg.Pool, *, without: tuple[str, ...] = ()) -> Tables:
    """All rows of all read models."""
    contents: Tables = {}
    for name in rebuild_tables.TABLES:
        rows = await pool.fetch("select * from " + name)  # noqa: S608
        shown = [tuple(value for key, value in row.items() if key not in without) for row in rows]
        contents[name] = sorted(shown, key=repr)
    return contents


async def shape(pool: asyncpg.Pool) -> list[tuple[Any, ...]]:
    """Columns, indexes and sequences."""
    names = list(rebuild_tables.TABLES)
    columns = await pool.fetch(
        "select table_name, column_name, data_type, column_default, is_nullable, is_identity,"
        " generation_expression from information_schema.columns where table_name = any($1::text[])",
        names,
    )
    indexes = await pool.fetch("select indexname, indexdef from pg_indexes where tablename = any($1)", names)
    keys = await pool.fetch(
        "select conname, pg_get_constraintdef(oid) from pg_constraint"
        " where conrelid = any($1::text[]::regclass[]) and contype <> 'n'",
        names,
    )
    sequences = await pool.fetch("select sequencename from pg_sequences")
    return sorted((tuple(row) for rows in (columns, indexes, keys, sequences) for row in rows), key=repr)


async def told(service: Running) -> str:
    """Campaigns with every kind of fact: calls, a redial, a removal, edits, an archived and a deleted one."""
    made = await story(service)
    messages = with_ids(made.messages)
    await say(service, messages)
    await until(lambda: recorded(service, {id for id, _ in messages}))
    url = f"/v1/campaigns/{made.campaign_id}"
    ids = await service.number_ids(made.campaign_id)
    for act in (
        service.user.post(f"{url}/activate"),
        service.user.post(f"{url}/stop"),
        service.user.patch(url, json={"name": "renamed"}, headers={"If-Match": "*"}),
        service.user.post(f"{url}/redial-failed"),
        service.user.post(f"{url}/numbers/{ids[0]}/reactivate"),
        service.user.delete(f"{url}/numbers/{ids[1]}"),
    ):
        assert (await act).is_success
    other = await service.campaign(name="put away")
    assert (await service.user.delete(f"/v1/campaigns/{await service.campaign()}")).is_success
    assert (await service.user.post(f"/v1/campaigns/{other}/archive")).is_success
    return made.campaign_id


async def test_what_is_built_anew_equals_what_was_there(fresh: Running) -> None:
    campaign_id = await told(fresh)
    await until(lambda: settled(fresh))
    before, form = await tables(fresh.pool), await shape(fresh.pool)
    progress = await fresh.progress(campaign_id)
    await rebuild(fresh.settings.database_url, Stop())
    assert await tables(fresh.pool) == before
    assert await shape(fresh.pool) == form
    assert all(before.values())
    assert await fresh.progress(campaign_id) == progress
    made = await fresh.user.get(f"/v1/campaigns/{await fresh.campaign()}")
    assert made.is_success


async def settled(service: Running) -> bool:
    """Whether every act on a list is done."""
    undone = await service.pool.fetchval("select count(*) from batch where applied_chunks < chunks")
    swept = await service.pool.fetchval("select bool_and(swept) from campaign where deleted")
    return bool(swept and not undone)


async def test_read_models_that_were_lost_come_back(fresh: Running) -> None:
    await told(fresh)
    await until(lambda: settled(fresh))
    without = ("seq", "created_at", "swept")
    before = await tables(fresh.pool, without=without)
    order = "select campaign_id from campaign order by seq"
    made_in_order = await fresh.pool.fetch(order)
    await fresh.pool.execute("truncate campaign, definition, number_progress, call")
    await rebuild(fresh.settings.database_url, Stop())
    assert await tables(fresh.pool, without=without) == before
    assert await fresh.pool.fetch(order) == made_in_order


async def test_it_is_done_while_the_service_works_and_misses_nothing(fresh: Running) -> None:
    campaign_id = await fresh.ready_campaign(60)
    owner_id, ids = await fresh.owner_id(campaign_id), await fresh.number_ids(campaign_id)
    url = f"/v1/campaigns/{campaign_id}"
    done = asyncio.Event()
    statuses: set[int] = set()

    async def facts() -> None:
        for number in range(1, 6):
            for index, number_id in enumerate(ids):
                attempt = Attempt(UUID(campaign_id), owner_id, number_id, number)
                await say(fresh, with_ids(attempt.failed() if index % 3 else attempt.busy()))

    async def acts() -> None:
        while not done.is_set():
            for path in ("progress", "calls", "numbers?state=failed", "log?limit=5"):
                statuses.add((await fresh.user.get(f"{url}/{path}")).status_code)
            statuses.add((await fresh.user.post("/v1/campaigns", json={"name": "more"})).status_code)
            await fresh.user.post(f"{url}/redial-failed")

    acting = asyncio.create_task(acts())
    saying = asyncio.create_task(facts())
    for _ in range(4):
        await rebuild(fresh.settings.database_url, Stop())
    await saying
    done.set()
    await acting
    events = 60 * 5 * 4
    await until(lambda: heard(fresh, events))
    await until(lambda: nothing_undone(fresh))
    kept = await tables(fresh.pool)
    await rebuild(fresh.settings.database_url, Stop())
    assert await tables(fresh.pool) == kept
    assert len(kept["call"]) == 60 * 5
    assert statuses == {httpx.codes.OK, httpx.codes.CREATED}


async def nothing_undone(service: Running) -> bool:
    undone = await service.pool.fetchval("select count(*) from batch where applied_chunks < chunks")
    return bool(undone == 0)


async def heard(service: Running, events: int) -> bool:
    count = await service.pool.fetchval("select count(*) from event where version is null")
    return bool(count == events)


async def test_one_at_a_time(fresh: Running) -> None:
    async with fresh.pool.acquire() as connection:
        assert await rebuild_tables.take(connection)
        with pytest.raises(RebuildRefused, match="Another rebuild is running"):
            await rebuild(fresh.settings.database_url, Stop())
        await connection.execute("select pg_advisory_unlock_all()")
    await rebuild(fresh.settings.database_url, Stop())


async def test_it_waits_for_a_long_reader_and_takes_up_what_is_done_meanwhile(fresh: Running) -> None:
    made = await story(fresh)
    messages = with_ids(made.messages)
    await say(fresh, messages)
    await until(lambda: recorded(fresh, {id for id, _ in messages}))
    url = f"/v1/campaigns/{made.campaign_id}"
    async with fresh.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.fetch("select * from call limit 1")
        work = asyncio.create_task(rebuild(fresh.settings.database_url, Stop()))
        await until(lambda: waits_for_tables(fresh))
        assert (await fresh.user.get(f"{url}/calls")).is_success
        assert (await fresh.user.post(f"{url}/redial-failed")).is_success
        removed, *_ = await fresh.number_ids(made.campaign_id)
        assert (await fresh.user.delete(f"{url}/numbers/{removed}")).is_success
        assert (await fresh.user.patch(url, json={"name": "renamed"}, headers={"If-Match": "*"})).is_success
        again = with_ids(made.messages[-2:])
        await say(fresh, again)
        await until(lambda: recorded(fresh, {id for id, _ in again}))
        await until(lambda: nothing_undone(fresh))
        before = await tables(fresh.pool)
        assert not work.done()
        await transaction.rollback()
    await work
    assert await tables(fresh.pool) == before


async def waits_for_tables(service: Running) -> bool:
    waiting = "select count(*) from pg_locks where not granted and mode = 'AccessExclusiveLock'"
    return bool(await service.pool.fetchval(waiting))


async def test_a_rebuild_that_is_killed_changes_nothing_and_leaves_nothing(fresh: Running) -> None:
    await told(fresh)
    await until(lambda: settled(fresh))
    before = await tables(fresh.pool)
    for again in (rebuild_again, sweep):
        await start_and_kill(fresh)
        assert await tables(fresh.pool) == before
        assert await leftovers(fresh)
        await again(fresh)
        assert await tables(fresh.pool) == before
        assert not await leftovers(fresh)


async def rebuild_again(service: Running) -> None:
    await rebuild(service.settings.database_url, Stop())


async def sweep(service: Running) -> None:
    await rebuild_tables.remove_leftovers(service.pool)


async def start_and_kill(service: Running) -> None:
    """Kills a rebuild while it waits for the record."""
    async with service.pool.acquire() as connection, connection.transaction():
        await connection.execute("lock table event in access exclusive mode")
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "evendial_campaigns",
            "rebuild",
            env=os.environ | {"EVENDIAL_DATABASE_URL": service.settings.database_url},
            stdout=asyncio.subprocess.DEVNULL,
        )
        await until(lambda: leftovers(service))
        process.kill()
        await process.wait()
    await until(lambda: lock_is_free(service))


async def leftovers(service: Running) -> int:
    count: int = await service.pool.fetchval("select count(*) from pg_class where relname like '%_rebuilt'")
    return count


async def lock_is_free(service: Running) -> bool:
    held = "select count(*) from pg_locks where locktype = 'advisory' and objid = $1"
    return not await service.pool.fetchval(held, rebuild_tables.LOCK)


@pytest.fixture(scope="module")
async def record(postgres_server: PostgresServer) -> AsyncIterator[asyncpg.Pool]:
    """An empty record with a campaign's numbers: two to call, one redialled, one removed, one gone."""
    dsn = await postgres_server.create_database("campaigns_folds")
    pool = await open_pool(dsn, stop=Stop(), name="test", size=2)
    assert pool is not None
    await migrate(pool, "evendial_campaigns")
    await pool.execute(
        "insert into number(number_id, campaign_id, import_id, e164, generation, deleted)"
        " overriding system value values (1, $1, $1, 49, 0, false), (2, $1, $1, 49, 1, false),"
        " (3, $1, $1, 49, 0, true)",
        history.CAMPAIGN,
    )
    yield pool
    await pool.close()


@given(st.lists(history.facts(), max_size=25), st.integers(1, 9), st.randoms())
@hypothesis.settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
async def test_the_folds_over_the_whole_record_are_those_of_the_core(
    record: asyncpg.Pool, facts: list[Message], batch: int, chance: random.Random
) -> None:
    async with record.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        try:
            for start in range(0, len(facts), batch):
                part = facts[start : start + batch]
                await event_store.hear(connection, [delivery(fact) for fact in part])
                await projection_store.save_numbers(connection, latest(part))
                await projection_store.save_calls(connection, merged(part))
            numbers = await connection.fetch("select * from number_progress order by number_id")
            calls = await connection.fetch(_CALLS_AS_FOLDED)
            assert [tuple(row) for row in await connection.fetch(rebuild_folds.NUMBERS, "0")] == [
                tuple(row[name] for name in rebuild_folds.NUMBER_COLUMNS) for row in numbers
            ]
            folded = sorted(map(tuple, await connection.fetch(rebuild_folds.CALLS, "0")), key=repr)
            assert folded == sorted(map(tuple, calls), key=repr)
            shuffled = chance.sample(facts, len(facts))
            assert [tuple(msgspec.structs.astuple(each)) for each in merged(shuffled)] == [
                tuple(row) for row in calls
            ]
        finally:
            await transaction.rollback()


_CALLS_AS_FOLDED = "select " + ", ".join(rebuild_folds.CALL_COLUMNS) + " from call order by command_id"  # noqa: S608


def delivery(fact: Message) -> Delivery:
    envelope = seal(fact, id=uuid4(), source="scheduler", time=datetime(2026, 5, 1, tzinfo=UTC))
    return Delivery(envelope, fact, cast(Any, None))
