-- When the numbers of an import were taken off the list again.
alter table import add column undone_at timestamptz;
