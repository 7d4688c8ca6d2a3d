-- Stops of which no originator has said yet that its ledger has them: asked again until one does.
create table unconfirmed_stop(
    campaign_id uuid primary key,
    epoch bigint not null,
    hang_up boolean not null);
