"""What campaigns itself knows for reasons: how its numbers stand, since when a campaign is off, names."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from evendial_contracts.campaigns import CampaignFinished, CampaignStopped
from evendial_contracts.message import tag_of

from evendial_campaigns.core.reasons import OwnRow, Turn
from evendial_campaigns.event_store import campaign_stream

_TURN = """
select at, (data ->> 'stopped_by')::uuid as by from event
where stream = $1 and split_part(type, '.', 1) = 'campaign' and type = any($2::text[])
order by xid desc, pos desc limit 1
"""
_GROUPS = """
select state, null as disposition, count(*) as numbers,
    case state when 'waiting_retry' then (
        select min(retry_at) from number_progress where campaign_id = $1 and state = 'waiting_retry'
            and retry_at > $2) end as retry_at,
    case state when 'waiting_retry' then (
        select count(*) from number_progress where campaign_id = $1 and state = 'waiting_retry'
            and retry_at <= $2) else 0 end as due
from number_progress where campaign_id = $1 and state <> 'failed' group by state
union all
select state, disposition, count(*), null, 0 from number_progress
where campaign_id = $1 and state = 'failed' group by state, disposition
"""
_NAMES = """
select id, data ->> 'name' as name from definition where id = any($1::uuid[])
union all select user_id, name from person where user_id = any($1::uuid[])
"""
_SUPPRESSED_SINCE = """
select suppression_id, created_at from suppression where suppression_id = any($1::uuid[])
"""

OFF = [tag_of(CampaignStopped), tag_of(CampaignFinished)]


class OwnGroup(msgspec.Struct, frozen=True, kw_only=True):
    """So many numbers of which alike was heard."""

    row: OwnRow
    numbers: int


async def turn(pool: asyncpg.Pool, campaign_id: UUID) -> Turn:
    """When it was last stopped or finished, and by whom, as far as that was a person."""
    row = await pool.fetchrow(_TURN, campaign_stream(campaign_id), OFF)
    return Turn(at=row["at"], by=row["by"]) if row else Turn()


async def groups(pool: asyncpg.Pool, campaign_id: UUID, now: datetime) -> list[OwnGroup]:
    """Those of its numbers of which something was heard."""
    rows = await pool.fetch(_GROUPS, campaign_id, now)
    return [group for row in rows for group in _groups(dict(row), now)]


async def names(pool: asyncpg.Pool, ids: Collection[UUID]) -> dict[UUID, str]:
    """What these trunks, devices and users are called."""
    if not ids:
        return {}
    return {row["id"]: row["name"] for row in await pool.fetch(_NAMES, list(ids))}


async def suppressed_since(pool: asyncpg.Pool, suppressions: Collection[UUID]) -> dict[UUID, datetime]:
    """Since when these entries are there."""
    if not suppressions:
        return {}
    rows = await pool.fetch(_SUPPRESSED_SINCE, list(suppressions))
    return {row["suppression_id"]: row["created_at"] for row in rows}


def _groups(row: dict[str, Any], now: datetime) -> list[OwnGroup]:
    own = msgspec.convert(row, OwnRow)
    due = OwnGroup(row=msgspec.structs.replace(own, retry_at=now), numbers=row["due"])
    rest = OwnGroup(row=own, numbers=row["numbers"] - row["due"])
    return [each for each in (due, rest) if each.numbers]
