"""The attempts in progress: rows of `number` that are in a command's hands, until its end is heard."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from evendial_contracts.calls import CallEnded, CallOriginated
from evendial_contracts.dialing import NumberDialVoided
from evendial_contracts.message import AttemptFact
from evendial_contracts.numbers import NumberScheduled
from evendial_contracts.requests import EndCommand

from evendial_scheduler.core.retry import Standing
from evendial_scheduler.core.retry_rules import Ends, RetryRules
from evendial_scheduler.core.state import State
from evendial_scheduler.store import Connection, Pool

# State numbers as in core/state.py: 2 scheduled, 3 calling. `state + 0` keeps statements about a few numbers
# away from the index of all that is in flight: each is found by its key.

_SCHEDULED = """
update number set state = 2, command_id = said.command_id, slot_at = said.slot_at,
    not_after = said.slot_at + interval '1 second'
from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::integer[], $5::integer[], $6::timestamptz[])
    as said(campaign_id, number_id, command_id, generation, attempt_no, slot_at)
where number.campaign_id = said.campaign_id and number.number_id = said.number_id
    and number.generation = said.generation and number.attempts + 1 = said.attempt_no and state in (0, 1)
    and (number.slot_at is null or number.slot_at < said.slot_at)
"""
"""A slot that this database gave, or one before or after it, has left its mark: there nothing changes."""
_CALLING = """
update number set state = 3
from unnest($1::uuid[], $2::bigint[], $3::uuid[]) as call(campaign_id, number_id, command_id)
where number.campaign_id = call.campaign_id and number.number_id = call.number_id
    and number.command_id = call.command_id and state + 0 = 2
"""
_HELD = """
select number.command_id, state, attempts, system_failures, failing_since, due_at,
    coalesce(ends, '{}') as ends, (rules->>'max_retries')::integer as max_retries,
    (rules->>'retry_delay_s')::integer as retry_delay_s, rules->'retry_policy' as retry_policy
from unnest($1::uuid[], $2::bigint[], $3::uuid[]) as ended(campaign_id, number_id, command_id)
join number on number.campaign_id = ended.campaign_id and number.number_id = ended.number_id
    and number.command_id = ended.command_id and state + 0 in (2, 3)
cross join lateral (select rules from campaign where campaign_id = number.campaign_id offset 0) as campaign
order by number.campaign_id, number.number_id for no key update of number
"""
"""`offset 0` has the campaign looked up last: before the numbers, it would have all of its list read."""
_SETTLE = """
update number set state = after.state, attempts = after.attempts, system_failures = after.system_failures,
    failing_since = after.failing_since, due_at = after.due_at, suppression_id = after.suppression_id,
    ends = after.ends, disposition = coalesce(after.disposition, number.disposition)
from unnest($1::uuid[], $2::bigint[], $3::smallint[], $4::smallint[], $5::integer[], $6::timestamptz[],
            $7::timestamptz[], $8::uuid[], $9::jsonb[], $10::text[])
    as after(campaign_id, number_id, state, attempts, system_failures, failing_since, due_at, suppression_id,
             ends, disposition)
where number.campaign_id = after.campaign_id and number.number_id = after.number_id
"""
_OVERDUE = """
select command_id, campaign_id, owner_id, number_id, generation, attempts + 1 as attempt_no,
    slot_at, reference
from number join campaign using (campaign_id)
where state in (2, 3) and state = 2 and not_after < $1 order by not_after limit $2
"""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A number as the end of its attempt finds it, and the rules of its campaign."""

    standing: Standing
    rules: RetryRules


async def were_scheduled(connection: Connection, said: Sequence[NumberScheduled]) -> None:
    """These commands were given their slots by a database that was restored since, and has forgotten it."""
    if said:
        generations, attempts = [each.generation for each in said], [each.attempt_no for each in said]
        slots = [each.slot_at for each in said]
        await connection.execute(_SCHEDULED, *_keys(said), generations, attempts, slots)


async def now_calling(connection: Connection, calls: Sequence[CallOriginated | EndCommand]) -> None:
    """These commands were claimed: their ends will come as events."""
    if calls:
        await connection.execute(_CALLING, *_keys(calls))


async def held(connection: Connection, ends: Sequence[AttemptFact]) -> dict[UUID, Held]:
    """Locks the numbers that are in the hands of the commands that have ended; by command.

    A command that has ended before, or was never ours, is not among them.
    """
    rows = await connection.fetch(_HELD, *_keys(ends))
    return {row["command_id"]: _held(dict(row)) for row in rows}


async def settle(connection: Connection, ended: Sequence[tuple[AttemptFact, Standing]]) -> None:
    """Writes what has become of these numbers."""
    if ended:
        await connection.execute(
            _SETTLE,
            [end.campaign_id for end, _ in ended],
            [end.number_id for end, _ in ended],
            [after.state for _, after in ended],
            [after.attempts for _, after in ended],
            [after.system_failures for _, after in ended],
            [after.failing_since for _, after in ended],
            [after.due_at for _, after in ended],
            [_suppressed_by(end, after) for end, after in ended],
            [None if after.ends == Ends() else after.ends for _, after in ended],
            [end.disposition if isinstance(end, CallEnded) else None for end, _ in ended],
        )


async def overdue(pool: Pool, before: datetime, limit: int) -> list[EndCommand]:
    """Commands that nobody has claimed or ended, whose `not_after` was before this; oldest first."""
    return [msgspec.convert(dict(row), EndCommand) for row in await pool.fetch(_OVERDUE, before, limit)]


def _suppressed_by(end: AttemptFact, after: Standing) -> UUID | None:
    if isinstance(end, NumberDialVoided) and after.state is State.SUPPRESSED:
        return end.suppression_id
    return None


def _keys(about: Sequence[AttemptFact | EndCommand]) -> tuple[list[UUID], list[int], list[UUID]]:
    return (
        [each.campaign_id for each in about],
        [each.number_id for each in about],
        [each.command_id for each in about],
    )


def _held(row: Mapping[str, object]) -> Held:
    return Held(standing=msgspec.convert(row, Standing), rules=msgspec.convert(row, RetryRules))
