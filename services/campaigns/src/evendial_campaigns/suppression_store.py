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
from evendial_contracts.message import Event
from evendial_contracts.suppressions import (
    ListedPerson,
    SuppressionAdded,
    SuppressionRemoved,
    SuppressionsDelisted,
)

from evendial_campaigns import event_store
from evendial_campaigns.core.person import person_of
from evendial_campaigns.core.suppression import outlasts

_ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtextextended(encode($1::bytea, 'hex'), 0))"
_SHOWN = """
suppression_id, owner_id, list_id, source, note, created_by, created_at, expires_at, effective
"""
_THERE = f"""
select {_SHOWN} from suppression where person = $1 and list_id is null for update
"""  # noqa: S608
_ADD = f"""
insert into suppression(suppression_id, owner_id, person, source, created_by, note, expires_at)
values ($1, $2, $3, $4, $5, $6, $7) returning {_SHOWN}, revision
"""  # noqa: S608
_EXTEND = f"""
update suppression set expires_at = $2, revision = nextval('suppression_revision'), effective = false
where suppression_id = $1 returning {_SHOWN}, revision
"""  # noqa: S608
_ERASED = f"update suppression set source = 'erasure' where suppression_id = $1 returning {_SHOWN}"  # noqa: S608
_FIND = f"""
select {_SHOWN} from suppression where person = any($1::bytea[])
    and (expires_at is null or expires_at > clock_timestamp()) order by seq
"""  # noqa: S608
_PERSON = """
select person from suppression where suppression_id = $1 and ($2::uuid is null or owner_id = $2)
"""
_DELETE = "delete from suppression where suppression_id = $1 returning owner_id, list_id"
_LIFT = """
insert into lifted_suppression(person, suppression_id, owner_id, list_id) values ($1, $2, $3, $4)
on conflict (person, list_id) do update
set suppression_id = excluded.suppression_id, revision = excluded.revision, effective = false
returning revision
"""
_NOT_LIFTED = "delete from lifted_suppression where person = $1 and list_id is null"
_BEING_LIFTED = """
select exists(select from lifted_suppression
    where suppression_id = $1 and ($2::uuid is null or owner_id = $2) and not effective)
"""
_OWNERS = """
select exists(select from suppression where owner_id = $1) as own,
    exists(select from suppression where owner_id is null) as system
"""
_KNOWN = """
select person from suppression where person = any($1::bytea[])
    and (expires_at is null or expires_at > clock_timestamp())
"""


class Source(StrEnum):
    """How an entry came to be: asked for, on an imported list, the person's own wish, or by their erasure."""

    API = "api"
    IMPORT = "import"
    OPT_OUT = "opt_out"
    ERASURE = "erasure"


class Suppression(msgspec.Struct, frozen=True, kw_only=True):
    """An entry; `owner_id` is null when it holds for everybody. Whose number it is cannot be told from it.

    `list_id` is the list that it came with; from `expires_at` on the number may be called again.
    `effective`: it is certain that no call that it forbids is made any more.
    """

    suppression_id: UUID
    owner_id: UUID | None
    list_id: UUID | None
    source: Source
    note: str | None
    created_by: UUID
    created_at: datetime
    expires_at: datetime | None
    effective: bool


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of an entry that is to be made."""

    source: Source = Source.API
    note: str | None = None
    expires_at: datetime | None = None


class Suppressions:
    """The table `suppression`. `key` is the one of the originators' ledger."""

    def __init__(self, pool: asyncpg.Pool, key: bytes) -> None:
        self._pool = pool
        self._key = key

    async def put_on(
        self, request_id: UUID, owner_id: UUID | None, e164: int, asked: Asked, by: UUID
    ) -> Suppression:
        """`add`, by itself."""
        async with self._pool.acquire() as connection, connection.transaction():
            return await self.add(connection, request_id, owner_id, e164, asked, by)

    async def add(
        self,
        connection: Connection,
        request_id: UUID,
        owner_id: UUID | None,
        e164: int,
        asked: Asked,
        by: UUID,
    ) -> Suppression:
        """The entry for a number of an owner (None: of everybody); the one that is there, if there is one.

        That one stays as it is, but for its end: the later of the two holds. Entries of lists stand for
        themselves. In the caller's transaction, together with the fact that says it.
        """
        person = person_of(self._key, owner_id, e164)
        await connection.execute(_ONE_AT_A_TIME, person)
        row: Any = await connection.fetchrow(_THERE, person)
        if row is None:
            suppression_id = uuid5(request_id, person.hex())
            about = (suppression_id, owner_id, person, asked.source, by, asked.note, asked.expires_at)
            row = await connection.fetchrow(_ADD, *about)
            await connection.execute(_NOT_LIFTED, person)
            await _say_added(connection, row, person)
        elif outlasts(asked.expires_at, row["expires_at"]):
            row = await connection.fetchrow(_EXTEND, row["suppression_id"], asked.expires_at)
            await _say_added(connection, row, person)
        if asked.source is Source.ERASURE:
            row = await connection.fetchrow(_ERASED, row["suppression_id"])
        return _entry(row)

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
                    await self._lift(connection, suppression_id, deleted, person)
                    return True
            being_lifted: bool = await connection.fetchval(_BEING_LIFTED, suppression_id, owner_id)
            return being_lifted

    async def _lift(self, connection: Connection, suppression_id: UUID, deleted: Any, person: bytes) -> None:
        owner_id, list_id = deleted["owner_id"], deleted["list_id"]
        revision = await connection.fetchval(_LIFT, person, suppression_id, owner_id, list_id)
        await _say(connection, _removed(suppression_id, owner_id, list_id, person.hex(), revision))

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


def _removed(
    suppression_id: UUID, owner_id: UUID | None, list_id: UUID | None, person: str, revision: int
) -> SuppressionRemoved | SuppressionsDelisted:
    """What is said of one entry that is gone."""
    if list_id is not None:
        people = (ListedPerson(person, revision),)
        return SuppressionsDelisted(list_id=list_id, owner_id=owner_id, people=people)
    return SuppressionRemoved(
        suppression_id=suppression_id, owner_id=owner_id, person=person, revision=revision
    )


async def _say_added(connection: Connection, row: Any, person: bytes) -> None:
    added = SuppressionAdded(
        suppression_id=row["suppression_id"],
        owner_id=row["owner_id"],
        person=person.hex(),
        revision=row["revision"],
        expires_at=row["expires_at"],
    )
    await _say(connection, added)


async def _say(connection: Connection, fact: Event) -> None:
    await outbox.store(connection, [sealed(fact, event_store.SERVICE)])
    await event_store.wake(connection)


def _entry(row: Any) -> Suppression:
    return msgspec.convert(dict(row), Suppression)
