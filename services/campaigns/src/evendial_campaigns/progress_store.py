"""How far a campaign is: counted by the database, in one statement and so at one moment."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import msgspec
from evendial_contracts.calls import Disposition

from evendial_campaigns.core.campaign import Campaign, Status
from evendial_campaigns.core.forecast import RATE_OVER_S, Forecast, Pace, forecast
from evendial_campaigns.core.progress import FINAL, NumberState
from evendial_campaigns.event_store import campaign_stream
from evendial_campaigns.shared import Shared

SLOT_TO_START_S = 60
"""A call that starts at all starts well within this time after its slot."""

STARTED = f"""slot_at > now() - interval '{SLOT_TO_START_S + RATE_OVER_S} s'
    and originated_at > now() - interval '{RATE_OVER_S} s'"""
"""Of the calls of a campaign those by which its rate goes."""

_COUNT = f"""
select
    (select jsonb_object_agg(state, numbers) from (
        select state, count(*) as numbers from number_progress where campaign_id = $1 group by state
    ) as standing) as states,
    (select jsonb_object_agg(disposition, calls) from (
        select disposition, count(*) as calls from call
        where campaign_id = $1 and disposition is not null group by disposition
    ) as ended) as dispositions,
    (select count(*) from call
        where campaign_id = $1 and disposition is null and originated_at is not null) as in_progress,
    (select count(*) from call where campaign_id = $1 and {STARTED}) as started,
    (select max(at) from unnest(array['campaign', 'number', 'call', 'action']) as kind cross join lateral (
        select at from event where stream = $2 and split_part(type, '.', 1) = kind
        order by xid desc, pos desc limit 1
    ) as newest) as last_event_at,
    now() as now
"""  # noqa: S608 - a text of ours


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of a campaign. `dispositions` and `attempts` count calls, so a retried number more than once."""

    numbers: int
    states: dict[NumberState, int]
    dispositions: dict[Disposition, int]
    calls_in_progress: int
    attempts: int
    calls_last_minute: int
    answered_share: float | None
    last_event_at: datetime | None
    forecast: Forecast


class ProgressReader:
    """Counts for everybody who asks at once."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._counts = Shared(self._count)

    async def read(self, campaign: Campaign) -> Progress:
        """How far a campaign is."""
        return _progress(campaign, await self._counts.get(campaign.campaign_id))

    async def _count(self, campaign_id: UUID) -> asyncpg.Record:
        row = await self._pool.fetchrow(_COUNT, campaign_id, campaign_stream(campaign_id))
        assert row is not None, "it is an aggregate"
        return row


def _progress(campaign: Campaign, row: asyncpg.Record) -> Progress:
    states = {state: (row["states"] or {}).get(state, 0) for state in NumberState}
    not_free = sum(states.values()) - states[NumberState.FREE]
    dispositions = {each: (row["dispositions"] or {}).get(each, 0) for each in Disposition}
    ended = sum(dispositions.values())
    done = sum(states[state] for state in FINAL)
    pace = Pace(
        active=campaign.status is Status.ACTIVE,
        numbers_left=campaign.numbers - done,
        numbers_done=done,
        calls_ended=ended,
        calls_each_max=1 + campaign.rules.max_retries,
        started=row["started"],
    )
    return Progress(
        numbers=campaign.numbers,
        states=states | {NumberState.FREE: campaign.numbers - not_free},
        dispositions=dispositions,
        calls_in_progress=row["in_progress"],
        attempts=row["in_progress"] + ended,
        calls_last_minute=row["started"],
        answered_share=round(dispositions[Disposition.ANSWERED] / ended, 4) if ended else None,
        last_event_at=row["last_event_at"],
        forecast=forecast(pace, campaign.rules.window, ZoneInfo(campaign.rules.time_zone), row["now"]),
    )
