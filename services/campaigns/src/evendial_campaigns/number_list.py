"""The numbers of a list, as the API tells of them."""

from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from evendial_chassis.outbox import Connection

from evendial_campaigns.core.campaign import Campaign
from evendial_campaigns.core.progress import FINAL, NumberState
from evendial_campaigns.page import Page
from evendial_campaigns.schemas.numbers import ListedNumber

# A redial that was said holds from then on, also for numbers that it has not come to yet.
_ENDED = """
select count(*) from number_progress where campaign_id = $1 and state = any($2::text[]) and not exists (
    select from batch join batch_number using (batch_id)
    where batch.campaign_id = $1 and batch.state = 'said' and applied_chunks < chunks
        and batch_number.number_id = number_progress.number_id and batch_number.number_id > applied_number_id)
"""
# Straight after a large import or delete statistics are stale and a join is planned for one row: each row is
# looked up by its whole key instead; "offset 0" keeps a subquery from becoming a join.
_ANY = """
select n.* from number n
where n.campaign_id = $1 and n.number_id > $2 and not n.deleted and n.import_id not in (
        select i.import_id from import i where i.campaign_id = $1 and i.state in ('running', 'abandoned'))
    and ($3::text is null or strpos(n.e164::text, $3) > 0) and ($4::uuid is null or n.import_id = $4)
    {free}
order by n.number_id limit $5
"""
_FREE = """
and coalesce((select p.state from number_progress p where p.number_id = n.number_id), 'free') = 'free'
"""
_IN_STATE = """
select n.* from number_progress p cross join lateral (
    select * from number where campaign_id = $1 and number_id = p.number_id offset 0) n
where p.campaign_id = $1 and p.number_id > $2 and p.state = $6
    and ($3::text is null or strpos(n.e164::text, $3) > 0) and ($4::uuid is null or n.import_id = $4)
order by p.number_id limit $5
"""
_SHOWN = """
with n as materialized ({shown})
select n.number_id, n.e164::text as e164, n.import_id, n.generation, coalesce(p.state, 'free') as state,
    n.reference, n.variables, coalesce(p.attempt_no, 0) as attempt_no, p.disposition, p.slot_at, p.retry_at,
    p.reason as last_void, (select count(*) from call where call.number_id = n.number_id) as attempts
from n left join lateral (select * from number_progress where number_id = n.number_id offset 0) p on true
order by n.number_id
"""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which numbers, and which part of them: those after the number `after`.

    `digits` are some that follow each other somewhere in the number.
    """

    state: NumberState | None = None
    digits: str | None = None
    import_id: UUID | None = None
    after: int = 0
    limit: int = 100


async def still_to_call(connection: Connection | asyncpg.Pool, campaign: Campaign) -> int:
    """How many numbers are neither completed nor given up."""
    ended: int = await connection.fetchval(_ENDED, campaign.campaign_id, list(FINAL))
    return campaign.numbers - ended


async def numbers(pool: asyncpg.Pool, campaign_id: UUID, wanted: Wanted) -> Page[ListedNumber]:
    """The numbers of a campaign in the order of its lists."""
    which = (wanted.after, wanted.digits, wanted.import_id, wanted.limit + 1)
    in_state = () if wanted.state in (None, NumberState.FREE) else (wanted.state,)
    rows = await pool.fetch(_query(wanted.state), campaign_id, *which, *in_state)
    shown = [_view(dict(row)) for row in rows[: wanted.limit]]
    return Page(shown, str(shown[-1].number_id) if len(rows) > wanted.limit else None)


async def number(pool: asyncpg.Pool, campaign_id: UUID, number_id: int) -> ListedNumber | None:
    """One number of a campaign."""
    page = await numbers(pool, campaign_id, Wanted(after=number_id - 1, limit=1))
    return next((each for each in page.items if each.number_id == number_id), None)


def _query(state: NumberState | None) -> str:
    match state:
        case None:
            return _SHOWN.format(shown=_ANY.format(free=""))
        case NumberState.FREE:
            return _SHOWN.format(shown=_ANY.format(free=_FREE))
        case _:
            return _SHOWN.format(shown=_IN_STATE)


def _view(row: dict[str, Any]) -> ListedNumber:
    return msgspec.convert(row | {"variables": row["variables"] or {}}, ListedNumber)
