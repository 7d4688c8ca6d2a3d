"""A transaction on the scheduler's own database, and which of its failures pass."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from evendial_chassis import database
from evendial_chassis.outbox import Connection
from evendial_chassis.run import Stop

__all__ = ["PASSING", "Connection", "Pool", "lock_pool", "open_pool", "transaction"]

Pool = asyncpg.Pool

PASSING = (*database.TRANSIENT, asyncpg.LockNotAvailableError)
"""Failures after which the same work is simply tried again."""

BY_INDEX = {
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "jit": "off",
}
"""Every statement finds its rows one by one through an index, and is written for that.

Left to itself Postgres picks a plan by statistics, and those of a table that has just gained a million rows,
or of which most have been called since, lead it to read all of it.
"""

_PLANNING = 0x706C616E
"""Class of the advisory locks of pools ("plan")."""


async def open_pool(dsn: str, *, stop: Stop, name: str, size: int) -> Pool | None:
    """Connections to the scheduler's database once it answers; None when told to stop first."""
    return await database.open_pool(dsn, stop=stop, name=name, size=size, settings=BY_INDEX)


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Connection]:
    """All or nothing."""
    async with pool.acquire() as connection, connection.transaction():
        yield connection


async def lock_pool(connection: Connection, pool: str) -> None:
    """Until the transaction ends, nobody else plans this pool: its anchors are all in this database."""
    await connection.execute("select pg_advisory_xact_lock($1, hashtext($2))", _PLANNING, pool)
