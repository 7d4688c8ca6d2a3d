"""What a connection of the ledger learns before its first claim."""

import asyncpg

from evendial_originator import ledger_sql as sql


async def warm(connection: asyncpg.Connection) -> None:
    """Claims nothing, so that the first claim of a connection is not some 50 ms slower than the next."""
    nothing = [None] * len((await connection.prepare(sql.CLAIM)).get_parameters())
    await connection.fetchval(sql.CLAIM, *nothing)
