"""What happens in a campaign, while it happens."""

from contextlib import ExitStack
from typing import Annotated, Any
from uuid import UUID

import asyncpg
from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.params import HeaderParameter, QueryParameter
from litestar.response import Stream
from litestar.types import ASGIApp, Receive, Scope, Send

from evendial_campaigns import campaign_store
from evendial_campaigns.auth import Gate
from evendial_campaigns.campaign_store import KeptCampaign
from evendial_campaigns.core.rejected import invalid
from evendial_campaigns.live_feed import LiveFeeds, Viewer
from evendial_campaigns.people import Person
from evendial_campaigns.record import Place, place_of

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

LastEventId = Annotated[
    str | None, HeaderParameter(name="Last-Event-ID", description="The id of the last fact that you have.")
]
After = Annotated[
    str | None,
    QueryParameter(description="The same, where no header can be set; an `id` of the log does as well."),
]


class AtEnd:
    """Gives the handler `request.state.at_end`, which is left when the response has ended or cannot begin."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request with all of its response."""
        with ExitStack() as at_end:
            scope["state"]["at_end"] = at_end
            await self._app(scope, receive, send)


class Live(Controller):
    """Server-sent events."""

    path = "/campaigns/{campaign_id:uuid}"
    tags = ("log",)

    @get(
        "/live",
        operation_id="WatchCampaign",
        media_type="text/event-stream",
        middleware=[AtEnd],
        opt={"problems": ("too_many_feeds", "no_feed_free")},
    )
    async def watch(
        self,
        request: Request[Person, Any, Any],
        kept: NamedDependency[KeptCampaign],
        person: NamedDependency[Person],
        gate: NamedDependency[Gate],
        feeds: NamedDependency[LiveFeeds],
        database: NamedDependency[asyncpg.Pool],
        last_event_id: LastEventId = None,
        after: After = None,
    ) -> Stream:
        """Every fact of the campaign as it is recorded, and its progress once a second while that changes.

        Events: `open` or `reset` (your last id is not of this record: the feed begins now), `fact` (an entry
        of the log with `data`), `progress`, `end`. Facts have an id: with the last one a new feed goes on
        exactly behind it, however long ago that was.
        """
        campaign_id = kept.campaign.campaign_id

        async def allowed() -> bool:
            return await _sees(request, gate, database, campaign_id)

        viewer = Viewer(person.user_id, campaign_id, allowed)
        last = _place("Last-Event-ID", last_event_id) or _place("after", after)
        request.state.at_end.enter_context(feeds.seat(person.user_id))
        return Stream(await feeds.open(viewer, last), headers=HEADERS, media_type="text/event-stream")


async def _sees(
    request: Request[Person, Any, Any], gate: Gate, database: asyncpg.Pool, campaign_id: UUID
) -> bool:
    person = await gate.person(request)
    if person is None:
        return False
    return await campaign_store.find(database, campaign_id, person.sees) is not None


def _place(name: str, text: str | None) -> Place | None:
    try:
        return place_of(text) if text else None
    except ValueError:
        raise invalid(name, "must be the id of a fact of this feed") from None
