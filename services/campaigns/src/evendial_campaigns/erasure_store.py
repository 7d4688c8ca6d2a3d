"""Erasures: whose number is asked to be removed, and how far that is."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from evendial_chassis.outbox import Connection

from evendial_campaigns import event_store
from evendial_campaigns.core.erasure import Erasing, Place
from evendial_campaigns.page import Page, Window
from evendial_campaigns.suppression_store import Asked, Source, Suppressions

_BEGIN = """
insert into erasure(erasure_id, owner_id, e164, created_by) values ($1, $2, $3, $4) on conflict do nothing
"""
_SHOWN = "seq, erasure_id, owner_id, created_by, created_at, done_at, waiting_for, removed"
_FIND_BY_ID = f"select {_SHOWN} from erasure where erasure_id = $1"  # noqa: S608
_FIND_RUNNING = f"""
select {_SHOWN} from erasure where owner_id is not distinct from $1 and e164 = $2 and done_at is null
"""  # noqa: S608
_FIND = f"{_FIND_BY_ID} and ($2::uuid is null or owner_id = $2)"
_LIST = f"""
select {_SHOWN} from erasure
where ($1::uuid is null or owner_id = $1) and ($2::bigint is null or seq < $2) order by seq desc limit $3
"""  # noqa: S608
_RUNNING = """
select erasure_id, owner_id, created_by, created_at, e164 from erasure
where done_at is null order by seq
"""
_FIX_IMPORTS = """
update erasure set imports_through = coalesce((select max(seq) from import), 0)
where done_at is null and imports_through is null
"""
_IMPORTING = """
select exists(
    select from erasure join import on import.seq <= imports_through
        and (erasure.owner_id is null or import.owner_id = erasure.owner_id)
    where erasure_id = any($1::uuid[]) and import.state in ('running', 'abandoned'))
"""
_GIVE_UP_IMPORTS = """
update import set state = 'abandoned' from erasure
where erasure_id = any($1::uuid[]) and import.seq <= imports_through and import.state = 'running'
    and (erasure.owner_id is null or import.owner_id = erasure.owner_id)
"""
_COUNT = """
update erasure set removed = removed
    || jsonb_build_object($2::text, coalesce((removed->>$2)::integer, 0) + $3::integer)
where erasure_id = $1
"""
_WAIT = "update erasure set waiting_for = $2 where erasure_id = any($1::uuid[]) and waiting_for <> $2"
_DONE = """
update erasure set e164 = null, done_at = clock_timestamp(), waiting_for = '{}'
where erasure_id = any($1::uuid[]) and done_at is null
"""


class Erasure(msgspec.Struct, frozen=True, kw_only=True):
    """An erasure as it stands; once it is done, nothing tells any more whose number it was.

    `removed` counts what was removed where, `waiting_for` says what it needs to go on.
    """

    erasure_id: UUID
    owner_id: UUID | None
    created_by: UUID
    created_at: datetime
    done_at: datetime | None
    waiting_for: list[str]
    removed: dict[Place, int]


class Erasures:
    """The table `erasure`."""

    def __init__(self, pool: asyncpg.Pool, suppressions: Suppressions) -> None:
        self._pool = pool
        self._suppressions = suppressions

    async def begin(self, erasure_id: UUID, owner_id: UUID | None, e164: int, by: UUID) -> Erasure:
        """Suppresses the number from now on and asks for its removal; what runs already is joined."""
        async with self._pool.acquire() as connection, connection.transaction():
            asked = Asked(source=Source.ERASURE)
            await self._suppressions.add(connection, erasure_id, owner_id, e164, asked, by)
            row = None
            while row is None:  # the one that ran may be done before it is found
                await connection.execute(_BEGIN, erasure_id, owner_id, e164, by)
                row = await connection.fetchrow(_FIND_BY_ID, erasure_id)
                row = row or await connection.fetchrow(_FIND_RUNNING, owner_id, e164)
            await event_store.wake(connection)
        return _erasure(row)

    async def find(self, erasure_id: UUID, owner_id: UUID | None) -> Erasure | None:
        """An erasure of one owner, or anybody's when `owner_id` is None."""
        row = await self._pool.fetchrow(_FIND, erasure_id, owner_id)
        return _erasure(row) if row else None

    async def page(self, owner_id: UUID | None, window: Window) -> Page[Erasure]:
        """The erasures of one owner, or all, newest first."""
        rows = await self._pool.fetch(_LIST, owner_id, window.cursor, window.limit + 1)
        return Page.of(rows, window, _erasure)

    async def running(self, national: Callable[[str], str]) -> list[Erasing]:
        """Those that are not done, oldest first; `national` gives the digits of a number within its country.

        What began to be imported before one is first seen here, it waits for.
        """
        await self._pool.execute(_FIX_IMPORTS)
        rows = await self._pool.fetch(_RUNNING)
        return [Erasing(**dict(row), national=national(str(row["e164"]))) for row in rows]

    async def importing(self, erasures: Sequence[Erasing]) -> bool:
        """Whether a list is still coming in that may have been read before a number was suppressed."""
        importing: bool = await self._pool.fetchval(_IMPORTING, [each.erasure_id for each in erasures])
        return importing

    async def give_up_imports(self, erasures: Sequence[Erasing]) -> None:
        """Those lists have taken too long; whoever sends one is told to send it again."""
        await self._pool.execute(_GIVE_UP_IMPORTS, [each.erasure_id for each in erasures])

    async def wait(self, erasures: Sequence[Erasing], waiting_for: Sequence[str]) -> None:
        """What they need to go on."""
        await self._pool.execute(_WAIT, [each.erasure_id for each in erasures], list(waiting_for))

    async def done(self, erasures: Sequence[Erasing]) -> None:
        """They are done: their digits go as the last."""
        await self._pool.execute(_DONE, [each.erasure_id for each in erasures])


async def count(connection: Connection | asyncpg.Pool, erasure_id: UUID, place: Place, removed: int) -> None:
    """So many more were removed there."""
    if removed:
        await connection.execute(_COUNT, erasure_id, place, removed)


def _erasure(row: Any) -> Erasure:
    return msgspec.convert(dict(row), Erasure)
