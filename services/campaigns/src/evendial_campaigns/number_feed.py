"""Imported numbers on their way to the scheduler: in chunks, in order, once their import has committed."""

from contextlib import suppress
from uuid import UUID, uuid5

import asyncpg
import msgspec
from evendial_chassis.bus import Bus
from evendial_chassis.run import Stop
from evendial_contracts.numbers import ListedNumber, NumbersChunk

from evendial_campaigns.bell import Bell
from evendial_campaigns.core.listing import CHUNK
from evendial_campaigns.rounds import keep_on

POLL_S = 1.0
PAGE = 2_500
"""Numbers read at one go; other requests are served in between."""

_NEXT = """
select import_id, campaign_id, owner_id, chunks, fed_chunks, fed_number_id from import
where state = 'finished' and fed_chunks < chunks order by seq limit 1
"""
_NUMBERS = """
select number_id, case when deleted then '' else e164::text end as e164, generation,
    case when not deleted then reference end as reference, deleted
from number
where campaign_id = $1 and import_id = $2 and number_id > $3 order by number_id limit $4
"""
_FED = """
update import set fed_chunks = $2 + 1, fed_number_id = $3 where import_id = $1 and fed_chunks = $2
returning set_config('synchronous_commit', 'off', true)
"""
"""Does not wait for the disk: a chunk may be said twice."""


class _Unfed(msgspec.Struct, frozen=True):
    import_id: UUID
    campaign_id: UUID
    owner_id: UUID
    chunks: int
    fed_chunks: int
    fed_number_id: int


class NumberFeed:
    """The loop that publishes finished imports; it goes on where it, or the process before it, was."""

    def __init__(self, pool: asyncpg.Pool, bus: Bus) -> None:
        self._pool = pool
        self._bus = bus
        self.bell = Bell()

    async def run(self, stop: Stop) -> None:
        """Until told to stop."""
        await keep_on("number_feed", lambda: self._feed(stop), bell=self.bell, every_s=POLL_S, stop=stop)

    async def _feed(self, stop: Stop) -> None:
        while not stop.requested and await self.feed_chunk():
            pass

    async def feed_chunk(self) -> bool:
        """Publishes the next chunk; false when there is none."""
        row = await self._pool.fetchrow(_NEXT)
        if row is None:
            return False
        unfed = msgspec.convert(dict(row), _Unfed)
        if unfed.fed_chunks == 0 and unfed.chunks > 1:
            await self._analyze()
        chunk = await self._chunk(unfed)
        await self._bus.publish(chunk, id=uuid5(unfed.import_id, str(chunk.chunk_no)))
        last = chunk.numbers[-1].number_id if chunk.numbers else unfed.fed_number_id
        await self._pool.execute(_FED, unfed.import_id, unfed.fed_chunks, last)
        return True

    async def _analyze(self) -> None:
        """Postgres does not know yet how many numbers there are now, and would sort all of them each time."""
        with suppress(asyncpg.LockNotAvailableError):
            await self._pool.execute("analyze number")

    async def _chunk(self, unfed: _Unfed) -> NumbersChunk:
        numbers: list[ListedNumber] = []
        last = unfed.fed_number_id
        for _ in range(CHUNK // PAGE):
            rows = await self._pool.fetch(_NUMBERS, unfed.campaign_id, unfed.import_id, last, PAGE)
            numbers += [ListedNumber(*row) for row in rows]
            last = rows[-1]["number_id"] if rows else last
        return NumbersChunk(
            campaign_id=unfed.campaign_id,
            owner_id=unfed.owner_id,
            import_id=unfed.import_id,
            chunk_no=unfed.fed_chunks,
            numbers=tuple(numbers),
        )
