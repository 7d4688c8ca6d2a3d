"""A list on its way in: read block by block, stored slice by slice, and counted only when it is whole."""

import asyncio
import hashlib
import logging
import time
from collections.abc import AsyncIterator, Iterator
from uuid import UUID, uuid4

from evendial_contracts.campaigns import DuplicatePolicy

from evendial_campaigns.command_handler import CommandHandler
from evendial_campaigns.core.campaign import Campaign
from evendial_campaigns.core.commands import Actor, RecordImport
from evendial_campaigns.core.list_reader import ListReader
from evendial_campaigns.import_store import ImportReport, Imports
from evendial_campaigns.import_sweeper import ImportSweeper

logger = logging.getLogger(__name__)

BLOCK_BYTES = 32 * 1024
"""Read at one go; other requests are served between two blocks."""
SLICE = 20_000
CHUNK = 10_000
"""Numbers in one message to the scheduler."""
FLUSH_S = 10.0
"""A slow sender's numbers are stored after so long even if they are few: it shows that he is there."""


class NumberImport:
    """Imports lists into campaigns."""

    def __init__(self, imports: Imports, handler: CommandHandler, sweeper: ImportSweeper) -> None:
        self._imports = imports
        self._handler = handler
        self._sweeper = sweeper

    async def run(self, campaign: Campaign, by: Actor, body: AsyncIterator[bytes]) -> ImportReport:
        """Reads a list to its end; if that fails nothing is kept. Raises `ImportRunning`."""
        import_id = uuid4()
        await self._imports.begin(import_id, campaign.campaign_id, campaign.owner_id)
        try:
            return await self._run(import_id, campaign, by, body)
        except BaseException:
            logger.warning("import cut off", extra={"action": "import_cut_off", "import_id": import_id})
            self._sweeper.give_up(import_id)
            raise

    async def _run(
        self, import_id: UUID, campaign: Campaign, by: Actor, body: AsyncIterator[bytes]
    ) -> ImportReport:
        slices = _Slices(self._imports, import_id, _unique_in(campaign, import_id))
        reader = ListReader()
        digest = hashlib.sha256()
        async for piece in body:
            for block in _blocks(piece):
                digest.update(block)
                await slices.add(reader.read(block))
                await asyncio.sleep(0)
        await slices.add(reader.end())
        await slices.flush()
        report = ImportReport(
            import_id=import_id,
            campaign_id=campaign.campaign_id,
            accepted=slices.accepted,
            duplicates=slices.duplicates,
            rejected=reader.rejected,
            blank=reader.blank,
            rejections=reader.rejections,
            sha256=digest.hexdigest(),
        )
        await self._record(report, by)
        return report

    async def _record(self, report: ImportReport, by: Actor) -> None:
        chunks = -(-report.accepted // CHUNK)
        command = RecordImport(
            by=by,
            import_id=report.import_id,
            accepted=report.accepted,
            duplicates=report.duplicates,
            rejected=report.rejected,
            chunks=chunks,
            sha256=report.sha256,
        )
        await self._handler.handle(
            report.campaign_id, command, lambda connection: self._imports.finish(connection, report, chunks)
        )


class _Slices:
    """Numbers gathered until there are enough to be stored together."""

    def __init__(self, imports: Imports, import_id: UUID, unique_in: UUID | None) -> None:
        self.accepted = 0
        self.duplicates = 0
        self._imports = imports
        self._import_id = import_id
        self._unique_in = unique_in
        self._numbers: list[int] = []
        self._flushed_at = time.monotonic()

    async def add(self, numbers: list[int]) -> None:
        """Stores when there are enough, or it is time."""
        self._numbers += numbers
        if len(self._numbers) >= SLICE or time.monotonic() - self._flushed_at > FLUSH_S:
            await self.flush()

    async def flush(self) -> None:
        """Stores what is there."""
        accepted = await self._imports.store(self._import_id, self._unique_in, self._numbers)
        self.accepted += accepted
        self.duplicates += len(self._numbers) - accepted
        self._numbers = []
        self._flushed_at = time.monotonic()


def _unique_in(campaign: Campaign, import_id: UUID) -> UUID | None:
    match campaign.rules.duplicate_policy:
        case DuplicatePolicy.CAMPAIGN | DuplicatePolicy.ACTIVE:
            return campaign.campaign_id
        case DuplicatePolicy.FILE:
            return import_id
        case DuplicatePolicy.ALLOW:
            return None


def _blocks(piece: bytes) -> Iterator[bytes]:
    for start in range(0, len(piece), BLOCK_BYTES):
        yield piece[start : start + BLOCK_BYTES]
