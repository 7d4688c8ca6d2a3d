-- The version of a campaign is that of its stream: how many facts were decided in it.
update campaign set state = state || jsonb_build_object('version', decided.version)
from (select stream, max(version) as version from event group by stream) as decided
where decided.stream = 'campaign:' || campaign.campaign_id;

alter table campaign
    add column updated_at timestamptz not null default clock_timestamp(),
    add column sort_name text generated always as (lower(state->'rules'->>'name')) stored,
    add column status text generated always as (state->>'status') stored,
    add column archived boolean generated always as (coalesce((state->>'archived')::boolean, false)) stored,
    add column deleted boolean generated always as (coalesce((state->>'deleted')::boolean, false)) stored,
    add column device_id uuid generated always as ((state->'rules'->>'device_id')::uuid) stored,
    add column swept boolean not null default false;
create index campaign_of_device on campaign(device_id);
create index campaign_to_sweep on campaign(seq) where deleted and not swept;

update campaign set updated_at = decided.at
from (select stream, max(at) as at from event where version is not null group by stream) as decided
where decided.stream = 'campaign:' || campaign.campaign_id;
