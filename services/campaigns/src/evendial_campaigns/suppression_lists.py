"""Lists of people who are not to be called: taken in slice by slice, and what has become of each."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from evendial_chassis import outbox
from evendial_chassis.bus import sealed
from evendial_chassis.outbox import Connection
from evendial_contracts.suppressions import ListedPerson, SuppressionsListed, entry_id

from evendial_campaigns import event_store
from evendial_campaigns.core.batch import Batch
from evendial_campaigns.core.person import person_of
from evendial_campaigns.import_store import ImportInterrupted, ImportTotal
from evendial_campaigns.page import Page, Window
from evendial_campaigns.schemas.imports import FormatView
from evendial_campaigns.suppression_store import Source

_SHOWN = """
seq, list_id, owner_id, name, source, note, expires_at, state, created_by, created_at, lines, bytes, accepted,
    duplicates, rejected, blank, refusals, format, sha256, (
        select count(*) from suppression where suppression.list_id = listing.list_id and not effective
    ) as waiting
"""
_BEGIN = """
insert into suppression_list(list_id, owner_id, name, source, note, expires_at, created_by)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (list_id) do update set state = 'running' where suppression_list.state in ('running', 'cut_off')
returning true
"""
_RUNNING = "select true from suppression_list where list_id = $1 and state = 'running' for update"
_STORE = """
insert into suppression(suppression_id, owner_id, person, source, created_by, list_id, note, expires_at)
select entry.id, listing.owner_id, entry.person, listing.source, listing.created_by, listing.list_id,
    listing.note, listing.expires_at
from suppression_list as listing cross join unnest($2::uuid[], $3::bytea[]) as entry(id, person)
where listing.list_id = $1
on conflict do nothing returning encode(person, 'hex') as person, revision
"""
_NOT_LIFTED = "delete from lifted_suppression where list_id = $1 and person = any($2::bytea[])"
_REFUSED = """
insert into refused_line(import_id, line, reason, detail, text)
select $1, line, reason, detail, ''
from unnest($2::bigint[], $3::text[], $4::text[]) as listed(line, reason, detail)
on conflict do nothing
"""
"""Of a refused line no text is kept: it may be a number, and no erasure looks here."""
_TELL = """
update suppression_list set state = $2, lines = $3, bytes = $4, accepted = $5, duplicates = $6, rejected = $7,
    blank = $8, refusals = $9, format = $10, sha256 = $11
where list_id = $1 and state = 'running' returning true
"""
_CUT_OFF = """
update suppression_list set state = 'cut_off'
where state = 'running' and ($1::uuid is null or list_id = $1)
"""
_FIND = f"""
select {_SHOWN} from suppression_list as listing
where list_id = $1 and ($2::uuid is null or owner_id = $2)
"""  # noqa: S608
_LIST = f"""
select {_SHOWN} from suppression_list as listing
where ($1::uuid is null or owner_id = $1) and ($2::bigint is null or seq < $2) order by seq desc limit $3
"""  # noqa: S608
_DELETE = """
update suppression_list set state = 'deleting'
where list_id = $1 and ($2::uuid is null or owner_id = $2) and state <> 'running' returning true
"""


class ListState(StrEnum):
    """What has come of a list holds in each state but the last; a `cut_off` one may be sent again."""

    RUNNING = "running"
    CUT_OFF = "cut_off"
    FINISHED = "finished"
    DELETING = "deleting"


class SuppressionListView(msgspec.Struct, frozen=True, kw_only=True):
    """A list; `owner_id` is null when it holds for everybody.

    `waiting` counts entries of which it is not certain yet that no call follows; `effective`: there is none,
    and the list is whole. `duplicates` were on this list before. `sha256` is that of the list as it was sent.
    """

    list_id: UUID
    owner_id: UUID | None
    name: str
    source: Source
    note: str | None
    expires_at: datetime | None
    state: ListState
    created_by: UUID
    created_at: datetime
    lines: int
    bytes: int
    accepted: int
    duplicates: int
    rejected: int
    blank: int
    refusals: dict[str, int]
    format: FormatView | None
    sha256: str | None
    waiting: int
    effective: bool


class NewList(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of a list that is to be made."""

    list_id: UUID
    owner_id: UUID | None
    name: str
    source: Source
    note: str | None
    expires_at: datetime | None
    created_by: UUID


