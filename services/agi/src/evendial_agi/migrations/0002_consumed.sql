-- What the outbox has said in the last hour, to be said again if the stream was lost (evendial_chassis.said).
create table said(
    pos bigint primary key,
    xid xid8 not null,
    id uuid not null,
    subject text not null,
    type text not null,
    headers jsonb not null,
    data bytea not null,
    said_at timestamptz not null default clock_timestamp());
create index said_at on said(said_at);

-- Since when the stream has been there that it was said to.
create table said_to(stream text primary key, made_at timestamptz not null);

-- How far each durable consumer has come in this database (evendial_chassis.consumed).
create table consumed(
    durable text primary key,
    stream_made_at timestamptz not null,
    handled_seq bigint not null
) with (fillfactor = 50);
