"""The list of campaigns: filtered, sorted, and with the counts that people look for first."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from evendial_campaigns.core.campaign import Campaign, Status
from evendial_campaigns.core.progress import FINAL, NumberState
from evendial_campaigns.keyset import BigInt, Instant, Keyset, Text, read_cursor
from evendial_campaigns.page import Page
from evendial_campaigns.progress_store import STARTED


class Sort(StrEnum):
    """What a list of campaigns is sorted by; a minus sign begins with the greatest."""

    CREATED = "created"
    CREATED_DOWN = "-created"
    NAME = "name"
    NAME_DOWN = "-name"
    STATUS = "status"
    STATUS_DOWN = "-status"
    UPDATED = "updated"
    UPDATED_DOWN = "-updated"


class Archived(StrEnum):
    """Whether campaigns that are put away are listed."""

    NO = "false"
    YES = "true"
    ALL = "all"


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which campaigns; None asks for any. `sees` is the one owner whose campaigns who asks may see."""

    sees: UUID | None = None
    owner_id: UUID | None = None
    status: Status | None = None
    archived: Archived = Archived.NO
    name_has: str | None = None
    sort: Sort = Sort.CREATED_DOWN
    cursor: str | None = None
    limit: int = 100


class ListedCampaign(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign, its owner's name, its rate now, counts of its numbers: `ended`, `called`, `answered`."""

    campaign: Campaign
    created_at: datetime
    updated_at: datetime
    owner_name: str
    ended: int
    called: int
    answered: int
    calls_last_minute: int
    stop_confirmed: bool


class _Counts(msgspec.Struct, frozen=True):
    ended: int
    called: int
    answered: int


NONE = _Counts(0, 0, 0)
CALLED = (NumberState.COMPLETED, NumberState.FAILED, NumberState.UNKNOWN, NumberState.WAITING_RETRY)
"""States after an attempt that has ended."""


class _Key(msgspec.Struct, frozen=True):
    column: str
    type: str
    shape: Any


_KEYS = {
    "created": _Key("seq", "bigint", BigInt),
    "name": _Key("sort_name", "text", Text),
    "status": _Key("status", "text", Text),
    "updated": _Key("updated_at", "timestamptz", Instant),
}


def _key(sort: Sort) -> _Key:
    return _KEYS[sort.removeprefix("-")]


def _statement(sort: Sort) -> str:
    key = _key(sort)
    beyond, direction = ("<", "desc") if sort.startswith("-") else (">", "asc")
    return f"""
select c.campaign_id, c.seq, c.{key.column} as key, c.state, c.created_at, c.updated_at,
    coalesce(p.name, '') as owner_name,
    not exists(select from unconfirmed_stop u where u.campaign_id = c.campaign_id) as stop_confirmed
from campaign c left join person p on p.user_id = c.owner_id
where not c.deleted
    and ($1::uuid is null or c.owner_id = $1) and ($2::uuid is null or c.owner_id = $2)
    and ($3::text is null or c.status = $3) and ($4::boolean is null or c.archived = $4)
    and ($5::text is null or position(lower($5) in c.sort_name) > 0)
    and ($7::bigint is null or (c.{key.column}, c.seq) {beyond} ($6::{key.type}, $7))
order by c.{key.column} {direction}, c.seq {direction} limit $8
"""  # noqa: S608 - columns of the table above, never input


_STATEMENTS = {sort: _statement(sort) for sort in Sort}

_COUNTS = """
select campaign_id, state, count(*) as numbers from number_progress
where campaign_id = any($1::uuid[]) and state = any($2::text[]) group by campaign_id, state
"""

_STARTED = f"""
select campaign_id, count(*) as started from call
where campaign_id = any($1::uuid[]) and {STARTED} group by campaign_id
"""  # noqa: S608 - a text of ours


async def page(pool: asyncpg.Pool, wanted: Wanted) -> Page[ListedCampaign]:
    """Some of the campaigns. Raises `Rejected` for a cursor that is none of this list's."""
    after = None
    if wanted.cursor is not None:
        after = read_cursor(wanted.cursor, wanted.sort, _key(wanted.sort).shape)
    archived = None if wanted.archived is Archived.ALL else wanted.archived is Archived.YES
    rows = await pool.fetch(
        _STATEMENTS[wanted.sort],
        wanted.sees,
        wanted.owner_id,
        wanted.status,
        archived,
        wanted.name_has,
        after.key if after else None,
        after.seq if after else None,
        wanted.limit + 1,
    )
    shown = rows[: wanted.limit]
    ids = [row["campaign_id"] for row in shown]
    counts, started = await _counts(pool, ids), await _started(pool, ids)
    following = None
    if len(rows) > wanted.limit:
        following = Keyset(wanted.sort, shown[-1]["key"], shown[-1]["seq"]).written()
    return Page(
        [
            _listed(row, counts.get(row["campaign_id"], NONE), started.get(row["campaign_id"], 0))
            for row in shown
        ],
        following,
    )


async def _counts(pool: asyncpg.Pool, campaigns: Sequence[UUID]) -> dict[UUID, _Counts]:
    states: dict[UUID, dict[str, int]] = {}
    for row in await pool.fetch(_COUNTS, campaigns, list({*FINAL, *CALLED})):
        states.setdefault(row["campaign_id"], {})[row["state"]] = row["numbers"]
    return {campaign_id: _summed(counts) for campaign_id, counts in states.items()}


def _summed(counts: dict[str, int]) -> _Counts:
    ended = sum(counts.get(state, 0) for state in FINAL)
    called = sum(counts.get(state, 0) for state in CALLED)
    return _Counts(ended, called, counts.get(NumberState.COMPLETED, 0))


async def _started(pool: asyncpg.Pool, campaigns: Sequence[UUID]) -> dict[UUID, int]:
    rows = await pool.fetch(_STARTED, campaigns)
    return {row["campaign_id"]: row["started"] for row in rows}


def _listed(row: asyncpg.Record, counts: _Counts, started: int) -> ListedCampaign:
    return ListedCampaign(
        campaign=msgspec.convert(row["state"], Campaign),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        owner_name=row["owner_name"],
        ended=counts.ended,
        called=counts.called,
        answered=counts.answered,
        calls_last_minute=started,
        stop_confirmed=row["stop_confirmed"],
    )
