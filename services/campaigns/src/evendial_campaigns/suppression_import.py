"""A list of people who are not to be called, on its way in: read block by block, stored slice by slice."""

import hashlib
from collections.abc import AsyncIterator
from uuid import UUID

import msgspec

from evendial_campaigns.core.batch import Batch
from evendial_campaigns.core.csv_format import CsvOptions
from evendial_campaigns.core.csv_reader import CsvReader
from evendial_campaigns.core.list_reader import ListReader
from evendial_campaigns.core.numbering import NumberingPlan
from evendial_campaigns.core.numbers import Numbers
from evendial_campaigns.core.rejected import Rejected, invalid
from evendial_campaigns.import_store import ImportTotal
from evendial_campaigns.number_import import blocks_of, format_view
from evendial_campaigns.suppression_lists import NewList, SuppressionLists, SuppressionListView

SLICE = 1_000
"""So many travel in one message: consumers take some hundred messages at a time."""

Reader = ListReader | CsvReader


class SuppressionImport:
    """Reads every number that could be called, whatever an owner's campaigns may call."""

    def __init__(self, lists: SuppressionLists, plan: NumberingPlan) -> None:
        self._lists = lists
        self._plan = plan

    async def run(
        self, new: NewList, body: AsyncIterator[bytes], options: CsvOptions | None, region: str | None
    ) -> SuppressionListView:
        """Reads a list to its end; what has come of one that is cut off holds.

        The same list under the id of a finished one gives that one's report. Raises `Rejected`.
        """
        reader = self._reader(options, region)
        if not await self._lists.begin(new):
            return await self._again(new, body)
        try:
            await self._lists.finish(await self._read(new, reader, body))
        except BaseException:
            await self._lists.cut_off(new.list_id)
            raise
        return await self._report(new.list_id)

    def _reader(self, options: CsvOptions | None, region: str | None) -> Reader:
        if region is not None and region not in self._plan.regions:
            raise invalid("default_region", 'must be a country code (ISO 3166-1 alpha-2), such as "DE"')
        numbers = Numbers(self._plan, region=self._plan.regions.get(region or ""), premium=True)
        return ListReader(numbers) if options is None else CsvReader(numbers, options)

    async def _read(self, new: NewList, reader: Reader, body: AsyncIterator[bytes]) -> ImportTotal:
        digest, held, total = hashlib.sha256(), Batch(), ImportTotal(import_id=new.list_id)
        async for piece in body:
            for block in blocks_of(piece):
                digest.update(block)
                total = msgspec.structs.replace(total, bytes=total.bytes + len(block))
                for batch in reader.read(block):
                    held.add(batch)
                    if len(held.numbers) + len(held.refused) >= SLICE:
                        total, held = await self._store(new, reader, held, total), Batch()
        for batch in reader.end():
            held.add(batch)
        total = await self._store(new, reader, held, total)
        found = reader.format if isinstance(reader, CsvReader) else None
        return msgspec.structs.replace(total, format=found and format_view(found), sha256=digest.hexdigest())

    async def _store(self, new: NewList, reader: Reader, held: Batch, total: ImportTotal) -> ImportTotal:
        tally = reader.tally
        read = msgspec.structs.replace(
            total,
            lines=tally.lines,
            rejected=tally.refused,
            blank=tally.blank,
            refusals=dict(tally.refusals),
        )
        accepted = await self._lists.store(new, held, read)
        return msgspec.structs.replace(
            read,
            accepted=read.accepted + accepted,
            duplicates=read.duplicates + len(held.numbers) - accepted,
        )

    async def _again(self, new: NewList, body: AsyncIterator[bytes]) -> SuppressionListView:
        digest = hashlib.sha256()
        async for piece in body:
            digest.update(piece)
        report = await self._report(new.list_id)
        if report.sha256 != digest.hexdigest():
            raise Rejected(
                "idempotency_key_reused",
                "Another list was imported under this Idempotency-Key; use a new one.",
            )
        return report

    async def _report(self, list_id: UUID) -> SuppressionListView:
        report = await self._lists.find(list_id, None)
        if report is None:
            raise Rejected("not_found", "The list has been deleted meanwhile.")
        return report
