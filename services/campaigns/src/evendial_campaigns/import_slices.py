"""Numbers gathered until there are enough to be stored; one slice is stored while the next is read."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import UUID

import msgspec
from evendial_contracts.campaigns import DuplicatePolicy

from evendial_campaigns.core.batch import Batch, Tally
from evendial_campaigns.core.campaign import Campaign
from evendial_campaigns.core.numbers import SUPPRESSED
from evendial_campaigns.import_store import Imports, ImportTotal

SLICE = 10_000
SLICE_BYTES = 128 * 1024
"""A slice of long lines has fewer of them: writing it onto the wire holds up other requests."""
FLUSH_S = 10.0
"""A slow sender's numbers are stored after so long even if they are few: it shows that he is there."""
TELL_S = 0.5
"""So often it is said how far the import is."""

Suppressed = Callable[[UUID, list[int]], Awaitable[set[int]]]
"""Which of these numbers an owner (by id) must not call."""


class Slices:
    """What was read of one list on its way into the database."""

    def __init__(self, imports: Imports, import_id: UUID, campaign: Campaign, suppressed: Suppressed) -> None:
        policy = campaign.rules.duplicate_policy
        self._imports = imports
        self._import_id = import_id
        self._owner_id = campaign.owner_id
        self._unique_in = unique_in(policy, campaign.campaign_id, import_id)
        self._not_in_active = policy is DuplicatePolicy.ACTIVE
        self._suppressed = suppressed
        self._accepted = 0
        self._duplicates = 0
        self._batch = Batch()
        self._flushed_at = time.monotonic()
        self._flushed_bytes = 0
        self._told_at = 0.0
        self._storing: asyncio.Task[None] | None = None

    async def add(self, batch: Batch, tally: Tally, size: int) -> None:
        """Stores when there are enough, or it is time; `size` counts the bytes read so far."""
        self._batch.add(batch)
        many = len(self._batch.numbers) + len(self._batch.refused) >= SLICE
        if many or size - self._flushed_bytes >= SLICE_BYTES or time.monotonic() - self._flushed_at > FLUSH_S:
            await self.flush(tally, size)

    async def flush(self, tally: Tally, size: int) -> None:
        """Begins to store what is there, once the slice before is stored."""
        await self.stored()
        batch, self._batch = self._batch, Batch()
        self._flushed_at, self._flushed_bytes = time.monotonic(), size
        self._storing = asyncio.create_task(self._store(batch, tally, self.total(tally, size)))

    async def stored(self) -> None:
        """Returns when nothing is being stored; raises what went wrong."""
        if self._storing:
            await self._storing

    async def drop(self) -> None:
        """Stores nothing more."""
        if self._storing:
            self._storing.cancel()
            with suppress(BaseException):
                await self._storing

    def total(self, tally: Tally, size: int) -> ImportTotal:
        """What was read and stored so far."""
        return ImportTotal(
            import_id=self._import_id,
            lines=tally.lines,
            bytes=size,
            accepted=self._accepted,
            duplicates=self._duplicates,
            rejected=tally.refused,
            blank=tally.blank,
            refusals=dict(tally.refusals),
        )

    async def _store(self, batch: Batch, tally: Tally, seen: ImportTotal) -> None:
        suppressed = await self._suppressed(self._owner_id, batch.numbers) if batch.numbers else set()
        if suppressed:
            batch = _without(batch, suppressed, tally)
        accepted = await self._imports.store(
            self._import_id, self._unique_in, batch, not_in_active=self._not_in_active
        )
        self._accepted += accepted
        self._duplicates += len(batch.numbers) - accepted
        if time.monotonic() - self._told_at > TELL_S:
            self._told_at = time.monotonic()
            counts = {"accepted": self._accepted, "duplicates": self._duplicates}
            await self._imports.tell(msgspec.structs.replace(seen, **counts))


def _without(batch: Batch, suppressed: set[int], tally: Tally) -> Batch:
    """The text of a suppressed number's line is not kept: it may have been erased on demand."""
    kept = Batch(refused=batch.refused)
    for at, number in enumerate(batch.numbers):
        if number in suppressed:
            tally.refuse(kept, batch.lines[at], SUPPRESSED, "")
            continue
        kept.numbers.append(number)
        kept.lines.append(batch.lines[at])
        kept.references += batch.references[at : at + 1]
        kept.variables += batch.variables[at : at + 1]
    return kept


def unique_in(policy: DuplicatePolicy, campaign_id: UUID, import_id: UUID) -> UUID | None:
    """Where the same digits may stand once: in the campaign, in the import, or (None) nowhere."""
    match policy:
        case DuplicatePolicy.CAMPAIGN | DuplicatePolicy.ACTIVE:
            return campaign_id
        case DuplicatePolicy.FILE:
            return import_id
        case DuplicatePolicy.ALLOW:
            return None
