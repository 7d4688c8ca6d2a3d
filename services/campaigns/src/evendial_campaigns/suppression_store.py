"""Who is not to be called."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

import asyncpg
import msgspec
from evendial_chassis import outbox
from evendial_chassis.bus import sealed
from evendial_chassis.outbox import Connection
from evendial_contracts.suppressions import SuppressionAdded, SuppressionRemoved

from evendial_campaigns import event_store
from evendial_campaigns.core.person import person_of
from evendial_campaigns.page import Page, Window

_ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtextextended(encode($1::bytea, 'hex'), 0))"
_ADD = """
insert into suppression(suppression_id, owner_id, person, source, created_by) values ($1, $2, $3, $4, $5)
on conflict (person) do update set source = case
    when excluded.source = 'erasure' then excluded.source else suppression.source end
returning suppression_id, owner_id, source, created_by, created_at, effective, revision, xmax = 0 as is_new
"""
_LIST = """
select seq, suppression_id, owner_id, source, created_by, created_at, effective from suppression
where ($1::uuid is null or owner_id = $1) and ($2::bigint is null or seq > $2) order by seq limit $3
"""
_FIND = """
select suppression_id, owner_id, source, created_by, created_at, effective from suppression
where person = any($1::bytea[]) order by seq
"""
_PERSON = """
select person from suppression where suppression_id = $1 and ($2::uuid is null or owner_id = $2)
"""
_DELETE = "delete from suppression where suppression_id = $1 returning owner_id"
_LIFT = """
insert into lifted_suppression(person, suppression_id, owner_id) values ($1, $2, $3)
on conflict (person) do update
set suppression_id = excluded.suppression_id, revision = excluded.revision, effective = false
returning revision
"""
_NOT_LIFTED = "delete from lifted_suppression where person = $1"
_BEING_LIFTED = """
select exists(select from lifted_suppression
    where suppression_id = $1 and ($2::uuid is null or owner_id = $2) and not effective)
"""
_OWNERS = """
select exists(select from suppression where owner_id = $1) as own,
    exists(select from suppression where owner_id is null) as system
"""
_KNOWN = "select person from suppression where person = any($1::bytea[])"


class Source(StrEnum):
    """How an entry came to be: somebody asked for it, or the person was erased."""

    API = "api"
    ERASURE = "erasure"


class Suppression(msgspec.Struct, frozen=True, kw_only=True):
    """An entry; `owner_id` is null when it holds for everybody. Whose number it is cannot be told from it.

    `effective`: it is certain that no call that it forbids is made any more.
    """

    suppression_id: UUID
    owner_id: UUID | None
    source: Source
    created_by: UUID
    created_at: datetime
    effective: bool


class Suppressions:
    """The table `suppression`. `key` is the one of the originators' ledger."""

    def __init__(self, pool: asyncpg.Pool, key: bytes) -> None:
        self._pool = pool
        self._key = key

    async def put_on(
        self, request_id: UUID, owner_id: UUID | None, e164: int, source: Source, by: UUID
    ) -> Suppression:
        """`add`, by itself."""
        async with self._pool.acquire() as connection, connection.transaction():
            return await self.add(connection, request_id, owner_id, e164, source, by)

    async def add(
        self,
        connection: Connection,
        request_id: UUID,
        owner_id: UUID | None,
        e164: int,
        source: Source,
        by: UUID,
    ) -> Suppression:
        """The entry for a number of an owner (None: of everybody); the one that is there, if there is one.

        In the caller's transaction, together with the fact that says it.
        """
        person = person_of(self._key, owner_id, e164)
        suppression_id = uuid5(request_id, person.hex())
        await connection.execute(_ONE_AT_A_TIME, person)
        row: Any = await connection.fetchrow(_ADD, suppression_id, owner_id, person, source, by)
        if row["is_new"]:
            await connection.execute(_NOT_LIFTED, person)
            added = SuppressionAdded(
                suppression_id=suppression_id,
                owner_id=owner_id,
                person=person.hex(),
                revision=row["revision"],
            )
            await _say(connection, added)
        return _entry(row)

    async def page(self, owner_id: UUID | None, window: Window) -> Page[Suppression]:
        """The entries of one owner, or all, oldest first."""
        rows = await self._pool.fetch(_LIST, owner_id, window.cursor, window.limit + 1)
        return Page.of(rows, window, _entry)

    async def find(self, owner_id: UUID, e164: int) -> list[Suppression]:
        """What keeps that owner from calling a number."""
        persons = [person_of(self._key, owner, e164) for owner in (owner_id, None)]
        return [_entry(row) for row in await self._pool.fetch(_FIND, persons)]

    async def delete(self, suppression_id: UUID, owner_id: UUID | None) -> bool:
        """Deletes an entry of that owner, or of anybody when `owner_id` is None; false when there is none.

        One that was deleted before is there as long as the ledger may still have it.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            person = await connection.fetchval(_PERSON, suppression_id, owner_id)
            if person is not None:
                await connection.execute(_ONE_AT_A_TIME, person)
                deleted = await connection.fetchrow(_DELETE, suppression_id)
                if deleted:
                    await self._lift(connection, suppression_id, deleted["owner_id"], person)
                    return True
            being_lifted: bool = await connection.fetchval(_BEING_LIFTED, suppression_id, owner_id)
            return being_lifted

    async def _lift(
        self, connection: Connection, suppression_id: UUID, owner_id: UUID | None, person: bytes
    ) -> None:
        revision = await connection.fetchval(_LIFT, person, suppression_id, owner_id)
        removed = SuppressionRemoved(
            suppression_id=suppression_id, owner_id=owner_id, person=person.hex(), revision=revision
        )
        await _say(connection, removed)

    async def among(self, owner_id: UUID, numbers: Sequence[int]) -> set[int]:
        """Which of these that owner may not call; costs nothing while nobody is suppressed."""
        row: Any = await self._pool.fetchrow(_OWNERS, owner_id)
        owners = [owner_id] * row["own"] + [None] * row["system"]
        if not owners or not numbers:
            return set()
        persons = await asyncio.to_thread(self._persons, owners, numbers)
        known = await self._pool.fetch(_KNOWN, list(persons))
        return {persons[each["person"]] for each in known}

    def _persons(self, owners: Sequence[UUID | None], numbers: Sequence[int]) -> dict[bytes, int]:
        return {person_of(self._key, owner, number): number for owner in owners for number in numbers}


async def _say(connection: Connection, fact: SuppressionAdded | SuppressionRemoved) -> None:
    await outbox.store(connection, [sealed(fact, event_store.SERVICE)])
    await event_store.wake(connection)


def _entry(row: Any) -> Suppression:
    return msgspec.convert(dict(row), Suppression)
