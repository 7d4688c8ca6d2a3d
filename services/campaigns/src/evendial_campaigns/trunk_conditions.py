"""How well trunks carry calls: what the scheduler has said of each last, read from the record."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec
from evendial_chassis.clock import HOST_CLOCK, Clock
from evendial_contracts.message import tag_of
from evendial_contracts.trunks import TrunkDegraded

from evendial_campaigns.event_store import trunk_stream

_LATEST = """
select said.data from unnest($1::text[]) as wanted(stream) cross join lateral (
    select type, data from (
        select type, data from event
        where event.stream = wanted.stream and split_part(type, '.', 1) = 'trunk' and version is null
        order by xid desc, pos desc limit 10) as newest
    order by (data ->> 'revision')::int desc limit 1) as said
where said.type = $2
"""
"""The highest revision wins; of those that come late no more than a few are passed over."""


class TrunkConditions:
    """What trunks are given less than their set rate."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock = HOST_CLOCK) -> None:
        self._pool = pool
        self._clock = clock

    async def degraded(self, trunks: Iterable[UUID]) -> Mapping[UUID, TrunkDegraded]:
        """Those of these trunks that are given less now."""
        streams = [trunk_stream(each) for each in trunks]
        rows = await self._pool.fetch(_LATEST, streams, tag_of(TrunkDegraded))
        said = [msgspec.convert(row["data"], TrunkDegraded) for row in rows]
        now = self._clock.now()
        return {each.trunk_id: each for each in said if still_holds(each, now)}


def still_holds(said: TrunkDegraded, now: datetime) -> bool:
    """A closed trunk waits for a trial; a slow one is back at its rate by then, said or not."""
    return said.calls_per_second == 0 or now < said.until
