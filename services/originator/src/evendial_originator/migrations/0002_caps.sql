-- Calls at once are counted, never kept as a number: only what is live is in these. `attempt_person` serves the owner.
create index attempt_of_campaign on attempt(campaign_id) where live;
create index attempt_of_device on attempt(device_id) where live;
create index attempt_of_trunk on attempt(trunk_id) where live;
