-- Every index entry of a number that has moved on is passed by whoever looks for the next one, until a vacuum has removed
-- it. So it comes after so many, and not after a share of the list, and never leaves the indexes out.
alter table number set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 50000,
    vacuum_index_cleanup = on);
