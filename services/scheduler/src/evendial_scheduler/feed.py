"""The loop that takes in what lists gain, lose and have called once more, slice by slice."""

import asyncio
from collections.abc import Callable, Sequence
from uuid import UUID

from evendial_chassis.bus import Bus
from evendial_chassis.consumed import Consumed
from evendial_chassis.consumer import Consumer, Delivery
from evendial_chassis.run import Stop
from evendial_contracts.numbers import NumbersChunk
from evendial_contracts.subjects import NUMBERS
from msgspec.structs import replace

from evendial_scheduler import import_store, slices
from evendial_scheduler.clock import Clock
from evendial_scheduler.exhaustion_store import announce_exhausted
from evendial_scheduler.projector import Wakes
from evendial_scheduler.store import Pool, transaction

DURABLE = "scheduler-numbers"
BATCH = 1
"""A slice is 10,000 numbers: the transaction stays short, for the outbox waits behind it."""

AT_ONCE = 2
"""Slices in hand; while one is decoded the other is stored."""


class Feed:
    """Consumes `numbers.chunk` through one durable that all schedulers share; a slice counts once."""

    def __init__(self, pool: Pool, clock: Clock, planning: Wakes, stored: Callable[[], None]) -> None:
        self._pool = pool
        self._clock = clock
        self._planning = planning
        self._stored = stored

    async def run(self, bus: Bus, stop: Stop) -> None:
        """Until told to stop."""
        consumed = [Consumed(self._pool, DURABLE) for _ in range(AT_ONCE)]
        consumers = [Consumer(bus, DURABLE, [NUMBERS], batch=BATCH, consumed=each) for each in consumed]
        await asyncio.gather(*(consumer.handle(self._handle, stop) for consumer in consumers))

    async def _handle(self, batch: list[Delivery]) -> None:
        await self.take_in([each.message for each in batch if isinstance(each.message, NumbersChunk)])

    async def take_in(self, chunks: Sequence[NumbersChunk]) -> None:
        """Takes in the slices that were never here before, in one transaction.

        Of others the removals: a refill passes lists over, and is told nothing of a number that is erased.
        """
        campaigns = {each.campaign_id for each in chunks}
        zones = {_key(chunk): await slices.look_up(chunk) for chunk in chunks}
        async with transaction(self._pool) as connection:
            new = await import_store.receive(connection, chunks)
            known = {_key(chunk) for chunk in chunks} - {_key(chunk) for chunk in new}
            for chunk in new:
                await slices.take(connection, chunk, zones[_key(chunk)], self._clock())
            for removals in (_removals(chunk) for chunk in chunks if _key(chunk) in known):
                await slices.take(connection, removals, await slices.look_up(removals), self._clock())
            await import_store.count(connection, new)
            exhausted = await announce_exhausted(connection, campaigns)
        self._planning.numbers_came(campaigns)
        if exhausted:
            self._stored()


def _key(chunk: NumbersChunk) -> tuple[UUID, int]:
    return chunk.import_id, chunk.chunk_no


def _removals(chunk: NumbersChunk) -> NumbersChunk:
    return replace(chunk, numbers=tuple(each for each in chunk.numbers if each.deleted))
