create table sequence(
    campaign_id uuid not null,
    version bigint not null,
    owner_id uuid not null,
    actions jsonb not null,
    primary key (campaign_id, version));

-- One row per call that was ever let in: the primary key is what refuses a token shown twice.
create table served(
    command_id uuid primary key,
    campaign_id uuid not null,
    sequence_version bigint not null,
    owner_id uuid,
    instance text not null,
    actions_done integer not null default 0,
    actions_total integer not null,
    token_expires_at timestamptz not null,
    ended boolean not null default false);
create index served_open on served(instance) where not ended;
create index served_expired on served(token_expires_at) where ended;

create table outbox(
    pos bigint generated always as identity primary key,
    xid xid8 not null default pg_current_xact_id(),
    id uuid not null unique,
    subject text not null,
    type text not null,
    headers jsonb not null,
    data bytea not null);
create index outbox_order on outbox(xid, pos);
