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

# State numbers as in core/state.py: 0 free, 1 waiting for a retry, 2 scheduled, 3 calling.

_ADD = """
insert into number(campaign_id, number_id, e164, generation, reference, due_at)
select $1, *, $6 from unnest($2::bigint[], $3::bigint[], $4::integer[], $5::text[]) on conflict do nothing
"""
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
returning campaign_id, number_id, e164, generation, attempts, reference, due_at
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
select campaign_id, device_id, device.trunk_id, calls
from (select campaign_id, count(*) as calls from number where state in (2, 3) group by campaign_id) as flying
join campaign using (campaign_id) left join device using (device_id)
"""


async def add(connection: Connection, chunk: NumbersChunk, now: datetime) -> None:
    """Adds a slice of a list, due from now on; an entry that is here already stays as it is.

    Raises ValueError, without the digits, for an entry that the table could not give back as it came.
    """
    for each in chunk.numbers:
        if not _E164.fullmatch(each.e164):
            raise ValueError(f"e164 of number_id {each.number_id} must be 3 to 15 digits, the first not 0")
    await connection.execute(
        _ADD,
        chunk.campaign_id,
        [each.number_id for each in chunk.numbers],
        [int(each.e164) for each in chunk.numbers],
        [each.generation for each in chunk.numbers],
        [each.reference for each in chunk.numbers],
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
