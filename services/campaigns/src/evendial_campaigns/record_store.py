"""The record as a scheduler asks for it that has lost its own database: page by page."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg
import msgspec
from evendial_chassis.outbox import Connection
from evendial_contracts.calls import CallEnded
from evendial_contracts.dialing import NumberDialVoided
from evendial_contracts.message import Message, tag_of
from evendial_contracts.numbers import NumberSuppressed
from evendial_contracts.record import HeardUpTo, ListDone, RecordedFact, RecordPlace

from evendial_campaigns.core.recorded import Called, Known, Listed, Told, known

_HEARD = "select stream_made_at, handled_seq as seq from consumed where durable = $1"
_DECIDED = """
select stream, version, type, data::text as data from event
where version is not null and (stream, version) > ($1, $2) order by stream, version limit $3
"""
_LISTS = """
select import_id, chunks from import where campaign_id = $1 and state = 'finished'
union all
select batch_id, applied_chunks from batch where campaign_id = $1 and state = 'said'
"""
_UNFINISHED = "select import_id from import where campaign_id = $1 and state <> 'finished'"
_LISTED = """
select number_id, campaign_id, e164, generation, reference, deleted from number
where campaign_id = $1 and number_id > $2 and import_id <> all($3::uuid[]) order by number_id limit $4
"""
_TOLD = """
select number_id, generation, attempt_no, slot_at, state, disposition, retry_at from number_progress
where number_id = any($1::bigint[])
"""
_SAID = """
select type, data::text as data from event
where (data->>'number_id')::bigint = any($1::bigint[]) and data->>'number_id' is not null
    and type = any($2::text[]) and (data->>'command_id')::uuid = any($3::uuid[])
"""
_CALLED = """
select number_id, generation, slot_at, disposition, ended_at from call
where number_id = any($1::bigint[]) and disposition is not null and ended_at is not null
order by slot_at desc
"""
_GONE = """
select id from unnest($1::uuid[]) as id
where not exists (select from suppression where suppression_id = id)
"""

ENDS = (CallEnded, NumberDialVoided)


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Some numbers of a campaign, by `number_id`, and what the record has about them."""

    numbers: Sequence[Known]
    ends: Sequence[RecordedFact]
    suppressed: Sequence[NumberSuppressed]
    lifted: Sequence[UUID]
    calls: Sequence[Called]
    """The newest first."""


async def heard(pool: asyncpg.Pool, durable: str) -> HeardUpTo | None:
    """How far that durable's events are in the record and its projections."""
    row = await pool.fetchrow(_HEARD, durable)
    return msgspec.convert(dict(row), HeardUpTo) if row else None


async def decided(
    pool: asyncpg.Pool, after: RecordPlace | None, limit: int
) -> list[tuple[RecordPlace, RecordedFact]]:
    """The next facts that were decided here, stream by stream."""
    place = (after.stream, after.version) if after else ("", 0)
    rows = await pool.fetch(_DECIDED, *place, limit)
    return [(RecordPlace(stream=row["stream"], version=row["version"]), _fact(row)) for row in rows]


async def lists(pool: asyncpg.Pool, campaign_id: UUID) -> tuple[ListDone, ...]:
    """How many slices of each import, redial and removal are done in the numbers."""
    rows = await pool.fetch(_LISTS, campaign_id)
    return tuple(ListDone(import_id=row["import_id"], chunks=row["chunks"]) for row in rows)


async def numbers(pool: asyncpg.Pool, campaign_id: UUID, after: int, limit: int) -> Page:
    """The next numbers, all about them from one snapshot."""
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        unfinished = [row["import_id"] for row in await connection.fetch(_UNFINISHED, campaign_id)]
        rows = await connection.fetch(_LISTED, campaign_id, after, unfinished, limit)
        listed = [msgspec.convert(dict(row), Listed) for row in rows]
        told = await connection.fetch(_TOLD, [each.number_id for each in listed])
        found = known(listed, [msgspec.convert(dict(row), Told) for row in told])
        suppressed = await _said(connection, [each for each in found if each.suppressed], NumberSuppressed)
        suppressions = [fact.suppression_id for fact in suppressed if fact.suppression_id]
        return Page(
            numbers=found,
            ends=await _rows(connection, [each for each in found if each.unsettled], *ENDS),
            suppressed=suppressed,
            lifted=[row["id"] for row in await connection.fetch(_GONE, suppressions)],
            calls=await _calls(connection, [each.listed.number_id for each in found if each.open]),
        )


async def _rows(connection: Connection, about: Sequence[Known], *kinds: type[Message]) -> list[RecordedFact]:
    if not about:
        return []
    ids, commands = [each.listed.number_id for each in about], [each.command_id for each in about]
    rows = await connection.fetch(_SAID, ids, [tag_of(kind) for kind in kinds], commands)
    return [_fact(row) for row in rows]


async def _said(
    connection: Connection, about: Sequence[Known], kind: type[NumberSuppressed]
) -> list[NumberSuppressed]:
    return [msgspec.json.decode(fact.data, type=kind) for fact in await _rows(connection, about, kind)]


async def _calls(connection: Connection, number_ids: Sequence[int]) -> list[Called]:
    rows = await connection.fetch(_CALLED, number_ids) if number_ids else []
    return [msgspec.convert(dict(row), Called) for row in rows]


def _fact(row: asyncpg.Record) -> RecordedFact:
    return RecordedFact(type=row["type"], data=msgspec.Raw(row["data"].encode()))
