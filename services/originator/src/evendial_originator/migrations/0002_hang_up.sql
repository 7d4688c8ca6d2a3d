-- Calls of an epoch below this one are to be hung up, by whichever originator is connected to their Asterisk.
alter table gate add column hang_up_below bigint not null default 0;
alter table attempt add column epoch bigint not null default 0;
