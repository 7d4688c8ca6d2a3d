"""Entries that end by themselves or with their list, slice by slice."""

from collections.abc import Sequence
from itertools import groupby
from uuid import UUID

import asyncpg
from evendial_chassis import outbox
from evendial_chassis.bus import sealed
from evendial_chassis.outbox import Connection
from evendial_contracts.message import Event
from evendial_contracts.suppressions import ListedPerson, SuppressionRemoved, SuppressionsDelisted

from evendial_campaigns import event_store

SLICE = 1_000

_LIFT = """
with gone as (
    delete from suppression where suppression_id = any(array({which})) and {still}
    returning person, suppression_id, owner_id, list_id)
insert into lifted_suppression(person, suppression_id, owner_id, list_id) select * from gone
on conflict (person, list_id) do update
set suppression_id = excluded.suppression_id, revision = excluded.revision, effective = false
returning suppression_id, owner_id, list_id, encode(person, 'hex') as person, revision
"""
"""`still` is judged again where somebody has changed the row meanwhile: an end that was put off is none."""
_EXPIRED = _LIFT.format(
    which="select suppression_id from suppression where expires_at <= clock_timestamp() limit $1",
    still="expires_at <= clock_timestamp()",
)
_OF_LIST = _LIFT.format(
    which="select suppression_id from suppression where list_id = $2 limit $1", still="list_id = $2"
)
_DELETING = "select list_id from suppression_list where state = 'deleting' order by seq"
_FORGET = "delete from suppression_list where list_id = $1"
_FORGET_LINES = "delete from refused_line where import_id = $1"


class SuppressionEnds:
    """Each slice is a transaction with the facts that say it."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def expire(self) -> int:
        """Takes some of the entries whose end has come off the lists, by the database's clock; how many."""
        return await self._lift(_EXPIRED)

    async def deleting(self) -> list[UUID]:
        """The lists that are to go."""
        return [row["list_id"] for row in await self._pool.fetch(_DELETING)]

    async def empty(self, list_id: UUID) -> int:
        """Takes some entries off a list; how many."""
        return await self._lift(_OF_LIST, list_id)

    async def forget(self, list_id: UUID) -> None:
        """The list itself, when it is empty."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_FORGET_LINES, list_id)
            await connection.execute(_FORGET, list_id)

    async def _lift(self, statement: str, *values: object) -> int:
        async with self._pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(statement, SLICE, *values)
            if rows:
                await _say(connection, rows)
        return len(rows)


async def _say(connection: Connection, rows: Sequence[asyncpg.Record]) -> None:
    facts: list[Event] = [
        SuppressionRemoved(
            suppression_id=row["suppression_id"],
            owner_id=row["owner_id"],
            person=row["person"],
            revision=row["revision"],
        )
        for row in rows
        if row["list_id"] is None
    ]
    listed = sorted((row for row in rows if row["list_id"]), key=lambda row: str(row["list_id"]))
    for list_id, group in groupby(listed, key=lambda row: row["list_id"]):
        of_list = list(group)
        people = tuple(ListedPerson(row["person"], row["revision"]) for row in of_list)
        facts.append(SuppressionsDelisted(list_id=list_id, owner_id=of_list[0]["owner_id"], people=people))
    await outbox.store(connection, [sealed(fact, event_store.SERVICE) for fact in facts])
    await event_store.wake(connection)
