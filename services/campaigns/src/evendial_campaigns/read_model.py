"""What the API tells of numbers, calls and progress."""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

import asyncpg
import msgspec
from evendial_contracts.calls import Disposition

from evendial_campaigns.core.campaign import Campaign
from evendial_campaigns.core.progress import FINAL, NumberState
from evendial_campaigns.page import Page, Window

View = TypeVar("View")

_ENDED = "select count(*) from number_progress where campaign_id = $1 and state = any($2::text[])"
_STATES = "select state, count(*) as numbers from number_progress where campaign_id = $1 group by state"
_DISPOSITIONS = """
select disposition, count(*) as calls from call where campaign_id = $1 and disposition is not null
group by disposition
"""
_IN_PROGRESS = """
select count(*) from call where campaign_id = $1 and disposition is null and originated_at is not null
"""
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
_CALLS = """
select c.*, n.e164::text as e164 from call c
join number n on n.campaign_id = c.campaign_id and n.number_id = c.number_id
where c.campaign_id = $1 and ($2::bigint is null or c.seq > $2) order by c.seq limit $3
"""


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of a campaign. `dispositions` and `attempts` count calls, so a retried number more than once."""

    numbers: int
    states: dict[NumberState, int]
    dispositions: dict[Disposition, int]
    calls_in_progress: int
    attempts: int


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


class CallView(msgspec.Struct, frozen=True, kw_only=True):
    """A call that was, or may have been, originated."""

    command_id: UUID
    number_id: int
    e164: str
    generation: int
    attempt_no: int
    slot_at: datetime
    originated_at: datetime | None
    started_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    disposition: Disposition | None
    hangup_cause: int | None
    billed_s: int | None
    sequence_result: str | None
    actions_done: int | None


async def still_to_call(pool: asyncpg.Pool, campaign: Campaign) -> int:
    """How many numbers are neither completed nor given up."""
    ended: int = await pool.fetchval(_ENDED, campaign.campaign_id, list(FINAL))
    return campaign.numbers - ended


async def progress(pool: asyncpg.Pool, campaign: Campaign) -> Progress:
    """How far a campaign is."""
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read"):
        states = await connection.fetch(_STATES, campaign.campaign_id)
        dispositions = await connection.fetch(_DISPOSITIONS, campaign.campaign_id)
        in_progress: int = await connection.fetchval(_IN_PROGRESS, campaign.campaign_id)
    by_state = {state: 0 for state in NumberState} | {row["state"]: row["numbers"] for row in states}
    not_free = sum(by_state.values()) - by_state[NumberState.FREE]
    ended = {row["disposition"]: row["calls"] for row in dispositions}
    return Progress(
        numbers=campaign.numbers,
        states=by_state | {NumberState.FREE: campaign.numbers - not_free},
        dispositions={each: ended.get(each, 0) for each in Disposition},
        calls_in_progress=in_progress,
        attempts=in_progress + sum(ended.values()),
    )


async def numbers(
    pool: asyncpg.Pool, campaign_id: UUID, state: NumberState | None, window: Window
) -> Page[ListedNumberView]:
    """The numbers of a campaign, or those in one state, in the order of their lists."""
    through_all = state is None or state is NumberState.FREE
    query = _NUMBERS if through_all else _NUMBERS_IN_STATE
    rows = await pool.fetch(query, campaign_id, window.cursor, state, window.limit + 1)
    return Page.of(rows, window, lambda row: _view(row, ListedNumberView))


async def calls(pool: asyncpg.Pool, campaign_id: UUID, window: Window) -> Page[CallView]:
    """The calls of a campaign in the order in which they were first heard of."""
    rows = await pool.fetch(_CALLS, campaign_id, window.cursor, window.limit + 1)
    return Page.of(rows, window, lambda row: _view(row, CallView))


def _view(row: asyncpg.Record, kind: type[View]) -> View:
    return msgspec.convert(dict(row), kind)
