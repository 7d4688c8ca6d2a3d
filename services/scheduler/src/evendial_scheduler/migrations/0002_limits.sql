-- How many calls at once an owner may have; null is any number.
create table owner_limits(
    owner_id uuid primary key,
    revision integer not null,
    max_concurrent_calls integer);

-- A deleted campaign keeps its row, so that nothing that comes late brings it back.
alter table campaign add column deleted boolean not null default false;
create index campaign_deleted on campaign(campaign_id) where deleted;
