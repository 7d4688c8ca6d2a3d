-- Who is not to be called: by one owner, or (owner_id null) by anybody. No digits: `person` is a keyed hash.
create table suppression(
    suppression_id uuid primary key,
    seq bigint generated always as identity unique,
    owner_id uuid,
    person bytea not null unique check (octet_length(person) = 32),
    source text not null check (source in ('api', 'erasure')),
    created_by uuid not null,
    created_at timestamptz not null default clock_timestamp());
create index suppression_of_owner on suppression(owner_id, seq);
