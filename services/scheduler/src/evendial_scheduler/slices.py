"""A slice of a list as it is taken in: its numbers, and where each of them is."""

import asyncio
from datetime import datetime

from evendial_contracts.numbers import NumbersChunk

from evendial_scheduler import number_store, zone_store
from evendial_scheduler.number_zones import Zones, zones_of
from evendial_scheduler.store import Connection

AT_ONCE = 500


async def look_up(chunk: NumbersChunk) -> list[Zones]:
    """The zones of each entry; with pauses, for whoever plans meanwhile."""
    zones: list[Zones] = []
    for begin in range(0, len(chunk.numbers), AT_ONCE):
        zones += [zones_of(each.e164) for each in chunk.numbers[begin : begin + AT_ONCE]]
        await asyncio.sleep(0)
    return zones


async def take(connection: Connection, chunk: NumbersChunk, zones: list[Zones], now: datetime) -> None:
    """Takes it in as number_store.take does."""
    ids = await zone_store.ids_of(connection, set(zones))
    zone_sets = [ids[each] for each in zones]
    await number_store.take(connection, chunk, zone_sets, now)
    await zone_store.has(connection, chunk.campaign_id, set(zone_sets))
