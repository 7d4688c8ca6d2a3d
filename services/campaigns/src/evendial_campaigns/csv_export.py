"""Numbers and calls as CSV: page by page, so that neither memory nor a snapshot grows with the list."""

from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import msgspec

from evendial_campaigns import call_list, number_list
from evendial_campaigns.call_list import place_of
from evendial_campaigns.core.campaign import Campaign
from evendial_campaigns.core.csv_cells import lines
from evendial_campaigns.number_reasons import explained
from evendial_campaigns.reason_reader import ReasonReader
from evendial_campaigns.schemas.calls import CallView
from evendial_campaigns.schemas.numbers import NumberView

PAGE = 500
"""Rows turned into text at one go; other requests are served between two pages."""

NUMBER_COLUMNS = tuple(name for name in NumberView.__struct_fields__ if name != "why")
CALL_COLUMNS = CallView.__struct_fields__


async def numbers_csv(
    pool: asyncpg.Pool, reader: ReasonReader, campaign: Campaign, wanted: number_list.Wanted
) -> AsyncIterator[bytes]:
    """A line for each number, after one that names the columns."""
    yield lines([NUMBER_COLUMNS])
    following: str | None = "0"
    while following is not None:
        part = msgspec.structs.replace(wanted, after=int(following), limit=PAGE)
        page = await number_list.numbers(pool, campaign.campaign_id, part)
        shown = await explained(reader, campaign, page.items)
        yield lines([[getattr(each, name) for name in NUMBER_COLUMNS] for each in shown])
        following = page.next


async def calls_csv(pool: asyncpg.Pool, campaign_id: UUID, wanted: call_list.Wanted) -> AsyncIterator[bytes]:
    """A line for each call, after one that names the columns."""
    yield lines([CALL_COLUMNS])
    part, more = msgspec.structs.replace(wanted, limit=PAGE), True
    while more:
        page = await call_list.calls(pool, campaign_id, part)
        yield lines([[getattr(each, name) for name in CALL_COLUMNS] for each in page.items])
        more = page.next is not None
        if page.next is not None:
            part = msgspec.structs.replace(part, after=place_of(page.next))
