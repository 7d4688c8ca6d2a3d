"""The numbers of a campaign, and the lists they came from."""

from typing import Annotated, Any
from uuid import UUID

import asyncpg
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.params import FromPath, QueryParameter

from evendial_campaigns import read_model
from evendial_campaigns.api.raw_body import TextBody, pieces
from evendial_campaigns.campaign_store import KeptCampaign
from evendial_campaigns.core.commands import Actor
from evendial_campaigns.core.progress import NumberState
from evendial_campaigns.core.rejected import Rejected, invalid
from evendial_campaigns.import_store import Imports
from evendial_campaigns.number_import import NumberImport
from evendial_campaigns.page import Page, Window
from evendial_campaigns.people import Person
from evendial_campaigns.read_model import ListedNumberView
from evendial_campaigns.schemas.imports import ImportView
from evendial_campaigns.views import import_view

STATES = ", ".join(NumberState)

StateName = Annotated[str | None, QueryParameter(name="state", description=f"Only those {STATES}.")]


@post(
    "/campaigns/{campaign_id:uuid}/numbers/import",
    tags=["numbers"],
    operation_id="ImportNumbers",
    operation_class=TextBody,
)
async def import_numbers(
    request: Request[Person, Any, Any],
    kept: NamedDependency[KeptCampaign],
    actor: NamedDependency[Actor],
    number_import: NamedDependency[NumberImport],
) -> ImportView:
    """Takes a list, one number a line; either all of it is taken or, when it is cut off, nothing."""
    if request.content_type[0] != MediaType.TEXT:
        raise Rejected(
            "unsupported_media_type", "Send the list as Content-Type: text/plain, one number a line."
        )
    return import_view(await number_import.run(kept.campaign, actor, pieces(request)))


@get("/imports/{import_id:uuid}", tags=["numbers"], operation_id="GetImport")
async def get_import(
    import_id: FromPath[UUID], person: NamedDependency[Person], imports: NamedDependency[Imports]
) -> ImportView:
    """What became of a list."""
    report = await imports.find(import_id, person.sees)
    if report is None:
        raise Rejected("not_found", "There is no such import.")
    return import_view(report)


@get("/campaigns/{campaign_id:uuid}/numbers", tags=["numbers"], operation_id="ListNumbers")
async def list_numbers(
    kept: NamedDependency[KeptCampaign],
    database: NamedDependency[asyncpg.Pool],
    page_window: NamedDependency[Window],
    state_name: StateName = None,
) -> Page[ListedNumberView]:
    """The numbers and where each stands."""
    return await read_model.numbers(database, kept.campaign.campaign_id, _state_of(state_name), page_window)


def _state_of(name: str | None) -> NumberState | None:
    if name is not None and name not in set(NumberState):
        raise invalid("state", f"must be one of {STATES}")
    return NumberState(name) if name else None
