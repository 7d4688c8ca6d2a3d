-- The claims stream and the events stream, up to which everything is known to be in this database.
create table outside(
    one boolean primary key default true check (one),
    claims_made_at timestamptz not null,
    claims_seq bigint not null,
    events_made_at timestamptz not null,
    events_seq bigint not null);

-- When the ledger was found to be another than before, or behind what was said of it (core/epoch.py).
create table epoch(
    epoch integer generated always as identity primary key,
    reason text not null check (reason in ('first', 'moved', 'behind', 'unwitnessed')),
    system_id bigint not null,
    timeline integer not null,
    opened_at timestamptz not null default clock_timestamp());
