"""How evenly a campaign has called of late: its slots and the calls placed on them, counted by interval."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec
from evendial_contracts.calls import Disposition
from evendial_contracts.dialing import VoidReason

from evendial_campaigns.call_list import E164
from evendial_campaigns.event_store import campaign_stream
from evendial_campaigns.schemas.calls import CallView

VOIDS_AMONG = 20_000
"""Of so many newest facts about its numbers those are read that say that a slot came to nothing."""

_SLOTS = """
with slot as (
    select command_id, slot_at, coalesce(started_at, originated_at) as placed_at,
        answered_at, disposition, null as void
    from call where campaign_id = $1 and slot_at >= $3 and slot_at < $4
    union all
    select (data ->> 'command_id')::uuid, (data ->> 'slot_at')::timestamptz, null, null, null,
        data ->> 'reason'
    from (
        select type, at, data from event where stream = $2 and split_part(type, '.', 1) = 'number'
        order by xid desc, pos desc limit $5
    ) as newest
    where type = 'number.dial_voided.v1' and at >= $3
        and (data ->> 'slot_at')::timestamptz >= $3 and (data ->> 'slot_at')::timestamptz < $4
)
"""
_INTERVALS = f"""
{_SLOTS}
select floor(extract(epoch from slot_at - $3) / $6)::integer as step, count(*) as slots,
    count(placed_at) as placed, count(answered_at) as answered, count(void) as voided
from slot group by step
"""  # noqa: S608 - a text of ours
_NEWEST = f"""
{_SLOTS}
select * from slot order by slot_at desc, command_id limit $6
"""  # noqa: S608 - a text of ours
_ENDED = f"""
select c.*, {E164} from (
    select data, xid, pos from event
    where stream = $2 and split_part(type, '.', 1) = 'call' and type = 'call.ended.v1'
    order by xid desc, pos desc limit $3
) as fact
join call c on c.command_id = (fact.data ->> 'command_id')::uuid and c.campaign_id = $1
where c.slot_at is not null
order by fact.xid desc, fact.pos desc
"""  # noqa: S608 - a text of ours


class Steps(msgspec.Struct, frozen=True):
    """So many intervals of so many seconds, the one that `now` is in being the last."""

    now: datetime
    step_s: int
    count: int

    @property
    def begin(self) -> datetime:
        """When the first begins; all begin at whole multiples of their length since 1970."""
        last = int(self.now.timestamp()) // self.step_s * self.step_s
        return datetime.fromtimestamp(last - (self.count - 1) * self.step_s, UTC)

    @property
    def end(self) -> datetime:
        """When the last ends."""
        return self.begin + timedelta(seconds=self.count * self.step_s)


class Interval(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the slots of an interval: on so many a call was placed, so many came to nothing."""

    begins_at: datetime
    slots: int
    placed: int
    answered: int
    voided: int


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """A slot, and the call that was placed on it; `placed_at - slot_at` is how late it began.

    `void` is why there is none.
    """

    command_id: UUID
    slot_at: datetime
    placed_at: datetime | None
    answered_at: datetime | None
    disposition: Disposition | None
    void: VoidReason | None


async def intervals(pool: asyncpg.Pool, campaign_id: UUID, steps: Steps) -> list[Interval]:
    """All of them, in order."""
    rows = {row["step"]: row for row in await pool.fetch(_INTERVALS, *_of(campaign_id, steps), steps.step_s)}
    begins = (steps.begin + timedelta(seconds=step * steps.step_s) for step in range(steps.count))
    return [_interval(at, rows.get(step)) for step, at in enumerate(begins)]


async def newest(pool: asyncpg.Pool, campaign_id: UUID, steps: Steps, limit: int) -> list[Slot]:
    """The newest slots in these intervals, in the order of time."""
    rows = await pool.fetch(_NEWEST, *_of(campaign_id, steps), limit)
    return [msgspec.convert(dict(row), Slot) for row in reversed(rows)]


async def ended(pool: asyncpg.Pool, campaign_id: UUID, limit: int) -> list[CallView]:
    """The calls that ended last, the last one first."""
    rows = await pool.fetch(_ENDED, campaign_id, campaign_stream(campaign_id), limit)
    return [msgspec.convert(dict(row), CallView) for row in rows]


def _of(campaign_id: UUID, steps: Steps) -> tuple[UUID, str, datetime, datetime, int]:
    return campaign_id, campaign_stream(campaign_id), steps.begin, steps.end, VOIDS_AMONG


def _interval(begins_at: datetime, row: asyncpg.Record | None) -> Interval:
    counts = {name: row[name] if row else 0 for name in ("slots", "placed", "answered", "voided")}
    return Interval(begins_at=begins_at, **counts)
