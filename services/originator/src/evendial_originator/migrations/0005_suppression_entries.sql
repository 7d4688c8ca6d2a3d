-- A person may be on several lists, and (list_id 0) on none: each entry stands until it expires by this database's clock.
alter table suppression
    add column list_id uuid not null default '00000000-0000-0000-0000-000000000000',
    add column expires_at timestamptz,
    drop constraint suppression_pkey,
    add primary key (person, list_id);
