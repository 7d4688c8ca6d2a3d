-- Attempts that count against a cap per person, each until its cap's hours have passed. No digits: a keyed hash.
create table person_attempt(
    command_id uuid primary key,
    person bytea not null check (octet_length(person) = 32),
    slot_at timestamptz not null,
    kept_until timestamptz not null);
create index person_attempt_of_person on person_attempt(person, slot_at);
create index person_attempt_kept on person_attempt(kept_until);
