-- An erasure: everywhere (owner_id null) or in what is one owner's. The digits stand here only while it runs.
-- `imports_through`: lists up to this one may have been read before the number was suppressed.
create table erasure(
    erasure_id uuid primary key,
    seq bigint generated always as identity unique,
    owner_id uuid,
    e164 bigint,
    created_by uuid not null,
    created_at timestamptz not null default clock_timestamp(),
    done_at timestamptz,
    imports_through bigint,
    waiting_for text[] not null default '{}',
    removed jsonb not null default '{}',
    check ((e164 is null) = (done_at is not null)));
create index erasure_running on erasure(seq) where done_at is null;
create unique index erasure_once on erasure(coalesce(owner_id, '00000000-0000-0000-0000-000000000000'), e164)
    where done_at is null;
create index erasure_of_owner on erasure(owner_id, seq);
