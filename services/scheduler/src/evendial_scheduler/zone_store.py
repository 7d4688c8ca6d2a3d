"""The tables `zone_set` and `campaign_zone`: where numbers are, as far as their digits tell."""

from collections.abc import Collection, Sequence
from uuid import UUID

import msgspec

from evendial_scheduler.core.openings import UNKNOWN
from evendial_scheduler.number_zones import Zones
from evendial_scheduler.store import Connection

_ADD_SETS = """
insert into zone_set(zones) select string_to_array(names, ' ') from unnest($1::text[]) as new(names)
where not exists (select from zone_set where zones = string_to_array(names, ' ')) order by names
on conflict do nothing
"""
_SETS = """
select zone_set, zones from zone_set
join unnest($1::text[]) as wanted(names) on zones = string_to_array(names, ' ')
"""
_HAS = """
insert into campaign_zone(campaign_id, zone_set) select $1, * from unnest($2::smallint[])
on conflict do nothing
"""
_WITHOUT = """
select campaign_id, number_id, e164 from number where zone_set = 0
order by campaign_id, number_id limit $1 for update skip locked
"""
_FILL = """
with filled as (
    update number set zone_set = found.zone_set
    from unnest($1::uuid[], $2::bigint[], $3::smallint[]) as found(campaign_id, number_id, zone_set)
    where number.campaign_id = found.campaign_id and number.number_id = found.number_id
    returning number.campaign_id, number.zone_set)
insert into campaign_zone(campaign_id, zone_set) select distinct * from filled order by 1, 2
on conflict do nothing
"""


class Unplaced(msgspec.Struct, frozen=True, kw_only=True):
    """A number of which it was not looked up where it is."""

    campaign_id: UUID
    number_id: int
    e164: int


async def ids_of(connection: Connection, zones: Collection[Zones]) -> dict[Zones, int]:
    """Their zone sets, made where there are none yet."""
    names = sorted(" ".join(each) for each in zones if each)
    if not names:
        return {(): UNKNOWN}
    await connection.execute(_ADD_SETS, names)
    rows = await connection.fetch(_SETS, names)
    return {tuple(row["zones"]): row["zone_set"] for row in rows} | {(): UNKNOWN}


async def has(connection: Connection, campaign_id: UUID, zone_sets: Collection[int]) -> None:
    """The campaign's list has numbers in these; late in the transaction, for another slice may wait."""
    await connection.execute(_HAS, campaign_id, sorted(zone_sets))


async def without(connection: Connection, limit: int) -> list[Unplaced]:
    """Numbers of which it was not looked up where they are, locked; those in others' hands come later."""
    return [msgspec.convert(dict(row), Unplaced) for row in await connection.fetch(_WITHOUT, limit)]


async def fill(connection: Connection, numbers: Sequence[Unplaced], zone_sets: Sequence[int]) -> None:
    """Notes where these are."""
    campaigns = [each.campaign_id for each in numbers]
    await connection.execute(_FILL, campaigns, [each.number_id for each in numbers], zone_sets)
