-- A number that was taken off the list stays while calls tell of it. Its digits may be imported again: `unique_in`
-- is null then.
alter table number add column deleted boolean not null default false;

-- One act of a person on numbers of a list. Which ones is fixed while it is `preparing`; then it is said, in one
-- event; then it is done, chunk by chunk: applied here first, fed to the scheduler after that.
create table batch(
    batch_id uuid primary key,
    seq bigint generated always as identity unique,
    campaign_id uuid not null,
    owner_id uuid not null,
    kind text not null check (kind in ('redial', 'removal')),
    state text not null default 'preparing' check (state in ('preparing', 'abandoned', 'said')),
    touched_at timestamptz not null default clock_timestamp(),
    numbers integer not null default 0,
    kept integer not null default 0,
    chunks integer not null default 0,
    applied_chunks integer not null default 0,
    applied_number_id bigint not null default 0,
    fed_chunks integer not null default 0);
create unique index batch_one_at_a_time on batch(campaign_id) where state = 'preparing' or applied_chunks < chunks;
create index batch_to_feed on batch(seq) where state = 'said' and fed_chunks < chunks;
create index batch_abandoned on batch(seq) where state = 'abandoned';

-- The numbers of a batch that were not fed yet.
create table batch_number(
    batch_id uuid not null,
    number_id bigint not null,
    primary key (batch_id, number_id));
