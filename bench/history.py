"""A campaign of a million numbers, of which a fifth was called: a million facts in the record."""

from uuid import UUID

import asyncpg

from deploy.local.stack import Stack
from deploy.local.user import User, user_of

NUMBERS = 1_000_000
CALLED = 222_220
SLICE = 5_555

_FACTS = """
insert into event(id, stream, type, data, source, at)
select gen_random_uuid(), 'campaign:' || $1::uuid, fact.type || '.v1', jsonb_strip_nulls(jsonb_build_object(
        'type', fact.type || '.v1', 'campaign_id', $1::uuid, 'owner_id', $2::uuid, 'command_id', command_id,
        'result', case when fact.type = 'action.sequence_ended' then 'completed' end,
        'sequence_version', case when fact.type = 'action.sequence_ended' then 1 end,
        'actions_done', case when fact.type = 'action.sequence_ended' then 2 end,
        'actions_total', case when fact.type = 'action.sequence_ended' then 2 end))
    || case when fact.type = 'action.sequence_ended' then '{}' else jsonb_strip_nulls(jsonb_build_object(
        'number_id', number_id, 'generation', 0, 'attempt_no', 1, 'slot_at', slot_at,
        'originated_at', case when fact.type in ('call.originated', 'call.ended') then slot_at end,
        'answered_at', case when answered and fact.type in ('call.answered', 'call.ended') then slot_at end))
    end
    || case when fact.type = 'call.ended' then jsonb_build_object('disposition',
        case when answered then 'answered' else 'busy' end, 'hangup_cause',
        case when answered then 16 else 17 end, 'billed_s', 8, 'started_at', slot_at, 'ended_at', slot_at,
        'account_code', 'desk', 'device_id', $1::uuid, 'trunk_id', $1::uuid) else '{}' end
    || case when fact.type = 'number.waiting_retry'
        then jsonb_build_object('disposition', 'busy', 'retry_at', slot_at) else '{}' end,
    'evendial/' || fact.service, slot_at
from (
    select number_id, md5($1::text || number_id)::uuid as command_id, nth % 2 = 0 as answered,
        timestamptz '2026-05-01 09:00:00+00' + nth * interval '0.1 s' as slot_at
    from (select number_id, row_number() over (order by number_id) as nth from number
        where campaign_id = $1) as listed
    where nth > $3 and nth <= $4) as called
cross join (values
    (1, 'number.scheduled', 'scheduler', null), (2, 'call.originated', 'originator', null),
    (3, 'call.answered', 'originator', true), (4, 'call.ended', 'originator', null),
    (5, 'number.waiting_retry', 'scheduler', false), (6, 'action.sequence_ended', 'agi', true)
) as fact(step, type, service, if_answered)
where if_answered is null or if_answered = answered
order by called.number_id, fact.step
"""


async def make(stack: Stack) -> UUID:
    """Imports the list, writes down what became of it, and returns the campaign."""
    async with user_of(stack.api) as user:
        campaign_id = await _listed(user)
        owner_id = UUID(await user.id())
    connection = await asyncpg.connect(stack.wiring.database_urls["campaigns"])
    for done in range(0, CALLED, SLICE):
        await connection.execute(_FACTS, campaign_id, owner_id, done, done + SLICE)
    await connection.execute("vacuum (analyze)")
    await connection.close()
    return campaign_id


async def _listed(user: User) -> UUID:
    campaign = await user.ask("POST", "/v1/campaigns", json={"name": "a million"})
    listing = "".join(f"+49151{n:08d}\n" for n in range(NUMBERS))
    await user.ask(
        "POST",
        f"/v1/campaigns/{campaign['campaign_id']}/numbers/import",
        content=listing,
        headers={"Content-Type": "text/plain"},
        timeout=300,
    )
    return UUID(campaign["campaign_id"])
