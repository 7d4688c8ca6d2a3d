-- When the agi service was done with a call, by its own events: the best that is known of an end that nobody saw.
alter table attempt add column left_at timestamptz;