class SuppressionLists:
    """The table `suppression_list`, and the entries that come with lists. `key` is that of the ledger."""

    def __init__(self, pool: asyncpg.Pool, key: bytes) -> None:
        self._pool = pool
        self._key = key

    async def begin(self, new: NewList) -> bool:
        """Opens a list, or one that was cut off once more; false when it is whole already."""
        return bool(await self._pool.fetchval(_BEGIN, *msgspec.structs.astuple(new)))

    async def store(self, new: NewList, batch: Batch, total: ImportTotal) -> int:
        """Stores a slice; how many of it were not on the list. Raises `ImportInterrupted`."""
        persons = await asyncio.to_thread(self._persons, new.owner_id, batch.numbers)
        ids = [entry_id(new.list_id, person.hex()) for person in persons]
        async with self._pool.acquire() as connection, connection.transaction():
            if not await connection.fetchval(_RUNNING, new.list_id):
                raise ImportInterrupted
            rows = await connection.fetch(_STORE, new.list_id, ids, persons)
            await connection.execute(_NOT_LIFTED, new.list_id, persons)
            await connection.execute(_REFUSED, new.list_id, *_refused(batch))
            duplicates = total.duplicates + len(batch.numbers) - len(rows)
            counts = {"accepted": total.accepted + len(rows), "duplicates": duplicates}
            await _tell(connection, msgspec.structs.replace(total, **counts), ListState.RUNNING)
            await _say(connection, new, rows)
        return len(rows)

    async def finish(self, total: ImportTotal) -> None:
        """The list is whole. Raises `ImportInterrupted`."""
        async with self._pool.acquire() as connection:
            if not await _tell(connection, total, ListState.FINISHED):
                raise ImportInterrupted

    async def cut_off(self, list_id: UUID | None = None) -> None:
        """Nothing more comes of this list, or of any that is coming in."""
        await self._pool.execute(_CUT_OFF, list_id)

    async def find(self, list_id: UUID, owner_id: UUID | None) -> SuppressionListView | None:
        """A list of one owner, or of anybody when `owner_id` is None."""
        row = await self._pool.fetchrow(_FIND, list_id, owner_id)
        return _view(row) if row else None

    async def page(self, owner_id: UUID | None, window: Window) -> Page[SuppressionListView]:
        """The lists of one owner, or all, newest first."""
        rows = await self._pool.fetch(_LIST, owner_id, window.cursor, window.limit + 1)
        return Page.of(rows, window, _view)

    async def delete(self, list_id: UUID, owner_id: UUID | None) -> bool:
        """Its entries go from now on; false for one that is not there or is coming in."""
        async with self._pool.acquire() as connection, connection.transaction():
            found = await connection.fetchval(_DELETE, list_id, owner_id)
            await event_store.wake(connection)
        return bool(found)

    def _persons(self, owner_id: UUID | None, numbers: Sequence[int]) -> list[bytes]:
        return [person_of(self._key, owner_id, number) for number in dict.fromkeys(numbers)]


async def _tell(connection: Connection, total: ImportTotal, state: ListState) -> bool:
    figures = (total.lines, total.bytes, total.accepted, total.duplicates, total.rejected, total.blank)
    what = (total.refusals, total.format, total.sha256 or None)
    return bool(await connection.fetchval(_TELL, total.import_id, state, *figures, *what))


async def _say(connection: Connection, new: NewList, rows: Sequence[asyncpg.Record]) -> None:
    if not rows:
        return
    people = tuple(ListedPerson(row["person"], row["revision"]) for row in rows)
    listed = SuppressionsListed(
        list_id=new.list_id, owner_id=new.owner_id, people=people, expires_at=new.expires_at
    )
    await outbox.store(connection, [sealed(listed, event_store.SERVICE)])
    await event_store.wake(connection)


def _refused(batch: Batch) -> tuple[list[int], list[str], list[str]]:
    refused = batch.refused
    return (
        [each.line for each in refused],
        [each.refused.reason for each in refused],
        [each.refused.detail for each in refused],
    )


def _view(row: Any) -> SuppressionListView:
    effective = row["state"] == ListState.FINISHED and not row["waiting"]
    return msgspec.convert(dict(row) | {"effective": effective}, SuppressionListView)
