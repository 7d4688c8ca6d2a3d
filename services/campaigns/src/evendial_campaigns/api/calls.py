"""What became of a campaign's calls, and how far it is."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import asyncpg
import msgspec
from evendial_contracts.calls import Disposition
from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from evendial_campaigns import call_list
from evendial_campaigns.api.dependencies import SEQ_MAX, Limit
from evendial_campaigns.call_list import END_OF_TIME, EPOCH, Wanted
from evendial_campaigns.campaign_store import KeptCampaign
from evendial_campaigns.core.rejected import Rejected, invalid
from evendial_campaigns.page import Page
from evendial_campaigns.progress_store import ProgressReader
from evendial_campaigns.schemas.calls import CallView
from evendial_campaigns.schemas.progress import ProgressView, progress_view

DISPOSITIONS = ", ".join(Disposition)

DispositionName = Annotated[
    str | None, QueryParameter(name="disposition", description=f"Only those that ended as {DISPOSITIONS}.")
]
NumberId = Annotated[int | None, QueryParameter(ge=0, le=SEQ_MAX, description="Only those of one number.")]
From = Annotated[
    str | None, QueryParameter(name="from", description="Only slots at this time or later, RFC 3339.")
]
To = Annotated[str | None, QueryParameter(name="to", description="Only slots before this time, RFC 3339.")]
CallCursor = Annotated[
    str | None,
    QueryParameter(pattern=r"^[0-9]{1,18}\.[0-9a-f]{32}$", description="`next` of the page before."),
]


def provide_wanted_calls(
    disposition_name: DispositionName = None,
    number_id: NumberId = None,
    since: From = None,
    before: To = None,
) -> Wanted:
    """Which calls are asked for, beginning with the first."""
    return Wanted(
        disposition=_disposition_of(disposition_name),
        number_id=number_id,
        since=_instant("from", since) or EPOCH,
        before=_instant("to", before) or END_OF_TIME,
    )


class Calls(Controller):
    """What became of a campaign."""

    path = "/campaigns/{campaign_id:uuid}"
    tags = ("calls",)

    @get("/progress", operation_id="GetProgress")
    async def progress(
        self, kept: NamedDependency[KeptCampaign], progress_reader: NamedDependency[ProgressReader]
    ) -> ProgressView:
        """How far the campaign is, how fast it goes, and when it will be through its list."""
        return progress_view(kept.campaign, await progress_reader.read(kept.campaign))

    @get("/calls", operation_id="ListCalls")
    async def list(
        self,
        kept: NamedDependency[KeptCampaign],
        database: NamedDependency[asyncpg.Pool],
        wanted_calls: NamedDependency[Wanted],
        limit: Limit = 100,
        cursor: CallCursor = None,
    ) -> Page[CallView]:
        """The calls in the order of their slots; calls of numbers that were removed stay."""
        wanted = msgspec.structs.replace(wanted_calls, limit=limit)
        if cursor is not None:
            wanted = msgspec.structs.replace(wanted, after=_place(cursor))
        return await call_list.calls(database, kept.campaign.campaign_id, wanted)

    @get("/calls/{command_id:uuid}", operation_id="GetCall")
    async def read(
        self,
        kept: NamedDependency[KeptCampaign],
        command_id: FromPath[UUID],
        database: NamedDependency[asyncpg.Pool],
    ) -> CallView:
        """One call."""
        call = await call_list.call(database, kept.campaign.campaign_id, command_id)
        if call is None:
            raise Rejected("not_found", "There is no such call.")
        return call


def _disposition_of(name: str | None) -> Disposition | None:
    if name is not None and name not in set(Disposition):
        raise invalid("disposition", f"must be one of {DISPOSITIONS}")
    return Disposition(name) if name else None


def _instant(name: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise invalid(name, "must be a time such as 2026-05-01T09:00:00Z") from None
    if at.tzinfo is None:
        raise invalid(name, "must say its zone, as 2026-05-01T09:00:00Z does")
    if not EPOCH.year < at.year < END_OF_TIME.year:
        raise invalid(name, f"must be after {EPOCH.year} and before {END_OF_TIME.year}")
    return at


def _place(cursor: str) -> tuple[datetime, UUID]:
    try:
        return call_list.place_of(cursor)
    except ValueError:
        raise invalid("cursor", "must be the `next` of the page before") from None
