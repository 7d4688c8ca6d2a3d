"""The loop that removes people: from the tables, from the streams, and their digits last."""

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
from evendial_chassis.run import Stop

from evendial_campaigns.bell import Bell
from evendial_campaigns.core.erasure import Erasing
from evendial_campaigns.erased_messages import ErasedMessages
from evendial_campaigns.erased_numbers import ErasedNumbers
from evendial_campaigns.erased_texts import ErasedTexts
from evendial_campaigns.erasure_store import Erasures
from evendial_campaigns.rounds import keep_on

logger = logging.getLogger(__name__)

POLL_S = 1.0
AT_ONCE = 50
SETTLE_S = 5.0
"""All must have been gone for so long: what was decided just before may still have been on its way."""
PATIENCE = timedelta(minutes=30)
"""After so long a list is not waited for any more, nor whoever does not read."""
VACUUM_TIMEOUT_S = 600.0
TOUCHED = "number, number_progress, refused_line, idempotent_answer, batch_number"

A_LIST = "a list that is being imported"
THE_FEED = "the bus to be told what was removed"
A_COMMAND = "a dial command that an originator may still hold"


class _Note:
    """What this process has seen of an erasure; one that starts anew looks at everything again."""

    def __init__(self) -> None:
        self.looked_through = False
        self.looked_through_for_good = False
        self.removals: int | None = None
        self.said: int | None = None
        self.clear_since: float | None = None

    def begin_again(self) -> None:
        """Something was found."""
        self.removals = self.said = self.clear_since = None


class Eraser:
    """Each step looks everywhere again, so that it does not matter where the one before was cut off."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        erasures: Erasures,
        numbers: ErasedNumbers,
        texts: ErasedTexts,
        messages: ErasedMessages,
        national: Callable[[str], str],
    ) -> None:
        self._pool = pool
        self._erasures = erasures
        self._numbers = numbers
        self._texts = texts
        self._messages = messages
        self._national = national
        self._notes: dict[UUID, _Note] = {}
        self.bell = Bell()

    async def run(self, stop: Stop) -> None:
        """Until told to stop."""
        await keep_on("eraser", self.step, bell=self.bell, every_s=POLL_S, stop=stop)

    async def step(self) -> None:
        """Goes on with every erasure as far as is possible now."""
        running = await self._erasures.running(self._national)
        self._notes = {each.erasure_id: self._notes.get(each.erasure_id, _Note()) for each in running}
        for start in range(0, len(running), AT_ONCE):
            await self._advance(running[start : start + AT_ONCE])

    async def _advance(self, group: Sequence[Erasing]) -> None:
        waiting_for = await self._tables(group) or await self._streams(group)
        await self._erasures.wait(group, waiting_for)
        notes = [self._notes[each.erasure_id] for each in group]
        for note in notes:
            note.clear_since = None if waiting_for else note.clear_since or time.monotonic()
        settled = time.monotonic() - SETTLE_S
        gone = [
            each
            for each, note in zip(group, notes, strict=True)
            if note.clear_since is not None and note.clear_since <= settled
        ]
        if gone:
            await self._finish(gone)

    async def _tables(self, group: Sequence[Erasing]) -> list[str]:
        removed = await self._numbers.remove(group)
        coming = await self._erasures.importing(group) or await self._numbers.left(group)
        await self._look_through(group, for_good=not coming)
        if removed or coming:
            for each in group:
                self._notes[each.erasure_id].begin_again()
        if coming:
            await self._erasures.give_up_imports([each for each in group if _is_late(each)])
        return [A_LIST] if coming else [THE_FEED] if removed else []

    async def _look_through(self, group: Sequence[Erasing], *, for_good: bool) -> None:
        """Once at once, and once when no list can bring more."""
        todo = [each for each in group if not self._is_looked_through(each, for_good)]
        if todo:
            await self._texts.clear(todo)
        for each in todo:
            note = self._notes[each.erasure_id]
            note.looked_through, note.looked_through_for_good = True, for_good

    def _is_looked_through(self, each: Erasing, for_good: bool) -> bool:
        note = self._notes[each.erasure_id]
        return note.looked_through_for_good or (note.looked_through and not for_good)

    async def _streams(self, group: Sequence[Erasing]) -> list[str]:
        """The slices are changed once everybody has read what they say of the removal."""
        notes = [self._notes[each.erasure_id] for each in group]
        for note in notes:
            if note.removals is None:
                note.removals = await self._numbers.removals()
        if await self._numbers.unsaid(max(note.removals or 0 for note in notes)):
            return [THE_FEED]
        for note in notes:
            if note.said is None:
                note.said = await self._messages.said()
        readers = await self._messages.unread(max(note.said or 0 for note in notes))
        if readers and not any(map(_is_late, group)):
            return readers
        held = await self._messages.scrub(group)
        return readers + [A_COMMAND] * held

    async def _finish(self, gone: Sequence[Erasing]) -> None:
        await self._vacuum(TOUCHED)
        await self._erasures.done(gone)
        await self._vacuum("erasure")
        for each in gone:
            logger.info("erased", extra={"action": "erased", "erasure_id": each.erasure_id})

    async def _vacuum(self, tables: str) -> None:
        """So that the rows that were deleted are not on the disk until autovacuum comes by."""
        with suppress(asyncpg.LockNotAvailableError):
            async with self._pool.acquire() as connection:
                await connection.execute("set statement_timeout = 0")
                try:
                    await connection.execute(f"vacuum {tables}", timeout=VACUUM_TIMEOUT_S)
                finally:
                    await connection.execute("reset statement_timeout")


def _is_late(erasing: Erasing) -> bool:
    return datetime.now(UTC) - erasing.created_at > PATIENCE
