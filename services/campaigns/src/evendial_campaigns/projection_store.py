"""Where numbers stand and what became of calls, as told by the other services: written in batches."""

from collections.abc import Sequence

from evendial_chassis.outbox import Connection

from evendial_campaigns.core.call_record import CallRecord
from evendial_campaigns.core.progress import NumberProgress

_NUMBERS = """
insert into number_progress(number_id, campaign_id, generation, slot_at, rank, state, attempt_no,
    disposition, reason, retry_at)
select * from unnest($1::bigint[], $2::uuid[], $3::int[], $4::timestamptz[], $5::smallint[], $6::text[],
    $7::int[], $8::text[], $9::text[], $10::timestamptz[])
on conflict (number_id) do update set generation = excluded.generation, slot_at = excluded.slot_at,
    rank = excluded.rank, state = excluded.state, attempt_no = excluded.attempt_no,
    disposition = excluded.disposition, reason = excluded.reason, retry_at = excluded.retry_at
where (excluded.generation, excluded.slot_at, excluded.rank)
    > (number_progress.generation, number_progress.slot_at, number_progress.rank)
"""
_CALLS = """
insert into call(command_id, campaign_id, number_id, generation, attempt_no, slot_at, originated_at,
    started_at, answered_at, ended_at, disposition, hangup_cause, billed_s, sequence_result, actions_done)
select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::int[], $5::int[], $6::timestamptz[],
    $7::timestamptz[], $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::text[], $12::int[],
    $13::int[], $14::text[], $15::int[])
on conflict (command_id) do update set
    number_id = coalesce(call.number_id, excluded.number_id),
    generation = coalesce(call.generation, excluded.generation),
    attempt_no = coalesce(call.attempt_no, excluded.attempt_no),
    slot_at = coalesce(call.slot_at, excluded.slot_at),
    originated_at = coalesce(call.originated_at, excluded.originated_at),
    started_at = coalesce(call.started_at, excluded.started_at),
    answered_at = coalesce(call.answered_at, excluded.answered_at),
    ended_at = coalesce(call.ended_at, excluded.ended_at),
    disposition = coalesce(call.disposition, excluded.disposition),
    hangup_cause = coalesce(call.hangup_cause, excluded.hangup_cause),
    billed_s = coalesce(call.billed_s, excluded.billed_s),
    sequence_result = coalesce(call.sequence_result, excluded.sequence_result),
    actions_done = coalesce(call.actions_done, excluded.actions_done)
"""

NUMBER_COLUMNS = NumberProgress.__struct_fields__
CALL_COLUMNS = CallRecord.__struct_fields__


async def save_numbers(connection: Connection, progress: Sequence[NumberProgress]) -> None:
    """Replaces what is older; what is newer stays."""
    if progress:
        await connection.execute(
            _NUMBERS, *([getattr(row, name) for row in progress] for name in NUMBER_COLUMNS)
        )


async def save_calls(connection: Connection, records: Sequence[CallRecord]) -> None:
    """Adds what was not known; the first that was told of each thing stays."""
    if records:
        await connection.execute(_CALLS, *([getattr(row, name) for row in records] for name in CALL_COLUMNS))
