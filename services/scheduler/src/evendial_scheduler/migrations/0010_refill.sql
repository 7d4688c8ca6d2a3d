-- A schedule that starts empty is filled from the campaigns service's record. `listed_at`: when it was last told which
-- campaigns there are; null: never yet, and nothing is heard or planned before that.
create table refill(
    one boolean primary key default true check (one),
    listed_at timestamptz);
insert into refill(listed_at) values ((select clock_timestamp() from campaign limit 1));

-- Up to which of its numbers a campaign was told; null: it has all, and may be planned.
alter table campaign add column refilled_to bigint;
create index campaign_refilling on campaign(campaign_id) where refilled_to is not null;

-- What was heard of attempts in a campaign whose numbers were not all here: taken in once they are, in this order.
create table put_by(
    pos bigint generated always as identity primary key,
    campaign_id uuid not null,
    type text not null,
    data bytea not null);
create index put_by_campaign on put_by(campaign_id, pos);
