-- Calls: what billing needs, and an order that does not depend on when a call was heard of.
alter table call
    drop column seq,
    add column reference text,
    add column account_code text,
    add column device_id uuid,
    add column trunk_id uuid;
create index call_of_campaign on call(campaign_id, slot_at, command_id);
drop index call_ends;
create index call_ends on call(campaign_id, disposition, slot_at, command_id);
create index call_of_number on call(number_id, slot_at, command_id);

-- The record in the order in which it may be read on while others write: see evendial_chassis.outbox.
create index event_order on event(xid, pos);
-- The timelines: of a campaign by kind of fact, of a number, and the actions of a call.
create index event_timeline on event(stream, split_part(type, '.', 1), xid, pos);
create index event_of_number on event(((data ->> 'number_id')::bigint), xid, pos)
    where data ->> 'number_id' is not null;
create index event_of_command on event(((data ->> 'command_id')::uuid), xid, pos)
    where split_part(type, '.', 1) = 'action';
