-- How often one person is called at most in all campaigns of an owner.
alter table owner_limits add column person_caps jsonb not null default '[]';
