"""The entries that are asked for: page by page, and as a file."""

from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import msgspec

from evendial_campaigns.core.csv_cells import lines
from evendial_campaigns.page import Page, Window
from evendial_campaigns.suppression_store import Source, Suppression

COLUMNS = Suppression.__struct_fields__
PAGE = 2_000

_LIST = """
select seq, suppression_id, owner_id, list_id, source, note, created_by, created_at, expires_at, effective
from suppression where {} order by seq limit $1
"""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries: those of an owner (None: of anybody), of a list, of a source, for everybody or not."""

    owner_id: UUID | None
    list_id: UUID | None = None
    source: Source | None = None
    system: bool | None = None


class SuppressionEntries:
    """The table `suppression`, as it is read. What a person's digits are cannot be told from it."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def page(self, wanted: Wanted, window: Window) -> Page[Suppression]:
        """Oldest first."""
        values: list[object] = [window.limit + 1]
        conditions = []
        for condition, value in (
            ("owner_id = {}", wanted.owner_id),
            ("list_id = {}", wanted.list_id),
            ("source = {}", wanted.source),
            ("(owner_id is null) = {}", wanted.system),
            ("seq > {}", window.cursor),
        ):
            if value is not None:
                values.append(value)
                conditions.append(condition.format(f"${len(values)}"))
        rows = await self._pool.fetch(_LIST.format(" and ".join(conditions) or "true"), *values)
        return Page.of(rows, window, lambda row: msgspec.convert(dict(row), Suppression))

    async def csv(self, wanted: Wanted) -> AsyncIterator[bytes]:
        """A line for each entry, after one that names the columns."""
        yield lines([COLUMNS])
        following: str | None = "0"
        while following is not None:
            page = await self.page(wanted, Window(PAGE, int(following)))
            yield lines([[getattr(each, name) for name in COLUMNS] for each in page.items])
            following = page.next
