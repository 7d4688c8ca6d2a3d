"""What the handlers of several resources are given."""

from typing import Annotated, Any
from uuid import UUID, uuid4, uuid5

import asyncpg
from litestar import Request
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, QueryParameter

from evendial_campaigns import campaign_store
from evendial_campaigns.auth import Access
from evendial_campaigns.campaign_store import KeptCampaign
from evendial_campaigns.core.commands import Actor
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.core.versions import Expected
from evendial_campaigns.entity_tags import expected_by
from evendial_campaigns.page import Window
from evendial_campaigns.people import Person

LIMIT_MAX = 1000
IDEMPOTENCY_NAMESPACE = UUID("7c0f7d1c-2f0c-5d55-9d6e-0b1e6f2a9c41")

Limit = Annotated[int, QueryParameter(ge=1, le=LIMIT_MAX, description="How many at most.")]
Cursor = Annotated[
    str | None, QueryParameter(pattern="^[0-9]{1,19}$", description="`next` of the page before.")
]
IfMatch = Annotated[
    str | None,
    HeaderParameter(
        name="If-Match", description='Make the edit only at this version: the ETag of a read, such as `"3"`.'
    ),
]
SEQ_MAX = 2**63 - 1


def provide_person(request: Request[Person, Any, Any]) -> Person:
    """Who asks."""
    return request.user


def provide_access(request: Request[Person, Access, Any]) -> Access:
    """By what somebody asks."""
    return request.auth


def provide_actor(person: NamedDependency[Person]) -> Actor:
    """Who asks, as the core knows them."""
    return Actor(user_id=person.user_id, admin=person.is_admin)


def provide_window(limit: Limit = 100, cursor: Cursor = None) -> Window:
    """Which part of a list is asked for."""
    return Window(limit, None if cursor is None else min(int(cursor), SEQ_MAX))


def provide_expected(if_match: IfMatch = None) -> Expected:
    """The versions at which the edit may be made, as the request says."""
    return expected_by(if_match)


def provide_new_id(request: Request[Person, Any, Any]) -> UUID:
    """The id of what this request makes: the same for each repeat under the same Idempotency-Key."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return uuid4()
    return uuid5(IDEMPOTENCY_NAMESPACE, f"{request.user.user_id}/{request.method} {request.url.path}/{key}")


async def provide_kept(
    campaign_id: FromPath[UUID], person: NamedDependency[Person], database: NamedDependency[asyncpg.Pool]
) -> KeptCampaign:
    """The campaign of the path; 404 when there is none, or it is somebody else's."""
    kept = await campaign_store.find(database, campaign_id, person.sees)
    if kept is None:
        raise Rejected("not_found", "There is no such campaign.")
    return kept
