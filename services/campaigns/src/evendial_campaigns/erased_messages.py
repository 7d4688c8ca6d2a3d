"""Messages that hold a number of an erased person: taken out of the streams."""

from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid5

import asyncpg
from evendial_chassis.bus import Bus
from evendial_chassis.scrub import Held, Scrub
from evendial_chassis.streams import stream_of
from evendial_contracts.codec import MalformedMessage, UnknownMessage, decode
from evendial_contracts.dialing import DialNumber
from evendial_contracts.message import Message
from evendial_contracts.numbers import NumbersChunk
from evendial_contracts.subjects import COMMANDS, DEAD_LETTERS, NUMBERS

from evendial_campaigns import erasure_store
from evendial_campaigns.core.erasure import Erasing, Place, without

OVERDUE = timedelta(seconds=30)
"""So long after its last moment a dial command is in nobody's hands."""


class ErasedMessages:
    """The streams that digits travel on."""

    def __init__(self, pool: asyncpg.Pool, bus: Bus) -> None:
        self._pool = pool
        self._bus = bus
        self._numbers = Scrub(bus, stream_of([NUMBERS]))
        self._commands = Scrub(bus, stream_of([COMMANDS]))
        self._dead_letters = Scrub(bus, stream_of([DEAD_LETTERS]))

    async def said(self) -> int:
        """How far the stream of numbers is by now."""
        return await self._numbers.last()

    async def unread(self, through: int) -> list[str]:
        """Who has not heard yet what was removed."""
        return await self._numbers.unread(through)

    async def scrub(self, erasing: Sequence[Erasing]) -> bool:
        """Takes every message out that may go now; whether there is one that may not yet."""
        await self._chunks(erasing)
        await self._letters(erasing)
        return await self._orders(erasing)

    async def _chunks(self, erasing: Sequence[Erasing]) -> None:
        """Each is said again without the number first: whoever reads the stream later misses nobody else."""
        async for held, told_of in self._found(self._numbers, erasing):
            chunk = _read(held)
            if isinstance(chunk, NumbersChunk):
                await self._bus.publish(
                    without(chunk, told_of), id=uuid5(chunk.import_id, f"erased/{held.seq}")
                )
            await self._take_out(self._numbers, held, told_of, Place.CHUNKS)

    async def _letters(self, erasing: Sequence[Erasing]) -> None:
        async for held, told_of in self._found(self._dead_letters, erasing):
            await self._take_out(self._dead_letters, held, told_of, Place.DEAD_LETTERS)

    async def _orders(self, erasing: Sequence[Erasing]) -> bool:
        waiting = False
        async for held, told_of in self._found(self._commands, erasing):
            command = _read(held)
            if isinstance(command, DialNumber) and command.not_after + OVERDUE > datetime.now(UTC):
                waiting = True
                continue
            await self._take_out(self._commands, held, told_of, Place.DIAL_COMMANDS)
        return waiting

    async def _found(
        self, scrub: Scrub, erasing: Sequence[Erasing]
    ) -> AsyncGenerator[tuple[Held, list[Erasing]], None]:
        """Each message that holds some of the numbers, and which."""
        digits = [each.digits.encode() for each in erasing]

        def may_hold_one(data: bytes) -> bool:
            return any(each in data for each in digits)

        async for held in scrub.messages(may_hold_one, after=0, through=await scrub.last()):
            if told_of := [each for each in erasing if each.stands_in(held.data)]:
                yield held, told_of

    async def _take_out(self, scrub: Scrub, held: Held, told_of: Sequence[Erasing], place: Place) -> None:
        await scrub.delete(held.seq)
        for each in told_of:
            await erasure_store.count(self._pool, each.erasure_id, place, 1)


def _read(held: Held) -> Message | None:
    try:
        message = decode(held.type, held.data)
    except MalformedMessage:
        return None
    return None if isinstance(message, UnknownMessage) else message
