-- The ledger. The constraints here, not code, keep the promises of services/originator/README.md.

-- What is known of each campaign: only ever forward.
create table gate(
    campaign_id uuid primary key,
    epoch bigint not null,
    active boolean not null,
    changed_at timestamptz not null default clock_timestamp());

-- Every dial command that was ever claimed or voided. The row stays, so the same command can never dial again.
create table command(
    command_id uuid primary key,
    height bigint generated always as identity,
    claimed_by uuid,
    known_at timestamptz not null default clock_timestamp());

-- What a claim reserves. No digits: a person is a keyed hash, and only while the call lives.
create table attempt(
    command_id uuid primary key references command,
    campaign_id uuid not null,
    owner_id uuid not null,
    number_id bigint not null,
    generation integer not null,
    attempt_no integer not null,
    slot_at timestamptz not null,
    reference text,
    account_code text not null,
    device_id uuid not null,
    trunk_id uuid not null,
    ring_timeout_s integer not null,
    max_call_s integer not null,
    person bytea check (octet_length(person) = 32),
    asterisk text not null,
    boot_id text not null,
    forgotten_at timestamptz not null,
    answered_at timestamptz,
    live boolean not null default true,
    held boolean not null default true,
    check (held or not live),
    check ((person is not null) = live)
) with (fillfactor = 80);

-- One attempt at a time holds its key; a void, congestion or failed_system lets go of it.
create unique index attempt_key on attempt(campaign_id, generation, number_id, attempt_no) where held;
-- One owner never has two calls at once to one person, whatever list they stand on.
create unique index attempt_person on attempt(owner_id, person) where live;
create index attempt_live on attempt(forgotten_at) where live;

-- The one end of a command: a call's disposition, or why it was voided.
create table outcome(
    command_id uuid primary key references command,
    disposition text,
    void_reason text,
    ended_at timestamptz not null,
    settled_at timestamptz not null default clock_timestamp(),
    check (num_nonnulls(disposition, void_reason) = 1));

create table outbox(
    pos bigint generated always as identity primary key,
    xid xid8 not null default pg_current_xact_id(),
    id uuid not null unique,
    subject text not null,
    type text not null,
    headers jsonb not null,
    data bytea not null);
create index outbox_order on outbox(xid, pos);
