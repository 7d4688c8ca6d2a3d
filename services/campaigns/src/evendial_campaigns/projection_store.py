"""Where numbers stand and what became of calls, as told by the other services: written in batches."""

from collections.abc import Sequence

from evendial_chassis.outbox import Connection

from evendial_campaigns.core.call_record import CallRecord
from evendial_campaigns.core.progress import NumberProgress

UNLESS_OLDER = """
on conflict (number_id) do update set generation = excluded.generation, slot_at = excluded.slot_at,
    rank = excluded.rank, state = excluded.state, attempt_no = excluded.attempt_no,
    disposition = excluded.disposition, reason = excluded.reason, retry_at = excluded.retry_at
where (excluded.generation, excluded.slot_at, excluded.rank, excluded.state collate "C", excluded.attempt_no,
        coalesce(excluded.disposition, '') collate "C", coalesce(excluded.reason, '') collate "C",
        coalesce(excluded.retry_at, '-infinity'))
    > (number_progress.generation, number_progress.slot_at, number_progress.rank,
        number_progress.state collate "C", number_progress.attempt_no,
        coalesce(number_progress.disposition, '') collate "C",
        coalesce(number_progress.reason, '') collate "C", coalesce(number_progress.retry_at, '-infinity'))
"""
"""What becomes of a number of which something is known already."""
TOGETHER = """
on conflict (command_id) do update set
    campaign_id = least(call.campaign_id, excluded.campaign_id),
    number_id = least(call.number_id, excluded.number_id),
    generation = least(call.generation, excluded.generation),
    attempt_no = least(call.attempt_no, excluded.attempt_no),
    slot_at = least(call.slot_at, excluded.slot_at),
    originated_at = least(call.originated_at, excluded.originated_at),
    started_at = least(call.started_at, excluded.started_at),
    answered_at = least(call.answered_at, excluded.answered_at),
    ended_at = least(call.ended_at, excluded.ended_at),
    disposition = least(call.disposition collate "C", excluded.disposition collate "C"),
    hangup_cause = least(call.hangup_cause, excluded.hangup_cause),
    billed_s = least(call.billed_s, excluded.billed_s),
    sequence_result = least(call.sequence_result collate "C", excluded.sequence_result collate "C"),
    actions_done = least(call.actions_done, excluded.actions_done),
    reference = least(call.reference collate "C", excluded.reference collate "C"),
    account_code = least(call.account_code collate "C", excluded.account_code collate "C"),
    device_id = least(call.device_id, excluded.device_id),
    trunk_id = least(call.trunk_id, excluded.trunk_id)
"""
"""The same of a call: `least` passes over nulls, and holds what `merged` says of two that differ."""
_NUMBERS = """
insert into number_progress(number_id, campaign_id, generation, slot_at, rank, state, attempt_no,
    disposition, reason, retry_at)
select told.* from unnest($1::bigint[], $2::uuid[], $3::int[], $4::timestamptz[], $5::smallint[], $6::text[],
    $7::int[], $8::text[], $9::text[], $10::timestamptz[])
    as told(number_id, campaign_id, generation, slot_at, rank, state, attempt_no, disposition, reason,
        retry_at)
join number n on n.campaign_id = told.campaign_id and n.number_id = told.number_id
where not n.deleted and told.generation >= n.generation
for share of n
"""
_CALLS = """
insert into call(command_id, campaign_id, number_id, generation, attempt_no, slot_at, originated_at,
    started_at, answered_at, ended_at, disposition, hangup_cause, billed_s, sequence_result, actions_done,
    reference, account_code, device_id, trunk_id)
select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::int[], $5::int[], $6::timestamptz[],
    $7::timestamptz[], $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::text[], $12::int[],
    $13::int[], $14::text[], $15::int[], $16::text[], $17::text[], $18::uuid[], $19::uuid[])
"""

NUMBER_COLUMNS = NumberProgress.__struct_fields__
CALL_COLUMNS = CallRecord.__struct_fields__


async def save_numbers(connection: Connection, progress: Sequence[NumberProgress]) -> None:
    """Replaces what is older; what is newer stays.

    Facts about a number that was removed, or about an earlier generation of one, change nothing. Share locks
    on the numbers keep it so against a redial or removal that is done at the same moment.
    """
    if progress:
        await connection.execute(
            _NUMBERS + UNLESS_OLDER, *([getattr(row, name) for row in progress] for name in NUMBER_COLUMNS)
        )


async def save_calls(connection: Connection, records: Sequence[CallRecord]) -> None:
    """Adds what was not known."""
    if records:
        await connection.execute(
            _CALLS + TOGETHER, *([getattr(row, name) for row in records] for name in CALL_COLUMNS)
        )
