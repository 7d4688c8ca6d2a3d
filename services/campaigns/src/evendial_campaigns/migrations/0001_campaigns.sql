-- The record: every fact that this service decided (with a version within its stream) or heard (without one).
create table event(
    pos bigint generated always as identity primary key,
    xid xid8 not null default pg_current_xact_id(),
    id uuid not null unique,
    stream text not null,
    version integer,
    type text not null,
    data jsonb not null,
    source text not null,
    at timestamptz not null);
create unique index event_version on event(stream, version) where version is not null;

create table outbox(
    pos bigint generated always as identity primary key,
    xid xid8 not null default pg_current_xact_id(),
    id uuid not null unique,
    subject text not null,
    type text not null,
    headers jsonb not null,
    data bytea not null);
create index outbox_order on outbox(xid, pos);

-- What the events of each campaign add up to; written with them.
create table campaign(
    campaign_id uuid primary key,
    seq bigint generated always as identity unique,
    owner_id uuid not null,
    state jsonb not null,
    created_at timestamptz not null default clock_timestamp());
create index campaign_of_owner on campaign(owner_id, seq);

-- Trunks, devices and ivrs: the newest definition of each; written with its event.
create table definition(
    kind text not null,
    id uuid not null,
    seq bigint generated always as identity unique,
    owner_id uuid,
    data jsonb not null,
    primary key (kind, id));

create table person(
    user_id uuid primary key,
    name text not null unique,
    role text not null check (role in ('admin', 'user')),
    created_at timestamptz not null default clock_timestamp());

-- Keys are random and long, so a plain hash of each is enough.
create table api_key(
    sha256 bytea primary key,
    user_id uuid not null references person(user_id) on delete cascade,
    origin text not null,
    created_at timestamptz not null default clock_timestamp());

create table prompt(
    prompt_id uuid primary key,
    seq bigint generated always as identity unique,
    owner_id uuid not null,
    name text not null,
    sha256 text not null,
    duration_ms integer not null,
    audio bytea not null,
    published boolean not null default false,
    created_at timestamptz not null default clock_timestamp());
create index prompt_unpublished on prompt(seq) where not published;
create index prompt_of_owner on prompt(owner_id, seq);

-- One import of a campaign at a time; its numbers count once it is finished.
create table import(
    import_id uuid primary key,
    seq bigint generated always as identity unique,
    campaign_id uuid not null,
    owner_id uuid not null,
    state text not null default 'running' check (state in ('running', 'abandoned', 'finished')),
    touched_at timestamptz not null default clock_timestamp(),
    accepted integer not null default 0,
    duplicates integer not null default 0,
    rejected integer not null default 0,
    blank integer not null default 0,
    rejections jsonb not null default '[]',
    sha256 text not null default '',
    chunks integer not null default 0,
    fed_chunks integer not null default 0,
    fed_number_id bigint not null default 0);
create unique index import_one_at_a_time on import(campaign_id) where state <> 'finished';
create index import_to_feed on import(seq) where state = 'finished' and fed_chunks < chunks;

-- `unique_in` is where the same digits may stand once: the campaign, the import, or (null) nowhere.
create table number(
    number_id bigint generated always as identity,
    campaign_id uuid not null,
    import_id uuid not null,
    unique_in uuid,
    e164 bigint not null,
    generation integer not null default 0,
    primary key (campaign_id, number_id));
create unique index number_once on number(unique_in, e164) where unique_in is not null;

-- Where each number stands; one without a row is free.
create table number_progress(
    number_id bigint primary key,
    campaign_id uuid not null,
    generation integer not null,
    slot_at timestamptz not null,
    rank smallint not null,
    state text not null,
    attempt_no integer not null,
    disposition text,
    reason text,
    retry_at timestamptz);
create index number_progress_state on number_progress(campaign_id, state, number_id);

create table call(
    command_id uuid primary key,
    seq bigint generated always as identity unique,
    campaign_id uuid not null,
    number_id bigint,
    generation integer,
    attempt_no integer,
    slot_at timestamptz,
    originated_at timestamptz,
    started_at timestamptz,
    answered_at timestamptz,
    ended_at timestamptz,
    disposition text,
    hangup_cause integer,
    billed_s integer,
    sequence_result text,
    actions_done integer);
create index call_of_campaign on call(campaign_id, seq);
create index call_ends on call(campaign_id, disposition);
