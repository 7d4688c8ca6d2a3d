-- What came of the last call of a number, in the words of evendial_contracts.calls: why it failed or waits.
alter table number add column disposition text;

-- How many numbers a campaign has of each kind: the sum of these rows. Each statement that changes `number` adds what
-- it changed, so nobody waits for anybody and no list is read to be counted; they are added up now and then.
create table number_count(
    campaign_id uuid not null,
    state smallint not null,
    disposition text,
    numbers bigint not null) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
create index number_count_campaign on number_count(campaign_id);

insert into number_count(campaign_id, state, disposition, numbers)
select campaign_id, state, disposition, count(*) from number group by campaign_id, state, disposition;

create function number_came() returns trigger language plpgsql as $$ begin
    insert into number_count(campaign_id, state, disposition, numbers)
    select campaign_id, state, disposition, count(*) from came group by campaign_id, state, disposition;
    return null;
end $$;
create function number_changed() returns trigger language plpgsql as $$ begin
    insert into number_count(campaign_id, state, disposition, numbers)
    select campaign_id, state, disposition, sum(numbers) from (
        select campaign_id, state, disposition, count(*) as numbers from became group by 1, 2, 3
        union all
        select campaign_id, state, disposition, -count(*) from was group by 1, 2, 3) as moved
    group by campaign_id, state, disposition having sum(numbers) <> 0;
    return null;
end $$;
create function number_went() returns trigger language plpgsql as $$ begin
    insert into number_count(campaign_id, state, disposition, numbers)
    select campaign_id, state, disposition, -count(*) from went group by campaign_id, state, disposition;
    return null;
end $$;
create function numbers_emptied() returns trigger language plpgsql as $$ begin
    delete from number_count;
    return null;
end $$;

create trigger number_came after insert on number referencing new table as came
    for each statement execute function number_came();
create trigger number_changed after update on number referencing old table as was new table as became
    for each statement execute function number_changed();
create trigger number_went after delete on number referencing old table as went
    for each statement execute function number_went();
create trigger numbers_emptied after truncate on number
    for each statement execute function numbers_emptied();
