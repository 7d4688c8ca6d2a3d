"""Campaigns and their rules."""

from typing import Annotated
from uuid import UUID

import asyncpg
import msgspec
from litestar import Controller, Response, get, patch, post
from litestar.di import NamedDependency, Provide
from litestar.params import HeaderParameter, JSONBody
from litestar.status_codes import HTTP_304_NOT_MODIFIED

from evendial_campaigns import campaign_list, campaign_store
from evendial_campaigns.api.listing import provide_wanted
from evendial_campaigns.api.ownership import check_owner
from evendial_campaigns.api.tagged import ETAG, NOT_MODIFIED, not_modified, tagged
from evendial_campaigns.campaign_list import Wanted
from evendial_campaigns.campaign_store import KeptCampaign
from evendial_campaigns.command_handler import CommandHandler
from evendial_campaigns.core.commands import Actor, ChangeRules, Create
from evendial_campaigns.core.jurisdictions import Jurisdictions
from evendial_campaigns.core.versions import Expected
from evendial_campaigns.entity_tags import is_known
from evendial_campaigns.page import Page
from evendial_campaigns.people import People, Person
from evendial_campaigns.schemas.campaigns import (
    CampaignCreate,
    CampaignPatch,
    CampaignRow,
    CampaignView,
)
from evendial_campaigns.views import campaign_row, campaign_view, changes_of, rules_of

IfNoneMatch = Annotated[
    str | None, HeaderParameter(name="If-None-Match", description="304 if this is still the version.")
]


class Campaigns(Controller):
    """Lists of numbers, and when and how they are called."""

    path = "/campaigns"
    tags = ("campaigns",)

    @post(operation_id="CreateCampaign", response_headers=[ETAG], opt={"problems": ("limit_reached",)})
    async def create(
        self,
        data: JSONBody[CampaignCreate],
        new_id: NamedDependency[UUID],
        actor: NamedDependency[Actor],
        person: NamedDependency[Person],
        people: NamedDependency[People],
        handler: NamedDependency[CommandHandler],
        jurisdictions: NamedDependency[Jurisdictions],
        database: NamedDependency[asyncpg.Pool],
    ) -> Response[CampaignView]:
        """Makes a campaign of yours, or, by an admin, of a user; it dials nothing yet."""
        await check_owner(data.owner_id, person, people)
        command = Create(
            campaign_id=new_id, by=actor, rules=rules_of(data, jurisdictions), owner_id=data.owner_id
        )
        await handler.handle(command.campaign_id, command)
        kept = await campaign_store.find(database, command.campaign_id, person.sees)
        assert kept is not None, "it was stored with its first event"
        return tagged(campaign_view(kept), kept.campaign.version)

    @get(operation_id="ListCampaigns", dependencies={"wanted": Provide(provide_wanted, sync_to_thread=False)})
    async def list(
        self, database: NamedDependency[asyncpg.Pool], wanted: NamedDependency[Wanted]
    ) -> Page[CampaignRow]:
        """Your campaigns, newest first unless sorted otherwise; for an admin everybody's."""
        page = await campaign_list.page(database, wanted)
        return Page([campaign_row(listed) for listed in page.items], page.next)

    @get(
        "/{campaign_id:uuid}",
        operation_id="GetCampaign",
        response_headers=[ETAG],
        responses={HTTP_304_NOT_MODIFIED: NOT_MODIFIED},
        sync_to_thread=False,
    )
    def read(
        self, kept: NamedDependency[KeptCampaign], if_none_match: IfNoneMatch = None
    ) -> Response[CampaignView]:
        """One campaign; 304 without a body if you have this version already.

        While `stop_confirmed` is false there is no ETag: that becomes true without a new version.
        """
        version = kept.campaign.version
        if not kept.stop_confirmed:
            return Response(campaign_view(kept))
        if is_known(version, if_none_match):
            return not_modified(version)
        return tagged(campaign_view(kept), version)

    @patch(
        "/{campaign_id:uuid}",
        operation_id="ChangeCampaign",
        response_headers=[ETAG],
        opt={"problems": ("version_mismatch", "archived", "limit_reached")},
    )
    async def change(
        self,
        data: JSONBody[CampaignPatch],
        kept: NamedDependency[KeptCampaign],
        actor: NamedDependency[Actor],
        expected: NamedDependency[Expected],
        handler: NamedDependency[CommandHandler],
        jurisdictions: NamedDependency[Jurisdictions],
    ) -> Response[CampaignView]:
        """Changes some rules; while the campaign dials they hold from the next slot on."""
        command = ChangeRules(by=actor, changes=changes_of(data, jurisdictions))
        changed = await handler.handle(kept.campaign.campaign_id, command, expected=expected)
        return tagged(campaign_view(msgspec.structs.replace(kept, campaign=changed)), changed.version)
