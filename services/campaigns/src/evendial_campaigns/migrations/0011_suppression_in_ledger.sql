-- What is said of a person is numbered, so that the ledger keeps the newest; `effective`: the ledger has it.
create sequence suppression_revision;
alter table suppression
    add column revision bigint not null default nextval('suppression_revision'),
    add column effective boolean not null default false;
create index suppression_to_say on suppression(revision) where not effective;
create index suppression_by_revision on suppression(revision);

-- Entries that were deleted: said until the ledger has it, and again to a ledger that has lost it.
create table lifted_suppression(
    person bytea primary key check (octet_length(person) = 32),
    suppression_id uuid not null unique,
    owner_id uuid,
    revision bigint not null default nextval('suppression_revision'),
    effective boolean not null default false);
create index lifted_suppression_to_say on lifted_suppression(revision) where not effective;
create index lifted_suppression_by_revision on lifted_suppression(revision);
