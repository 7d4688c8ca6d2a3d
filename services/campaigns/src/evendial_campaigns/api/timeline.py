"""Who did what, what was called, and what became of it."""

from typing import Annotated

import asyncpg
from litestar import Controller, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, QueryParameter

from evendial_campaigns import timeline_store
from evendial_campaigns.api.dependencies import SEQ_MAX, Limit
from evendial_campaigns.campaign_store import KeptCampaign
from evendial_campaigns.core.rejected import Rejected, invalid
from evendial_campaigns.core.timeline import Kind
from evendial_campaigns.page import Page
from evendial_campaigns.record import Place, Recorded, place_of
from evendial_campaigns.schemas.timeline import LogEntryView, entry_view, whose
from evendial_campaigns.timeline_store import Wanted

KINDS = ", ".join(Kind)
ORDERS = ("asc", "desc")

KindNames = Annotated[
    list[str] | None,
    QueryParameter(name="kind", max_items=len(Kind), description=f"Only facts about a {KINDS}; repeatable."),
]
Order = Annotated[str, QueryParameter(description="desc: newest first; asc: oldest first.")]
PlaceCursor = Annotated[str | None, QueryParameter(name="cursor", description="`next` of the page before.")]


def provide_wanted(
    kind_names: KindNames = None, order: Order = "desc", limit: Limit = 100, place: PlaceCursor = None
) -> Wanted:
    """Which part of a timeline is asked for."""
    if order not in ORDERS:
        raise invalid("order", f"must be one of {', '.join(ORDERS)}")
    if unknown := set(kind_names or ()) - set(Kind):
        raise invalid("kind", f"must be one of {KINDS}, not {min(unknown)!r}")
    kinds = [Kind(name) for name in dict.fromkeys(kind_names or Kind)]
    return Wanted(kinds=kinds, onwards=order == "asc", beyond=_place(place), limit=limit)


class Timelines(Controller):
    """Who did what, what was called, and what became of it: told from the record."""

    path = "/campaigns/{campaign_id:uuid}"
    tags = ("log",)
    dependencies = {"wanted": Provide(provide_wanted, sync_to_thread=False)}  # noqa: RUF012

    @get("/log", operation_id="GetCampaignLog")
    async def of_campaign(
        self,
        kept: NamedDependency[KeptCampaign],
        database: NamedDependency[asyncpg.Pool],
        wanted: NamedDependency[Wanted],
    ) -> Page[LogEntryView]:
        """Everything that happened in the campaign, newest first."""
        facts = await timeline_store.of_campaign(database, kept.campaign.campaign_id, wanted)
        return await _page(database, facts, wanted)

    @get("/numbers/{number_id:int}/log", operation_id="GetNumberLog")
    async def of_number(
        self,
        number_id: FromPath[int],
        kept: NamedDependency[KeptCampaign],
        database: NamedDependency[asyncpg.Pool],
        wanted: NamedDependency[Wanted],
    ) -> Page[LogEntryView]:
        """Everything that happened to a number, newest first: from its import to its removal."""
        facts = None
        if 0 <= number_id <= SEQ_MAX:
            facts = await timeline_store.of_number(database, kept.campaign.campaign_id, number_id, wanted)
        if facts is None:
            raise Rejected("not_found", "There is no such number.")
        return await _page(database, facts, wanted)


async def _page(database: asyncpg.Pool, facts: list[Recorded], wanted: Wanted) -> Page[LogEntryView]:
    shown = facts[: wanted.limit]
    names = await timeline_store.names(database, {by for each in shown if (by := whose(each))})
    following = str(shown[-1].place) if len(facts) > wanted.limit else None
    return Page([entry_view(each, names) for each in shown], following)


def _place(cursor: str | None) -> Place | None:
    try:
        return place_of(cursor) if cursor is not None else None
    except ValueError:
        raise invalid("cursor", "must be the `next` of the page before") from None
