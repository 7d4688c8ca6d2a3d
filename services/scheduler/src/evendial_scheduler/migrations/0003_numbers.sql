-- A removed number (state 7) keeps its place, so that no late slice of a list brings it back; of the person nothing.
alter table number alter column e164 drop not null;
alter table number add constraint number_removed
    check (case when state = 7 then e164 is null and reference is null else e164 is not null end);

-- How many announced lists, redials and removals it knew of when it was last called exhausted.
alter table campaign add column exhausted_batches integer not null default 0;
