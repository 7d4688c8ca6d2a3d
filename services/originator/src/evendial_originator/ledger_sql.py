"""The statements of the ledger. Each is atomic by itself; the constraints of the tables do the deciding."""

GATE = """
select gate.epoch, gate.active, set_config('synchronous_commit', 'on', true),
    (select count(pg_advisory_xact_lock(key)) from unnest($2::bigint[]) as key), clock_timestamp() as now,
    (select suppression_id from suppression where suppressed and person = any($3::bytea[])
        and (expires_at is null or expires_at > clock_timestamp())
        order by expires_at desc nulls first, suppression_id limit 1)
from (select 1) as always
left join lateral (select epoch, active from gate where campaign_id = $1 for share) as gate on true
"""
"""Of several entries the one that forbids longest is named.

The caps are counted by a later statement, so that it sees what whoever had these locks has committed."""

_ATTEMPT = """insert into attempt(
        command_id, campaign_id, owner_id, number_id, generation, attempt_no, slot_at, reference,
        account_code, device_id, trunk_id, ring_timeout_s, max_call_s,
        person, asterisk, boot_id, forgotten_at, epoch)
    select $1::uuid, $2::uuid, $3::uuid, $4::bigint, $5::integer, $6::integer, $7::timestamptz, $8::text,
        $9::text, $10::uuid, $11::uuid, $12::integer, $13::integer,
        $15::bytea, $16::text, $17::text, $18::timestamptz, $19::bigint"""
"""The values that every claim begins with; $14 is its nonce."""

CLAIM = f"""
with gate_now as materialized (
    select epoch, active from gate where campaign_id = $2 for share),
allowed as materialized (
    select set_config('synchronous_commit', 'on', true) as durable from gate_now
    where epoch = $19 and active and clock_timestamp() <= $20::timestamptz
        and ($21::timestamptz is null or clock_timestamp() < $21)
        and $7::timestamptz <= clock_timestamp() + $22::interval
        and not exists (select from suppression where suppressed and person = any($23::bytea[])
            and (expires_at is null or expires_at > clock_timestamp()))),
taken as (
    {_ATTEMPT}
    from allowed where durable is not null on conflict do nothing returning command_id),
known as (
    insert into command(command_id, claimed_by) select command_id, $14::uuid from taken)
select exists (select from taken)
"""  # noqa: S608 - a text of ours
"""All of a claim in one statement, where nothing speaks against it and no cap is to be counted; else nothing.

A command that is known without an attempt (a void) is a unique violation, which undoes the attempt, too.
"""

TAKE = f"""
with known as (
    insert into command(command_id, claimed_by) values ($1, $14) on conflict do nothing returning true),
room as (
    select ($20::integer is null or (select count(*) from attempt where live and campaign_id = $2) < $20)
        and ($21::integer is null or (select count(*) from attempt where live and owner_id = $3) < $21)
        and ($22::integer is null or (select count(*) from attempt where live and device_id = $10) < $22)
        and ($23::integer is null or (select count(*) from attempt where live and trunk_id = $11) < $23)
        and ($24::integer is null or (select count(*) from attempt where live) < $24)
        as free),
taken as (
    {_ATTEMPT}
    from known cross join room where free on conflict do nothing returning true),
counted as (
    insert into person_attempt(command_id, person, slot_at, kept_until)
    select $1::uuid, $15::bytea, $7::timestamptz, kept_until
    from taken cross join (select $25::timestamptz as kept_until) as counting where kept_until is not null)
select exists (select from known) as new, exists (select from taken) as taken, (select free from room)
"""  # noqa: S608 - a text of ours
"""A cap without a limit is not counted: `or` looks no further."""

PERSON_FREE_AT = """
select max(free_at) as free_at, exists (
    select from attempt where live and owner_id = $6 and person = $1 and command_id <> $2) as in_a_call
from unnest($4::integer[], $5::integer[]) as cap(attempts, hours) cross join lateral (
    select slot_at + make_interval(hours => hours) as free_at from person_attempt
    where person = $1 and command_id <> $2 and slot_at > $3::timestamptz - make_interval(hours => hours)
    order by slot_at desc offset attempts - 1 limit 1) as reached
"""
"""When every cap has room again; null when none is reached. A statement after the one that took the lock."""

OWN = """
select exists (select from command join attempt using (command_id)
    where command_id = $1 and claimed_by = $2 and live)
"""

HELD = """
select exists (select from attempt where held
    and (campaign_id, generation, number_id, attempt_no) = ($1, $2, $3, $4))
"""

SETTLE = """
with decided as (
    insert into outcome(command_id, disposition, void_reason, ended_at) values ($1, $2, $3, $4)
    on conflict do nothing returning command_id),
released as (
    update attempt set live = false, held = held and $5, person = null
    from decided where attempt.command_id = decided.command_id),
uncounted as (
    delete from person_attempt using decided where person_attempt.command_id = decided.command_id and not $5)
insert into outbox(id, subject, type, headers, data)
select $6::uuid, $7::text, $8::text, $9::jsonb, $10::bytea from decided returning true
"""

VOID_UNKNOWN = """
with known as (
    insert into command(command_id) values ($1) on conflict do nothing returning true),
decided as (
    insert into outcome(command_id, void_reason, ended_at)
    select $1::uuid, $2::text, $3::timestamptz from known
    on conflict do nothing returning true)
insert into outbox(id, subject, type, headers, data)
select $4::uuid, $5::text, $6::text, $7::jsonb, $8::bytea from decided returning true
"""

ANSWERED = "update attempt set answered_at = $2 where command_id = $1 and live and answered_at is null"

LIVE = """
select command_id, campaign_id, owner_id, number_id, generation, attempt_no, slot_at, reference,
    account_code, device_id, trunk_id, ring_timeout_s, max_call_s, boot_id, answered_at, left_at
from attempt where live and asterisk = $1 order by slot_at
"""

FORGOTTEN = """
select command_id, campaign_id, owner_id, number_id, generation, attempt_no, slot_at, reference,
    account_code, device_id, trunk_id, ring_timeout_s, max_call_s, boot_id, answered_at, left_at
from attempt where live and forgotten_at < clock_timestamp() order by forgotten_at limit 1000
"""
