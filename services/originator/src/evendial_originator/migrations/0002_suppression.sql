-- Persons that are not to be called, each as a keyed hash. One that may be called again keeps its row, so that nothing
-- older that comes late suppresses it once more.
create table suppression(
    person bytea primary key check (octet_length(person) = 32),
    suppression_id uuid not null,
    revision bigint not null,
    suppressed boolean not null);
