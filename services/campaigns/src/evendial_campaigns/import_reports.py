"""What the API tells of imports, and the refused lines as they are downloaded."""

from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import msgspec

from evendial_campaigns.core import csv_cells
from evendial_campaigns.page import Page, Window
from evendial_campaigns.schemas.imports import ImportSummary, ImportView

REJECTIONS_SHOWN = 1000
PAGE = 2000

_SHOWN = """
seq, import_id, campaign_id, case state when 'abandoned' then 'cut_off' else state end as state, started_at,
    lines, bytes, accepted, duplicates, rejected, blank, refusals, format, nullif(sha256, '') as sha256,
    undone_at
"""
_FIND = f"""
select {_SHOWN} from import where import_id = $1 and ($2::uuid is null or owner_id = $2)
    and not exists(select from campaign where campaign.campaign_id = import.campaign_id and campaign.deleted)
"""  # noqa: S608
_LIST = f"""
select {_SHOWN} from import where campaign_id = $1 and ($2::bigint is null or seq < $2)
order by seq desc limit $3
"""  # noqa: S608
_REJECTIONS = """
select line, reason, detail from refused_line where import_id = $1 order by line limit $2
"""
_REFUSED = """
select line, reason, detail, text from refused_line where import_id = $1 and line > $2 order by line limit $3
"""


class ImportReports:
    """The tables `import` and `refused_line`, as they are read."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def find(self, import_id: UUID, owner_id: UUID | None) -> ImportView | None:
        """The report of one owner's import, or of anybody's when `owner_id` is None."""
        row = await self._pool.fetchrow(_FIND, import_id, owner_id)
        if row is None:
            return None
        rejections = await self._pool.fetch(_REJECTIONS, import_id, REJECTIONS_SHOWN)
        return msgspec.convert(dict(row) | {"rejections": [dict(each) for each in rejections]}, ImportView)

    async def summary(self, import_id: UUID, owner_id: UUID | None) -> ImportSummary | None:
        """The same without the refused lines."""
        row = await self._pool.fetchrow(_FIND, import_id, owner_id)
        return msgspec.convert(dict(row), ImportSummary) if row else None

    async def page(self, campaign_id: UUID, window: Window) -> Page[ImportSummary]:
        """The imports of a campaign, newest first."""
        rows = await self._pool.fetch(_LIST, campaign_id, window.cursor, window.limit + 1)
        return Page.of(rows, window, lambda row: msgspec.convert(dict(row), ImportSummary))

    async def refused_csv(self, import_id: UUID) -> AsyncIterator[bytes]:
        """The refused lines that are kept, as CSV (RFC 4180) with a header, piece by piece."""
        yield csv_cells.lines([("line", "reason", "detail", "text")])
        line = 0
        while rows := await self._pool.fetch(_REFUSED, import_id, line, PAGE):
            yield csv_cells.lines(tuple(row) for row in rows)
            line = rows[-1]["line"]
