create table trunk(
    trunk_id uuid primary key,
    revision integer not null,
    endpoint text not null,
    pool text not null,
    calls_per_second integer not null check (calls_per_second > 0),
    max_concurrent_calls integer,
    deleted boolean not null,
    -- Slots given that a new one may be too close to: a second or two of them. The anchor that outlives a restart.
    slots timestamptz[] not null default '{}',
    -- When a call through it last ended by no failure of its own.
    healthy_at timestamptz
) with (fillfactor = 50);

create table device(
    device_id uuid primary key,
    revision integer not null,
    trunk_id uuid not null,
    account_code text not null,
    max_concurrent_calls integer,
    deleted boolean not null);
create index device_trunk on device(trunk_id);

-- A row may begin with any fact about the campaign: each says only what it knows, and only ever forward.
create table campaign(
    campaign_id uuid primary key,
    owner_id uuid not null,
    epoch bigint not null default 0,
    active boolean not null default false,
    exhausted_epoch bigint,
    rules_revision integer not null default -1,
    rules jsonb check ((rules->>'calls_per_minute')::integer > 0),
    device_id uuid generated always as ((rules->>'device_id')::uuid) stored,
    sequence_version integer,
    last_slot_at timestamptz
) with (fillfactor = 50);
create index campaign_active on campaign(device_id) where active;

-- A list that was imported: complete once it is announced and all its chunks are here.
create table import(
    import_id uuid primary key,
    campaign_id uuid not null,
    chunks integer,
    received integer not null default 0);
create index import_campaign on import(campaign_id);

create table import_chunk(
    import_id uuid not null,
    chunk_no integer not null,
    primary key (import_id, chunk_no));

-- States: evendial_scheduler/core/state.py. The indexes hold what may be called and what is in a command's hands,
-- so the cost of a plan does not grow with what has been called.
create table number(
    campaign_id uuid not null,
    number_id bigint not null,
    e164 bigint not null check (e164 between 100 and 999999999999999),
    generation integer not null,
    state smallint not null default 0,
    attempts smallint not null default 0,
    system_failures integer not null default 0,
    failing_since timestamptz,
    due_at timestamptz not null,
    command_id uuid,
    slot_at timestamptz,
    not_after timestamptz,
    reference text,
    primary key (campaign_id, number_id)
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);
create index number_due on number(campaign_id, due_at, number_id) where state = 0;
create index number_retry on number(campaign_id, due_at, number_id) where state = 1;
create index number_in_flight on number(campaign_id, due_at) where state in (2, 3);

create table outbox(
    pos bigint generated always as identity primary key,
    xid xid8 not null default pg_current_xact_id(),
    id uuid not null unique,
    subject text not null,
    type text not null,
    headers jsonb not null,
    data bytea not null);
create index outbox_order on outbox(xid, pos);
