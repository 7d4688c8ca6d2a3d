"""The record, read on while others write: each fact once, and none passed over."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg
import msgspec

from evendial_campaigns.core.timeline import Kind
from evendial_campaigns.event_store import campaign_stream
from evendial_campaigns.record import Place, Recorded, recorded

_ENDS = """
select pg_snapshot_xmin(pg_current_snapshot())::text as settled, pg_snapshot_xmax(pg_current_snapshot())::text
    as next
"""
_NEXT = """
select xid::text as xid, pos, id, type, source, at, stream,
    case when stream = any($3::text[]) and split_part(type, '.', 1) = any($4::text[]) then data::text end
        as data
from event where (xid, pos) > ($1::text::xid8, $2) and xid < pg_snapshot_xmin(pg_current_snapshot())
order by event.xid, pos limit $5
"""
_OF_CAMPAIGN = """
select xid::text as xid, pos, id, type, data, source, at from (
    select fact.* from unnest($2::text[]) as kind cross join lateral (
        select xid, pos, id, type, data::text as data, source, at from event
        where stream = $1 and split_part(type, '.', 1) = kind and (xid, pos) > ($3::text::xid8, $4)
            and xid < pg_snapshot_xmin(pg_current_snapshot())
        order by xid, pos limit $5) as fact
    order by fact.xid, fact.pos limit $5) as page
order by page.xid, page.pos
"""
_KINDS = list(Kind)


class Ends(msgspec.Struct, frozen=True):
    """All before `settled` is there to be read; no fact is after `beyond` yet."""

    settled: Place
    beyond: Place


class Step(msgspec.Struct, frozen=True):
    """What was found behind a place, by campaign stream, and how far that is."""

    place: Place
    facts: list[tuple[str, Recorded]]
    full: bool


async def ends(pool: asyncpg.Pool) -> Ends:
    """Where the record ends just now."""
    row = await pool.fetchrow(_ENDS)
    assert row is not None, "it reads no table"
    return Ends(Place(int(row["settled"]), 0), Place(int(row["next"]), 0))


async def step(pool: asyncpg.Pool, place: Place, campaigns: Sequence[UUID], limit: int) -> Step:
    """The next facts of the whole record behind a place; only those of these campaigns are read."""
    streams = [campaign_stream(each) for each in campaigns]
    rows = await pool.fetch(_NEXT, str(place.xid), place.pos, streams, _KINDS, limit)
    facts = [(row["stream"], recorded(row)) for row in rows if row["data"] is not None]
    reached = Place(int(rows[-1]["xid"]), rows[-1]["pos"]) if rows else place
    return Step(reached, facts, full=len(rows) == limit)


async def of_campaign(pool: asyncpg.Pool, campaign_id: UUID, place: Place, limit: int) -> list[Recorded]:
    """The next facts of one campaign behind a place."""
    stream = campaign_stream(campaign_id)
    rows = await pool.fetch(_OF_CAMPAIGN, stream, _KINDS, str(place.xid), place.pos, limit)
    return [recorded(row) for row in rows]
