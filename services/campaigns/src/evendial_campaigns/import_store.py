"""Imports and their numbers: stored in slices, counted once the whole list is in."""

from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from evendial_chassis.outbox import Connection

from evendial_campaigns.core.list_reader import Rejection

STALE_S = 120
"""A running import that stored nothing for so long has no writer any more."""
DISCARD_SLICE = 20_000

_BEGIN = "insert into import(import_id, campaign_id, owner_id) values ($1, $2, $3)"
_STORE = """
with running as (
    update import set touched_at = clock_timestamp() where import_id = $1 and state = 'running'
    returning import_id, campaign_id),
stored as (
    insert into number(campaign_id, import_id, unique_in, e164)
    select campaign_id, import_id, $2::uuid, e164 from running cross join unnest($3::bigint[]) as listed(e164)
    on conflict do nothing returning 1)
select exists(select from running) as running, (select count(*) from stored) as accepted
"""
_FINISH = """
update import set state = 'finished', accepted = $2, duplicates = $3, rejected = $4, blank = $5,
    rejections = $6, sha256 = $7, chunks = $8
where import_id = $1 and state = 'running' returning import_id
"""
_ABANDON = "update import set state = 'abandoned' where import_id = $1 and state = 'running'"
_ABANDON_OLD = """
update import set state = 'abandoned'
where state = 'running' and touched_at < clock_timestamp() - make_interval(secs => $1)
"""
_ABANDONED = "select import_id, campaign_id from import where state = 'abandoned' order by seq"
_DISCARD = """
delete from number where ctid = any(array(
    select ctid from number where campaign_id = $1 and import_id = $2 limit $3))
"""
_FORGET = "delete from import where import_id = $1 and state = 'abandoned'"
_FIND = """
select import_id, campaign_id, accepted, duplicates, rejected, blank, rejections, sha256 from import
where import_id = $1 and state = 'finished' and ($2::uuid is null or owner_id = $2)
"""


class ImportRunning(Exception):
    """Another list is being imported into the campaign."""


class ImportInterrupted(Exception):
    """The import was given up for dead, at a restart of the service say; nothing of it is kept."""


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a list. `sha256` is that of the list as it was sent."""

    import_id: UUID
    campaign_id: UUID
    accepted: int
    duplicates: int
    rejected: int
    blank: int
    rejections: list[Rejection]
    sha256: str


class Imports:
    """The tables `import` and `number`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def begin(self, import_id: UUID, campaign_id: UUID, owner_id: UUID) -> None:
        """Opens an import; raises `ImportRunning` while the campaign has one."""
        try:
            await self._pool.execute(_BEGIN, import_id, campaign_id, owner_id)
        except asyncpg.UniqueViolationError as error:
            raise ImportRunning from error

    async def store(self, import_id: UUID, unique_in: UUID | None, numbers: list[int]) -> int:
        """Stores a slice and returns how many of it were not duplicates; raises `ImportInterrupted`.

        `unique_in`: the digits may stand there once (a campaign's or an import's id; None: anywhere, often).
        """
        row: Any = await self._pool.fetchrow(_STORE, import_id, unique_in, numbers)
        if not row["running"]:
            raise ImportInterrupted
        accepted: int = row["accepted"]
        return accepted

    async def finish(self, connection: Connection, report: ImportReport, chunks: int) -> None:
        """Lets the numbers count, in the transaction of the event that says so."""
        counts = (report.accepted, report.duplicates, report.rejected, report.blank)
        finished = await connection.fetchval(
            _FINISH, report.import_id, *counts, report.rejections, report.sha256, chunks
        )
        if finished is None:
            raise ImportInterrupted

    async def abandon(self, import_id: UUID) -> None:
        """Gives up an import; its numbers go with the next `discard`."""
        await self._pool.execute(_ABANDON, import_id)

    async def abandon_old(self, older_than_s: float) -> None:
        """Gives up the running imports that have stored nothing for so long."""
        await self._pool.execute(_ABANDON_OLD, older_than_s)

    async def discard(self) -> int:
        """Deletes what was given up, in short transactions; returns how many imports that were."""
        abandoned = await self._pool.fetch(_ABANDONED)
        for row in abandoned:
            while await self._discard_slice(row["campaign_id"], row["import_id"]):
                pass
            await self._pool.execute(_FORGET, row["import_id"])
        return len(abandoned)

    async def find(self, import_id: UUID, owner_id: UUID | None) -> ImportReport | None:
        """The report of a finished import of one owner, or of anybody when `owner_id` is None."""
        row = await self._pool.fetchrow(_FIND, import_id, owner_id)
        return msgspec.convert(dict(row), ImportReport) if row else None

    async def _discard_slice(self, campaign_id: UUID, import_id: UUID) -> bool:
        status = await self._pool.execute(_DISCARD, campaign_id, import_id, DISCARD_SLICE)
        return status != "DELETE 0"
