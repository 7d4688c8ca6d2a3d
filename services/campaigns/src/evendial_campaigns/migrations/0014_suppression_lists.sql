-- Lists of people who are not to be called. What has come of one holds, whether it is whole or not; the state tells.
create table suppression_list(
    list_id uuid primary key,
    seq bigint generated always as identity unique,
    owner_id uuid,
    name text not null,
    source text not null check (source in ('import', 'opt_out')),
    note text,
    expires_at timestamptz,
    state text not null default 'running' check (state in ('running', 'cut_off', 'finished', 'deleting')),
    created_by uuid not null,
    created_at timestamptz not null default clock_timestamp(),
    lines bigint not null default 0,
    bytes bigint not null default 0,
    accepted bigint not null default 0,
    duplicates bigint not null default 0,
    rejected bigint not null default 0,
    blank bigint not null default 0,
    refusals jsonb not null default '{}',
    format jsonb,
    sha256 text);
create index suppression_list_of_owner on suppression_list(owner_id, seq);

-- A person is on each list once, and once on none.
alter table suppression
    add column list_id uuid,
    add column note text,
    add column expires_at timestamptz,
    drop constraint suppression_source_check,
    add constraint suppression_source_check check (source in ('api', 'import', 'opt_out', 'erasure')),
    drop constraint suppression_person_key;
create unique index suppression_once on suppression(person, list_id) nulls not distinct;
create index suppression_of_list on suppression(list_id, seq) where list_id is not null;
create index suppression_of_list_to_say on suppression(list_id) where not effective;
create index suppression_ending on suppression(expires_at) where expires_at is not null;

alter table lifted_suppression add column list_id uuid, drop constraint lifted_suppression_pkey;
create unique index lifted_suppression_once on lifted_suppression(person, list_id) nulls not distinct;
