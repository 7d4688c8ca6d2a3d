"""The lists that the numbers of a campaign come from."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.params import FromPath

from evendial_campaigns.api.raw_body import TextBody, pieces
from evendial_campaigns.campaign_store import KeptCampaign
from evendial_campaigns.core.commands import Actor
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.import_store import Imports
from evendial_campaigns.number_import import NumberImport
from evendial_campaigns.people import Person
from evendial_campaigns.schemas.imports import ImportView
from evendial_campaigns.views import import_view


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
