"""A transaction on the scheduler's own database, and which of its failures pass."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from evendial_chassis import database
from evendial_chassis.outbox import Connection

__all__ = ["PASSING", "Connection", "Pool", "lock_pool", "transaction"]

Pool = asyncpg.Pool

PASSING = (*database.TRANSIENT, asyncpg.LockNotAvailableError)
"""Failures after which the same work is simply tried again."""

_PLANNING = 0x706C616E
"""Class of the advisory locks of pools ("plan")."""


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Connection]:
    """All or nothing."""
    async with pool.acquire() as connection, connection.transaction():
        yield connection


async def lock_pool(connection: Connection, pool: str) -> None:
    """Until the transaction ends, nobody else plans this pool: its anchors are all in this database."""
    await connection.execute("select pg_advisory_xact_lock($1, hashtext($2))", _PLANNING, pool)
