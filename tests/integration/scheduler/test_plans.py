"""What ticks and messages ask is found through an index, whatever Postgres believes of the lists."""

import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from evendial_scheduler import (
    attempt_store,
    campaign_store,
    claim_by_zone,
    deletion_store,
    exhaustion_store,
    number_store,
    reason_store,
    refill_store,
    suppression_store,
)
from evendial_scheduler.store import BY_INDEX

from tests.integration.scheduler.world import NOON

pytestmark = pytest.mark.integration

Statements = dict[str, tuple[Any, ...]]

NUMBERS = 20_000
CAMPAIGN, DEVICE, TRUNK = UUID(int=1), UUID(int=2), UUID(int=3)
FILL = """
insert into number(campaign_id, number_id, e164, generation, due_at)
select $1, n, 37060000000 + n, 0, $2 from generate_series(1, $3::integer) as n
"""
AROUND = f"""
alter table number set (autovacuum_enabled = off);
insert into trunk(trunk_id, revision, endpoint, pool, calls_per_second, deleted)
values ('{TRUNK}', 1, 'carrier', 'default', 50, false);
insert into device(device_id, revision, trunk_id, account_code, deleted)
values ('{DEVICE}', 1, '{TRUNK}', 'acc', false);
insert into campaign(campaign_id, owner_id, active, rules, sequence_version)
values ('{CAMPAIGN}', '{UUID(int=4)}', true, '{{"device_id": "{DEVICE}", "calls_per_minute": 60}}', 1);
"""  # noqa: S608
CALLED = "update number set state = 4 where number_id <= $1 * 9 / 10"

FEW = 50
CAMPAIGNS, IDS, COMMANDS = [CAMPAIGN] * FEW, list(range(1, FEW + 1)), [UUID(int=n) for n in range(FEW)]
ZEROS, TIMES, NONES = [0] * FEW, [NOON] * FEW, [None] * FEW

DUE: Statements = {
    "claim": (number_store.CLAIM, [CAMPAIGN], [10], NOON),
    "active": (campaign_store._ACTIVE, [DEVICE], NOON, 2.0),
    "exhausted": (exhaustion_store.EXHAUSTED, None),
}
BY_ZONE: Statements = {
    "claim by zone": (claim_by_zone.CLAIM_OPEN, [CAMPAIGN], ["{2,1}"], [10], NOON),
    "due by zone": (claim_by_zone._DUE, [CAMPAIGN], ["{2,1}"], [10], NOON),
}
IN_HAND: Statements = {
    "in flight": (number_store._IN_FLIGHT,),
    "overdue": (attempt_store._OVERDUE, NOON, 250),
}
BY_KEY: Statements = {
    "order": (number_store._ORDER, CAMPAIGNS, IDS, COMMANDS, TIMES, TIMES),
    "scheduled": (attempt_store._SCHEDULED, CAMPAIGNS, IDS, COMMANDS, ZEROS, ZEROS, TIMES),
    "calling": (attempt_store._CALLING, CAMPAIGNS, IDS, COMMANDS),
    "held": (attempt_store._HELD, CAMPAIGNS, IDS, COMMANDS),
    "settle": (attempt_store._SETTLE, CAMPAIGNS, IDS, ZEROS, ZEROS, ZEROS, NONES, TIMES, NONES, NONES, NONES),
    "standing": (reason_store._STANDING, CAMPAIGN, IDS),
    "refilled": (
        refill_store._STAND, CAMPAIGN, IDS, ZEROS, ZEROS, ZEROS, ZEROS, NONES, TIMES, COMMANDS, TIMES, TIMES,
        NONES, NONES, NONES,
    ),
}  # fmt: skip
OF_DELETED: Statements = {
    "left of deleted": (deletion_store._LEFT,),
    "numbers of deleted": (deletion_store._NUMBERS, CAMPAIGN, 10),
}
COUNTED: Statements = {"groups": (reason_store._GROUPS, CAMPAIGN, NOON, True)}
SUPPRESSED: Statements = {"release": (suppression_store._RELEASE, [UUID(int=5)], NOON)}

KEY = re.compile(r"Index Cond: .*number_id = ")
OF_NUMBER = re.compile(r"(Seq Scan|Scan using (\w+)|Bitmap Heap Scan) on number\b")


@pytest.fixture(params=["unknown", "unknown and short", "as it was filled", "as it is", "as if empty"])
async def connection(request: pytest.FixtureRequest, dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """To a list of which nine in ten are called; the parameter is what Postgres believes of it."""
    connection = await asyncpg.connect(dsn, server_settings=BY_INDEX, statement_cache_size=0)
    await connection.execute(AROUND)
    if request.param == "as if empty":
        await connection.execute("analyze number")
    await connection.execute(FILL, CAMPAIGN, NOON, 3_000 if "short" in request.param else NUMBERS)
    if request.param == "as it was filled":
        await connection.execute("analyze number")
    await connection.execute(CALLED, NUMBERS)
    if request.param == "as it is":
        await connection.execute("analyze number")
    yield connection
    await connection.close()


async def test_every_statement_goes_by_an_index(connection: asyncpg.Connection) -> None:
    for mode in ("force_custom_plan", "force_generic_plan"):
        await connection.execute(f"set plan_cache_mode = {mode}")
        for name, (sql, *arguments) in DUE.items():
            assert await indexes(connection, sql, arguments) >= {"number_due", "number_retry"}, name
        for name, (sql, *arguments) in BY_ZONE.items():
            assert await indexes(connection, sql, arguments) == {"number_in_zone"}, name
        for name, (sql, *arguments) in IN_HAND.items():
            assert await indexes(connection, sql, arguments) == {"number_in_flight"}, name
        for name, (sql, *arguments) in (BY_KEY | OF_DELETED).items():
            assert await indexes(connection, sql, arguments) == {"number_pkey"}, name
        for name, (sql, *arguments) in BY_KEY.items():
            assert KEY.search("\n".join(await plan_of(connection, sql, arguments))), name
        for name, (sql, *arguments) in COUNTED.items():
            found = await indexes(connection, sql, arguments)
            assert found == {"number_in_zone", "number_in_flight"}, name
        for name, (sql, *arguments) in SUPPRESSED.items():
            assert await indexes(connection, sql, arguments) == {"number_suppressed"}, name


async def indexes(connection: asyncpg.Connection, sql: str, arguments: list[Any]) -> set[str]:
    """Those that numbers are looked up in; a list that is read or sorted as a whole has another name."""
    plan = await plan_of(connection, sql, arguments)
    found = [match for line in plan if (match := OF_NUMBER.search(line))]
    return {match[2] or match[1] for match in found}


async def plan_of(connection: asyncpg.Connection, sql: str, arguments: list[Any]) -> list[str]:
    return [row["QUERY PLAN"] for row in await connection.fetch(f"explain {sql}", *arguments)]
