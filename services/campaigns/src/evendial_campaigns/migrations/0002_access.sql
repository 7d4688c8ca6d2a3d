-- Who may sign in, and how. `setting` names the setting whose key made them.
alter table person
    add column seq bigint generated always as identity unique,
    add column setting text unique check (setting in ('admin', 'user')),
    add column password text,
    add column disabled_at timestamptz;
create unique index person_by_name on person(lower(name));
update person set setting = role where name = role
    and exists (select from api_key k where k.user_id = person.user_id and k.origin = 'first');

alter table api_key
    add column seq bigint generated always as identity unique,
    add column key_id uuid not null unique default gen_random_uuid(),
    add column name text not null default '',
    add column scopes text[] not null default '{read,write,admin}',
    add column expires_at timestamptz,
    add column last_used_at timestamptz;
create index api_key_of_user on api_key(user_id, seq);
update api_key set origin = 'setting', name = 'settings' where origin = 'first';

-- What a browser carries; the cookie itself is not here.
create table session(
    sha256 bytea primary key,
    session_id uuid not null unique,
    user_id uuid not null references person(user_id) on delete cascade,
    created_at timestamptz not null,
    last_seen_at timestamptz not null);
create index session_of_user on session(user_id, created_at);

-- Who did what about whom. Rows are added, never changed.
create table access_log(
    seq bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    what text not null,
    user_id uuid,
    about_user_id uuid,
    about_key_id uuid,
    key_id uuid,
    session_id uuid,
    address text not null);

create function access_log_stays() returns trigger language plpgsql as
    $$ begin raise exception 'access_log is append-only'; end $$;
create trigger access_log_append_only before update or delete or truncate on access_log
    for each statement execute function access_log_stays();
