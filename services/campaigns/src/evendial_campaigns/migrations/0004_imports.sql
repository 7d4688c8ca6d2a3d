-- A row's name elsewhere, and what else its list says of it. Digits come first in the index: it finds them, too.
alter table number add column reference text, add column variables jsonb;
drop index number_once;
create unique index number_once on number(e164, unique_in);

-- A cut-off import leaves its row, so that it can be seen, and nothing else..
alter table import drop constraint import_state_check;
alter table import add constraint import_state_check
    check (state in ('running', 'abandoned', 'cut_off', 'finished'));
alter table import
    drop column rejections,
    add column started_by uuid,
    add column started_at timestamptz not null default clock_timestamp(),
    add column lines bigint not null default 0,
    add column bytes bigint not null default 0,
    add column refusals jsonb not null default '{}',
    add column format jsonb;
drop index import_one_at_a_time;
create unique index import_one_at_a_time on import(campaign_id) where state in ('running', 'abandoned');
create index import_of_campaign on import(campaign_id, seq);

create table refused_line(
    import_id uuid not null,
    line bigint not null,
    reason text not null,
    detail text not null,
    text text not null,
    primary key (import_id, line));
