"""Redials and removals that were said: done here chunk by chunk, and on their way to the scheduler."""

from uuid import uuid5

import asyncpg
from evendial_chassis.bus import Bus
from evendial_chassis.run import Stop

from evendial_campaigns import batch_work
from evendial_campaigns.bell import Bell
from evendial_campaigns.rounds import keep_on

POLL_S = 1.0

_UNAPPLIED = (
    "select batch_id from batch where state = 'said' and applied_chunks < chunks order by seq limit 1"
)


class BatchFeed:
    """The loop that does what was said; it goes on where it, or the process before it, was."""

    def __init__(self, pool: asyncpg.Pool, bus: Bus) -> None:
        self._pool = pool
        self._bus = bus
        self.bell = Bell()

    async def run(self, stop: Stop) -> None:
        """Until told to stop."""
        await keep_on("batch_feed", lambda: self._go_on(stop), bell=self.bell, every_s=POLL_S, stop=stop)

    async def _go_on(self, stop: Stop) -> None:
        while not stop.requested and (await self.apply_chunk() or await self.feed_chunk()):
            pass

    async def apply_chunk(self) -> bool:
        """Does the next chunk in the tables; false when there is none. None of them waits for the bus."""
        batch_id = await self._pool.fetchval(_UNAPPLIED)
        if batch_id is None:
            return False
        async with self._pool.acquire() as connection, connection.transaction():
            return await batch_work.apply_chunk(connection, batch_id)

    async def feed_chunk(self) -> bool:
        """Publishes the next chunk; false when there is none."""
        unfed = await batch_work.next_to_feed(self._pool)
        if unfed is None:
            return False
        chunk = await batch_work.chunk_of(self._pool, unfed)
        await self._bus.publish(chunk, id=uuid5(unfed.batch_id, str(chunk.chunk_no)))
        async with self._pool.acquire() as connection, connection.transaction():
            await batch_work.fed(connection, unfed, [each.number_id for each in chunk.numbers])
        return True
