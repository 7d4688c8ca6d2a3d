"""Numbers and calls to take away."""

from collections.abc import AsyncIterator

import asyncpg
from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Stream

from evendial_campaigns import call_list, csv_export, number_list
from evendial_campaigns.campaign_store import KeptCampaign
from evendial_campaigns.reason_reader import ReasonReader

CSV = "text/csv"
_AS_CSV = {200: ResponseSpec(str, description="one line a row, the first names the columns", media_type=CSV)}


class Exports(Controller):
    """Whole lists as CSV files. Digits come without a plus sign; a text that a spreadsheet would take for a
    formula comes with a `'` before it.
    """

    path = "/campaigns/{campaign_id:uuid}"

    @get("/numbers.csv", tags=["numbers"], operation_id="ExportNumbers", media_type=CSV, responses=_AS_CSV)
    async def numbers(
        self,
        kept: NamedDependency[KeptCampaign],
        database: NamedDependency[asyncpg.Pool],
        wanted_numbers: NamedDependency[number_list.Wanted],
        reason_reader: NamedDependency[ReasonReader],
    ) -> Stream:
        """The numbers as `GET …/numbers` tells of them, all of them."""
        rows = csv_export.numbers_csv(database, reason_reader, kept.campaign, wanted_numbers)
        return _file(f"numbers-{kept.campaign.campaign_id}.csv", rows)

    @get("/calls.csv", tags=["calls"], operation_id="ExportCalls", media_type=CSV, responses=_AS_CSV)
    async def calls(
        self,
        kept: NamedDependency[KeptCampaign],
        database: NamedDependency[asyncpg.Pool],
        wanted_calls: NamedDependency[call_list.Wanted],
    ) -> Stream:
        """The calls as `GET …/calls` tells of them, all of them."""
        campaign_id = kept.campaign.campaign_id
        return _file(f"calls-{campaign_id}.csv", csv_export.calls_csv(database, campaign_id, wanted_calls))


def _file(name: str, content: AsyncIterator[bytes]) -> Stream:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Stream(content, media_type=f"{CSV}; charset=utf-8", headers=headers)
