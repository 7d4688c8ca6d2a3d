-- A sound once for each owner, however many prompts have it. `new`: to be put into the object store; `published`: it is
-- there; `withdrawn`: to be taken out of it. `unused_since`: no prompt has it any more.
create table sound(
    owner_id uuid not null,
    sha256 text not null,
    seq bigint generated always as identity unique,
    state text not null default 'new' check (state in ('new', 'published', 'withdrawn')),
    unused_since timestamptz,
    audio bytea not null,
    primary key (owner_id, sha256));
create index sound_to_move on sound(seq) where state <> 'published';
create index sound_unused on sound(unused_since) where unused_since is not null;

insert into sound(owner_id, sha256, state, audio)
select distinct on (owner_id, sha256) owner_id, sha256, case when published then 'published' else 'new' end, audio
from prompt order by owner_id, sha256, published desc;

alter table prompt drop column audio, drop column published,
    add column loudness_dbfs double precision,
    add column peak_dbfs double precision,
    add column warning text,
    add foreign key (owner_id, sha256) references sound;
create index prompt_of_sound on prompt(owner_id, sha256);
