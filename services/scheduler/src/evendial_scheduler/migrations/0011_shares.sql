-- Where its last call ended on the clock that the campaigns of a trunk share, and the trunks (core/shares.py).
alter table campaign add column served bigint;
alter table trunk add column served bigint;
alter table trunk add column clock bigint not null default 0;

-- The last slots given on all trunks together: one row, which every plan locks while the system has a limit.
create table ceiling(
    one boolean primary key default true check (one),
    slots timestamptz[] not null default '{}'
) with (fillfactor = 50);
insert into ceiling default values;
