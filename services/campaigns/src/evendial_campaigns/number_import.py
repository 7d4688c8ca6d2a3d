"""A list on its way in: read block by block, stored slice by slice, and counted only when it is whole."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Iterator
from uuid import UUID

import msgspec
from evendial_contracts.resources import LimitsDefined

from evendial_campaigns.command_handler import CommandHandler
from evendial_campaigns.core.campaign import Campaign
from evendial_campaigns.core.commands import Actor, Facts, RecordImport
from evendial_campaigns.core.csv_format import CsvFormat, CsvOptions
from evendial_campaigns.core.csv_reader import CsvReader
from evendial_campaigns.core.decide import decide
from evendial_campaigns.core.list_reader import ListReader
from evendial_campaigns.core.listing import chunks_of
from evendial_campaigns.core.numbering import NumberingPlan
from evendial_campaigns.core.numbers import Numbers
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.definition_store import Definitions
from evendial_campaigns.import_reports import ImportReports
from evendial_campaigns.import_slices import Slices, Suppressed
from evendial_campaigns.import_store import Imports, ImportTotal
from evendial_campaigns.import_sweeper import ImportSweeper
from evendial_campaigns.schemas.imports import FormatView, ImportView

logger = logging.getLogger(__name__)

BLOCK_BYTES = 16 * 1024
"""Read at one go; other requests are served in between."""

Reader = ListReader | CsvReader


async def nobody_suppressed(owner_id: UUID, numbers: list[int]) -> set[int]:
    """Where no suppressions are kept."""
    return set()


class NumberImport:
    """Imports lists into campaigns."""

    def __init__(
        self,
        imports: Imports,
        reports: ImportReports,
        handler: CommandHandler,
        sweeper: ImportSweeper,
        definitions: Definitions,
        plan: NumberingPlan,
        suppressed: Suppressed = nobody_suppressed,
    ) -> None:
        self._imports = imports
        self._reports = reports
        self._handler = handler
        self._sweeper = sweeper
        self._definitions = definitions
        self._plan = plan
        self._suppressed = suppressed

    async def run(
        self,
        import_id: UUID,
        campaign: Campaign,
        by: Actor,
        body: AsyncIterator[bytes],
        options: CsvOptions | None,
    ) -> ImportView:
        """Reads a list to its end; if that fails nothing is kept. `options` are those of a CSV list.

        The same list under the id of a finished import gives its report again. Raises `Rejected` and
        `ImportRunning`.
        """
        decide(campaign, _command(ImportTotal(import_id=import_id), by), Facts())
        if not await self._imports.begin(import_id, campaign.campaign_id, campaign.owner_id, by.user_id):
            return await self._again(import_id, campaign, body)
        slices = Slices(self._imports, import_id, campaign, self._suppressed)
        try:
            await self._imports.refuse_while_cleared(campaign.campaign_id)
            reader = await self.reader(campaign, options)
            total = await self._read(reader, slices, body)
            command = _command(total, by)
            await self._handler.handle(
                campaign.campaign_id,
                command,
                lambda connection: self._imports.finish(connection, total, command.chunks),
            )
        except BaseException:
            logger.warning("import cut off", extra={"action": "import_cut_off", "import_id": import_id})
            await slices.drop()
            await self._sweeper.give_up(import_id)
            raise
        return await self._report(import_id, campaign)

    async def reader(self, campaign: Campaign, options: CsvOptions | None) -> Reader:
        """Reads by the rules of a campaign and its owner's limits; a CSV list if there are options."""
        limits = await self._definitions.find(LimitsDefined, campaign.owner_id)
        numbers = Numbers(
            self._plan,
            region=self._plan.regions.get(campaign.rules.default_region or ""),
            prefixes=limits.allowed_prefixes if limits else None,
            premium=limits is not None and limits.premium,
        )
        return ListReader(numbers) if options is None else CsvReader(numbers, options)

    async def _read(self, reader: Reader, slices: Slices, body: AsyncIterator[bytes]) -> ImportTotal:
        digest = hashlib.sha256()
        size = 0
        async for piece in body:
            for block in blocks_of(piece):
                digest.update(block)
                size += len(block)
                for batch in reader.read(block):
                    await slices.add(batch, reader.tally, size)
                    await asyncio.sleep(0)
        for batch in reader.end():
            await slices.add(batch, reader.tally, size)
        await slices.flush(reader.tally, size)
        await slices.stored()
        found = reader.format if isinstance(reader, CsvReader) else None
        return msgspec.structs.replace(
            slices.total(reader.tally, size),
            format=found and format_view(found),
            sha256=digest.hexdigest(),
        )

    async def _again(self, import_id: UUID, campaign: Campaign, body: AsyncIterator[bytes]) -> ImportView:
        digest = hashlib.sha256()
        async for piece in body:
            digest.update(piece)
        report = await self._report(import_id, campaign)
        if report.sha256 != digest.hexdigest():
            raise Rejected(
                "idempotency_key_reused",
                "Another list was imported under this Idempotency-Key; use a new one.",
            )
        return report

    async def _report(self, import_id: UUID, campaign: Campaign) -> ImportView:
        report = await self._reports.find(import_id, campaign.owner_id)
        assert report is not None, "an import that is finished keeps its report"
        return report


def _command(total: ImportTotal, by: Actor) -> RecordImport:
    return RecordImport(
        by=by,
        import_id=total.import_id,
        accepted=total.accepted,
        duplicates=total.duplicates,
        rejected=total.rejected,
        chunks=chunks_of(total.accepted),
        sha256=total.sha256,
    )


def format_view(found: CsvFormat) -> FormatView:
    return FormatView(
        delimiter=found.delimiter,
        header=found.header,
        columns=found.columns,
        number_column=found.columns[found.number],
        reference_column=None if found.reference is None else found.columns[found.reference],
        variables=tuple(name for _, name in found.variables),
        detected=found.detected,
    )


def blocks_of(piece: bytes) -> Iterator[bytes]:
    for start in range(0, len(piece), BLOCK_BYTES):
        yield piece[start : start + BLOCK_BYTES]
