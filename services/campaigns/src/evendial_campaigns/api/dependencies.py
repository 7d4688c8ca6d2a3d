"""What the handlers of several resources are given."""

from typing import Annotated, Any
from uuid import UUID

import asyncpg
from litestar import Request
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from evendial_campaigns import campaign_store
from evendial_campaigns.campaign_store import KeptCampaign
from evendial_campaigns.core.commands import Actor
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.page import Window
from evendial_campaigns.people import Person

LIMIT_MAX = 1000

Limit = Annotated[int, QueryParameter(ge=1, le=LIMIT_MAX, description="How many at most.")]
Cursor = Annotated[int | None, QueryParameter(ge=0, le=2**63 - 1, description="`next` of the page before.")]


def provide_person(request: Request[Person, Any, Any]) -> Person:
    """Who asks."""
    return request.user


def provide_actor(person: NamedDependency[Person]) -> Actor:
    """Who asks, as the core knows them."""
    return Actor(user_id=person.user_id, admin=person.is_admin)


def provide_window(limit: Limit = 100, cursor: Cursor = None) -> Window:
    """Which part of a list is asked for."""
    return Window(limit, cursor)


async def provide_kept(
    campaign_id: FromPath[UUID], person: NamedDependency[Person], database: NamedDependency[asyncpg.Pool]
) -> KeptCampaign:
    """The campaign of the path; 404 when there is none, or it is somebody else's."""
    kept = await campaign_store.find(database, campaign_id, person.sees)
    if kept is None:
        raise Rejected("not_found", "There is no such campaign.")
    return kept
