-- How often each number was left to be called again after an end of each kind (core/retry_rules.py: Ends); null: never.
alter table number add column ends jsonb;
