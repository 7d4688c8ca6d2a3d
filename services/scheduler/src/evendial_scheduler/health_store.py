"""The table `trunk_health`: the breaker and the pace of each trunk, so that a restart changes neither."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import asyncpg
import msgspec

from evendial_scheduler.core.breaker import Health
from evendial_scheduler.store import Connection

_MAKE = """
insert into trunk_health(trunk_id, health) select trunk_id, $2 from trunk where trunk_id = any($1::uuid[])
on conflict do nothing
"""
_LOCK = """
select trunk_id, health, calls_per_second from trunk_health join trunk using (trunk_id)
where trunk_id = any($1::uuid[]) order by trunk_id for update of trunk_health
"""
_KEEP = "update trunk_health set health = $2 where trunk_id = $1"
_TRIED_BY = """
select trunk_id, (health->>'trial')::uuid as command_id from trunk_health
where health->>'trial' = any($1::text[])
"""
_ALL = "select trunk_id, health from trunk_health where trunk_id = any($1::uuid[])"


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """How a defined trunk is, and the rate that it is set to."""

    health: Health
    set_rate: int


async def locked(connection: Connection, trunks: Sequence[UUID]) -> dict[UUID, Known]:
    """Those of these trunks that are defined; nobody else changes their health until the transaction ends."""
    rows = await connection.fetch(_LOCK, trunks)
    if len(rows) < len(trunks):
        await connection.execute(_MAKE, trunks, Health())
        rows = await connection.fetch(_LOCK, trunks)
    return {row["trunk_id"]: _known(row) for row in rows}


async def keep(connection: Connection, trunk_id: UUID, health: Health) -> None:
    """Replaces what is known of it."""
    await connection.execute(_KEEP, trunk_id, health)


async def tried_by(connection: Connection, commands: Sequence[UUID]) -> dict[UUID, UUID]:
    """Those of these commands that are trials, with the trunk that they try."""
    rows = await connection.fetch(_TRIED_BY, [str(each) for each in commands])
    return {row["command_id"]: row["trunk_id"] for row in rows}


async def of_trunks(connection: Connection, trunks: Sequence[UUID]) -> Mapping[UUID, Health]:
    """How these trunks are; who never gave reason for doubt may be missing."""
    return {
        row["trunk_id"]: msgspec.convert(row["health"], Health)
        for row in await connection.fetch(_ALL, trunks)
    }


def _known(row: asyncpg.Record) -> Known:
    return Known(health=msgspec.convert(row["health"], Health), set_rate=row["calls_per_second"])
