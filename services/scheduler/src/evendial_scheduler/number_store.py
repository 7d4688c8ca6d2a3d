"""The table `number`: the lists, and the one statement that takes due numbers for their slots."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec
from evendial_contracts.dialing import DialNumber
from evendial_contracts.numbers import NumbersChunk

from evendial_scheduler.core.orders import Claimed
from evendial_scheduler.core.pacing import Slot
from evendial_scheduler.core.roster import InFlight
from evendial_scheduler.store import Connection

_E164 = re.compile("[1-9][0-9]{2,14}")

# State numbers as in core/state.py: 0 free, 1 waiting for a retry, 2 scheduled, 3 calling, 7 removed.

_TAKE = """
insert into number as held(campaign_id, number_id, e164, generation, reference, zone_set, state, due_at)
select distinct on (number_id) $1, number_id, e164, generation, reference, zone_set,
    case when deleted then 7 else 0 end, $8
from unnest($2::bigint[], $3::bigint[], $4::integer[], $5::text[], $6::boolean[], $7::smallint[])
    as listed(number_id, e164, generation, reference, deleted, zone_set)
where not exists (select from campaign where campaign_id = $1 and campaign.deleted)
order by number_id, deleted desc, generation desc
on conflict (campaign_id, number_id) do update set
    e164 = excluded.e164, generation = excluded.generation, reference = excluded.reference,
    zone_set = excluded.zone_set, state = excluded.state, due_at = excluded.due_at,
    attempts = 0, system_failures = 0, failing_since = null, ends = null, disposition = null,
    command_id = null, slot_at = null, not_after = null, suppression_id = null
where held.state <> 7 and (excluded.state = 7 or excluded.generation > held.generation)
"""
"""Entries commute: the highest generation wins, a removal wins over all. Rows are locked by `number_id`."""
CLAIM = """
update number set state = 2 where ctid = any(array(
    select due.row from unnest($1::uuid[], $2::bigint[]) as wanted(campaign_id, slots)
    cross join lateral (
        select row from (
            select ctid as row from number
            where number.campaign_id = wanted.campaign_id and state = 1 and due_at <= $3
            order by due_at, number_id limit wanted.slots for update skip locked) as retry
        union all
        select row from (
            select ctid as row from number
            where number.campaign_id = wanted.campaign_id and state = 0 and due_at <= $3
            order by due_at, number_id limit wanted.slots for update skip locked) as fresh
        limit wanted.slots) as due))
returning campaign_id, number_id, e164, generation, attempts, system_failures, reference, due_at
"""
"""Retries that are due come before numbers never tried, or a long list would make them wait for its end.

`ctid = any(array(…))` is a Tid Scan; as a join the planner would read the whole table.
"""
_ORDER = """
update number set command_id = given.command_id, slot_at = given.slot_at, not_after = given.not_after
from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::timestamptz[], $5::timestamptz[])
    as given(campaign_id, number_id, command_id, slot_at, not_after)
where number.campaign_id = given.campaign_id and number.number_id = given.number_id
"""
_IN_FLIGHT = """
select campaign_id, owner_id, device_id, device.trunk_id, calls
from (select campaign_id, count(*) as calls from number where state in (2, 3) group by campaign_id) as flying
join campaign using (campaign_id) left join device using (device_id)
"""


async def take(connection: Connection, chunk: NumbersChunk, zone_sets: Sequence[int], now: datetime) -> None:
    """Takes in a slice of what was imported, redialled or removed.

    A generation that was not here before is free and due from now on, whatever became of the one before it: a
    command that still has the number in its hands ends without effect. What is removed stays so. `zone_sets`
    say of each entry where it is.

    Raises ValueError, without the digits, for an entry that the table could not give back as it came.
    """
    for each in chunk.numbers:
        if not each.deleted and not _E164.fullmatch(each.e164):
            raise ValueError(f"e164 of number_id {each.number_id} must be 3 to 15 digits, the first not 0")
    await connection.execute(
        _TAKE,
        chunk.campaign_id,
        [each.number_id for each in chunk.numbers],
        [None if each.deleted else int(each.e164) for each in chunk.numbers],
        [each.generation for each in chunk.numbers],
        [None if each.deleted else each.reference for each in chunk.numbers],
        [each.deleted for each in chunk.numbers],
        zone_sets,
        now,
    )


async def claim(connection: Connection, slots: Sequence[Slot], now: datetime) -> list[Claimed]:
    """Takes a due number for each slot: retries first, then numbers never tried; who is due longest first."""
    wanted = Counter(slot.campaign_id for slot in slots)
    rows = await connection.fetch(CLAIM, list(wanted), list(wanted.values()), now)
    return [msgspec.convert(dict(row), Claimed) for row in rows]


async def keep_orders(connection: Connection, orders: Sequence[DialNumber]) -> None:
    """Notes the command that each claimed number is in the hands of."""
    await connection.execute(
        _ORDER,
        [each.campaign_id for each in orders],
        [each.number_id for each in orders],
        [each.command_id for each in orders],
        [each.slot_at for each in orders],
        [each.not_after for each in orders],
    )


async def in_flight(connection: Connection) -> list[InFlight]:
    """Commands that have no end yet, by the campaign's device of today."""
    return [msgspec.convert(dict(row), InFlight) for row in await connection.fetch(_IN_FLIGHT)]
