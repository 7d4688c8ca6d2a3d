"""What the API tells of numbers."""

from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec
from evendial_contracts.calls import Disposition

from evendial_campaigns.core.campaign import Campaign
from evendial_campaigns.core.progress import FINAL, NumberState
from evendial_campaigns.page import Page, Window

_ENDED = "select count(*) from number_progress where campaign_id = $1 and state = any($2::text[])"
_NUMBERS = """
select n.number_id as seq, n.number_id, n.e164::text as e164, coalesce(p.state, 'free') as state,
    coalesce(p.generation, n.generation) as generation, coalesce(p.attempt_no, 0) as attempt_no,
    p.disposition, p.reason, p.slot_at, p.retry_at
from number n join import i on i.import_id = n.import_id and i.state = 'finished'
left join number_progress p on p.number_id = n.number_id
where n.campaign_id = $1 and ($2::bigint is null or n.number_id > $2)
    and ($3::text is null or coalesce(p.state, 'free') = $3)
order by n.number_id limit $4
"""
_NUMBERS_IN_STATE = """
select p.number_id as seq, p.number_id, n.e164::text as e164, p.state, p.generation, p.attempt_no,
    p.disposition, p.reason, p.slot_at, p.retry_at
from number_progress p join number n on n.campaign_id = p.campaign_id and n.number_id = p.number_id
where p.campaign_id = $1 and ($2::bigint is null or p.number_id > $2) and p.state = $3
order by p.number_id limit $4
"""


class ListedNumberView(msgspec.Struct, frozen=True, kw_only=True):
    """A number of a campaign and where it stands."""

    number_id: int
    e164: str
    state: NumberState
    generation: int
    attempt_no: int
    disposition: Disposition | None
    reason: str | None
    slot_at: datetime | None
    retry_at: datetime | None


async def still_to_call(pool: asyncpg.Pool, campaign: Campaign) -> int:
    """How many numbers are neither completed nor given up."""
    ended: int = await pool.fetchval(_ENDED, campaign.campaign_id, list(FINAL))
    return campaign.numbers - ended


async def numbers(
    pool: asyncpg.Pool, campaign_id: UUID, state: NumberState | None, window: Window
) -> Page[ListedNumberView]:
    """The numbers of a campaign, or those in one state, in the order of their lists."""
    through_all = state is None or state is NumberState.FREE
    query = _NUMBERS if through_all else _NUMBERS_IN_STATE
    rows = await pool.fetch(query, campaign_id, window.cursor, state, window.limit + 1)
    return Page.of(rows, window, _view)


def _view(row: asyncpg.Record) -> ListedNumberView:
    return msgspec.convert(dict(row), ListedNumberView)
