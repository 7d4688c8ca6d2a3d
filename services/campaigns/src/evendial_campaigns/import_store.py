"""Imports and their numbers: stored in slices, counted once the whole list is in."""

from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from evendial_chassis.outbox import Connection

from evendial_campaigns.core.batch import Batch
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.schemas.imports import FormatView

STALE_S = 120
"""A running import that stored nothing for so long has no writer any more."""
DISCARD_SLICE = 20_000

_BEGIN = """
insert into import(import_id, campaign_id, owner_id, started_by, fed_number_id)
values ($1, $2, $3, $4, coalesce(pg_sequence_last_value(pg_get_serial_sequence('number', 'number_id')), 0))
on conflict do nothing returning import_id
"""
"""Its numbers come after the last one that there is: they are found without a look at those before them."""
_IN_THE_WAY = """
select import_id, campaign_id, state from import
where import_id = $1 or (campaign_id = $2 and state in ('running', 'abandoned')) order by import_id = $1 desc
"""
_CLEARED = """
select exists(select from batch where campaign_id = $1 and kind = 'removal'
    and (state = 'preparing' or applied_chunks < chunks))
"""
_TELL = """
update import set touched_at = clock_timestamp(), lines = $2, bytes = $3, accepted = $4, duplicates = $5,
    rejected = $6, blank = $7, refusals = $8 where import_id = $1 and state = 'running'
"""
_STORE = """
with running as (
    select import_id, campaign_id, owner_id from import where import_id = $1 and state = 'running' for share),
stored as (
    insert into number(campaign_id, import_id, unique_in, e164, reference, variables)
    select campaign_id, import_id, $2::uuid, e164, reference, variables::jsonb
    from running cross join unnest($3::bigint[], $4::text[], $5::text[]) as listed(e164, reference, variables)
    {where} on conflict (e164, unique_in) do nothing returning 1),
refused as (
    insert into refused_line(import_id, line, reason, detail, text)
    select import_id, line, reason, detail, text
    from running cross join unnest($6::bigint[], $7::text[], $8::text[], $9::text[])
        as listed(line, reason, detail, text)
    on conflict do nothing)
select exists(select from running) as running, (select count(*) from stored) as accepted,
    set_config('synchronous_commit', 'off', true)
"""
"""One statement, and it does not wait for the disk: the one that finishes the import does, for all.

Postgres looks for a conflict before it inserts; where no index is named it looks in every one.
"""
_NOT_ACTIVE = """where not exists (
    select from number as other join campaign using (campaign_id)
    where other.e164 = listed.e164 and not other.deleted and campaign.owner_id = running.owner_id
        and campaign.status = 'active'
        and not exists (select from import where import_id = other.import_id and state <> 'finished'))"""
_ANYWHERE, _NOT_IN_ACTIVE = _STORE.format(where=""), _STORE.format(where=_NOT_ACTIVE)
_FINISH = """
update import set state = 'finished', touched_at = clock_timestamp(), lines = $2, bytes = $3, accepted = $4,
    duplicates = $5, rejected = $6, blank = $7, refusals = $8, format = $9, sha256 = $10, chunks = $11
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
    select ctid from number where campaign_id = $1 and import_id = $2
        and number_id > (select fed_number_id from import where import_id = $2) limit $3))
"""
_DISCARD_LINES = "delete from refused_line where import_id = $1"
_CUT_OFF = "update import set state = 'cut_off' where import_id = $1 and state = 'abandoned'"
_FORGET = "delete from import where import_id = $1 and state = 'cut_off'"


class ImportRunning(Exception):
    """Another list is being imported into the campaign."""


class ImportInterrupted(Exception):
    """The import was given up for dead, at a restart of the service say; nothing of it is kept."""


class ImportTotal(msgspec.Struct, frozen=True, kw_only=True):
    """What was read and stored of a list, so far or at its end."""

    import_id: UUID
    lines: int = 0
    bytes: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    blank: int = 0
    refusals: dict[str, int] = {}
    format: FormatView | None = None
    sha256: str = ""


class Imports:
    """The tables `import`, `number` and `refused_line`, as they are written."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def begin(self, import_id: UUID, campaign_id: UUID, owner_id: UUID, by: UUID) -> bool:
        """Opens an import; false when one with this id is finished already.

        What a cut-off one left in the campaign is cleared away first. Raises `ImportRunning` while the
        campaign has one.
        """
        while not await self._pool.fetchval(_BEGIN, import_id, campaign_id, owner_id, by):
            for row in await self._pool.fetch(_IN_THE_WAY, import_id, campaign_id):
                if row["state"] == "running":
                    raise ImportRunning
                if row["state"] not in ("abandoned", "cut_off"):
                    return False
                if row["state"] == "abandoned":
                    await self._discard(row["campaign_id"], row["import_id"])
                if row["import_id"] == import_id:
                    await self._pool.execute(_FORGET, import_id)
        return True

    async def refuse_while_cleared(self, campaign_id: UUID) -> None:
        """Raises `Rejected`: what is being taken off the list must not make duplicates of what comes."""
        if await self._pool.fetchval(_CLEARED, campaign_id):
            detail = "Numbers of this campaign are being removed; send the list when that is done."
            raise Rejected("list_busy", detail)

    async def store(
        self, import_id: UUID, unique_in: UUID | None, batch: Batch, *, not_in_active: bool = False
    ) -> int:
        """Stores a slice with its refused lines; returns how many of it were not duplicates.

        `unique_in`: the digits may stand there once (a campaign's or an import's id; None: anywhere, often).
        `not_in_active`: nor may they stand in an active campaign of the owner. Raises `ImportInterrupted`.
        """
        row: Any = await self._pool.fetchrow(
            _NOT_IN_ACTIVE if not_in_active else _ANYWHERE,
            import_id,
            unique_in,
            batch.numbers,
            batch.references,
            batch.variables,
            *_refused(batch),
        )
        if not row["running"]:
            raise ImportInterrupted
        accepted: int = row["accepted"]
        return accepted

    async def tell(self, total: ImportTotal) -> None:
        """How far an import is by now."""
        await self._pool.execute(_TELL, *_figures(total), total.refusals)

    async def finish(self, connection: Connection, total: ImportTotal, chunks: int) -> None:
        """Lets the numbers count, in the transaction of the event that says so."""
        what = (total.refusals, total.format, total.sha256, chunks)
        if await connection.fetchval(_FINISH, *_figures(total), *what) is None:
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
            await self._discard(row["campaign_id"], row["import_id"])
        return len(abandoned)

    async def _discard(self, campaign_id: UUID, import_id: UUID) -> None:
        while await self._discard_slice(campaign_id, import_id):
            pass
        await self._pool.execute(_DISCARD_LINES, import_id)
        await self._pool.execute(_CUT_OFF, import_id)

    async def _discard_slice(self, campaign_id: UUID, import_id: UUID) -> bool:
        status = await self._pool.execute(_DISCARD, campaign_id, import_id, DISCARD_SLICE)
        return status != "DELETE 0"


def _refused(batch: Batch) -> tuple[list[int], list[str], list[str], list[str]]:
    refused = batch.refused
    return (
        [each.line for each in refused],
        [each.refused.reason for each in refused],
        [each.refused.detail for each in refused],
        [each.text for each in refused],
    )


def _figures(total: ImportTotal) -> tuple[UUID | int, ...]:
    return (
        total.import_id,
        total.lines,
        total.bytes,
        total.accepted,
        total.duplicates,
        total.rejected,
        total.blank,
    )
