"""The folds of core/progress.py and core/call_record.py over the whole record, as rules about sets.

Tests hold them against those on random histories. Each takes the facts from one transaction id ($1) on; which
of them come again, and in which order, makes no difference.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import asyncpg
import msgspec
from evendial_contracts.codec import UnknownMessage, decode
from evendial_contracts.message import Message

from evendial_campaigns.core.call_record import CallRecord
from evendial_campaigns.core.progress import NumberProgress
from evendial_campaigns.projection_store import TOGETHER, UNLESS_OLDER

NUMBER_COLUMNS = NumberProgress.__struct_fields__
CALL_COLUMNS = CallRecord.__struct_fields__

NUMBERS = """
select distinct on (number_id) told.* from (
    select (data ->> 'number_id')::bigint as number_id, (data ->> 'campaign_id')::uuid as campaign_id,
        (data ->> 'generation')::int as generation, (data ->> 'slot_at')::timestamptz as slot_at,
        (case type when 'number.scheduled.v1' then 1 when 'call.originated.v1' then 2
            when 'call.answered.v1' then 3 when 'call.ended.v1' then 4 when 'number.suppressed.v1' then 4
            else 5 end)::smallint as rank,
        case
            when type = 'number.scheduled.v1' then 'scheduled'
            when type in ('call.originated.v1', 'call.answered.v1') then 'calling'
            when type = 'number.released.v1' then 'free'
            when type = 'number.suppressed.v1' then 'suppressed'
            when type = 'number.waiting_retry.v1' then 'waiting_retry'
            when data ->> 'disposition' = 'answered' then 'completed'
            when data ->> 'disposition' = 'unknown' then 'unknown'
            when type = 'number.failed.v1' then 'failed'
            else 'waiting_retry' end as state,
        (data ->> 'attempt_no')::int as attempt_no, data ->> 'disposition' as disposition,
        data ->> 'reason' as reason,
        coalesce(data ->> 'retry_at', data ->> 'not_before')::timestamptz as retry_at
    from event
    where xid >= $1::text::xid8 and type in ('number.scheduled.v1', 'call.originated.v1', 'call.answered.v1',
        'call.ended.v1', 'number.waiting_retry.v1', 'number.failed.v1', 'number.released.v1',
        'number.suppressed.v1')
) as told
join number n on n.campaign_id = told.campaign_id and n.number_id = told.number_id
where not n.deleted and told.generation >= n.generation
order by number_id, told.generation desc, slot_at desc, rank desc, state collate "C" desc, attempt_no desc,
    coalesce(disposition, '') collate "C" desc, coalesce(reason, '') collate "C" desc,
    coalesce(retry_at, '-infinity') desc
"""
CALLS = """
select command_id, min(campaign_id)::uuid, min(number_id), min(generation), min(attempt_no), min(slot_at),
    min(originated_at), min(started_at), min(answered_at), min(ended_at), min(disposition collate "C"),
    min(hangup_cause), min(billed_s), min(sequence_result collate "C"), min(actions_done),
    min(reference collate "C"), min(account_code collate "C"), min(device_id)::uuid, min(trunk_id)::uuid
from (
    select (data ->> 'command_id')::uuid as command_id, data ->> 'campaign_id' as campaign_id,
        (data ->> 'number_id')::bigint as number_id, (data ->> 'generation')::int as generation,
        (data ->> 'attempt_no')::int as attempt_no, (data ->> 'slot_at')::timestamptz as slot_at,
        (data ->> 'originated_at')::timestamptz as originated_at,
        (data ->> 'started_at')::timestamptz as started_at,
        (data ->> 'answered_at')::timestamptz as answered_at, (data ->> 'ended_at')::timestamptz as ended_at,
        data ->> 'disposition' as disposition, (data ->> 'hangup_cause')::int as hangup_cause,
        (data ->> 'billed_s')::int as billed_s, data ->> 'result' as sequence_result,
        (data ->> 'actions_done')::int as actions_done, data ->> 'reference' as reference,
        data ->> 'account_code' as account_code, data ->> 'device_id' as device_id,
        data ->> 'trunk_id' as trunk_id
    from event
    where xid >= $1::text::xid8 and type in ('call.originated.v1', 'call.answered.v1', 'call.ended.v1',
        'action.sequence_ended.v1')
) as told
group by command_id
"""
MORE_NUMBERS = f"""
insert into number_progress_rebuilt as number_progress({", ".join(NUMBER_COLUMNS)}) {NUMBERS} {UNLESS_OLDER}
"""
MORE_CALLS = f"insert into call_rebuilt as call({', '.join(CALL_COLUMNS)}) {CALLS} {TOGETHER}"

_DECIDED = """
select stream, type, data::text as data, at from (
    select stream, version, type, data, at, min(pos) over (partition by stream) as began from event
    where version is not null and ($1::text[] is null or stream = any($1))) as decided
order by began, version
"""
_STREAMS = "select distinct stream from event where xid >= $1::text::xid8 and version is not null"
_COUNT = "select count(*) from event where xid >= $1::text::xid8"
_HORIZON = "select pg_snapshot_xmin(pg_current_snapshot())::text"

PREFETCH = 1000


class Stream(msgspec.Struct, frozen=True):
    """All that was decided in one stream, and when first and last."""

    name: str
    facts: list[Message]
    began_at: datetime
    changed_at: datetime


async def horizon(connection: asyncpg.Connection) -> str:
    """What was recorded by transactions older than this one is there to be read."""
    xid: str = await connection.fetchval(_HORIZON)
    return xid


async def facts_since(connection: asyncpg.Connection, xid: str) -> int:
    """How many were recorded from a horizon on."""
    count: int = await connection.fetchval(_COUNT, xid)
    return count


async def streams_since(connection: asyncpg.Connection, xid: str) -> list[str]:
    """In which streams something was decided from a horizon on."""
    return [row["stream"] for row in await connection.fetch(_STREAMS, xid)]


async def decided(connection: asyncpg.Connection, names: Sequence[str] | None) -> AsyncIterator[Stream]:
    """Each stream with its facts, the oldest stream first; all streams when no names are given."""
    stream: Stream | None = None
    async with connection.transaction():
        async for row in connection.cursor(_DECIDED, names, prefetch=PREFETCH):
            if stream is not None and stream.name != row["stream"]:
                yield stream
                stream = None
            known = stream or Stream(row["stream"], [], row["at"], row["at"])
            stream = msgspec.structs.replace(known, changed_at=row["at"])
            fact = decode(row["type"], row["data"].encode())
            if not isinstance(fact, UnknownMessage):
                stream.facts.append(fact)
        if stream is not None:
            yield stream
