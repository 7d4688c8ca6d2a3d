-- Which suppression keeps a number from being called (state 8), and which are gone: what is said of the two may come in
-- either order.
alter table number add column suppression_id uuid check (suppression_id is null or state = 8);
create index number_suppressed on number(suppression_id) where state = 8;
create table lifted_suppression(
    suppression_id uuid primary key,
    lifted_at timestamptz not null default clock_timestamp());
