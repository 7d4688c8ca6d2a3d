"""Campaigns and their rules."""

from uuid import UUID

import asyncpg
import msgspec
from litestar import Controller, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from evendial_campaigns import campaign_store
from evendial_campaigns.campaign_store import KeptCampaign
from evendial_campaigns.command_handler import CommandHandler
from evendial_campaigns.core.commands import Actor, ChangeRules, Create
from evendial_campaigns.page import Page, Window
from evendial_campaigns.people import Person
from evendial_campaigns.schemas.campaigns import CampaignCreate, CampaignPatch, CampaignView
from evendial_campaigns.views import campaign_view, patched, rules_of


class Campaigns(Controller):
    """Lists of numbers, and when and how they are called."""

    path = "/campaigns"
    tags = ("campaigns",)

    @post(operation_id="CreateCampaign")
    async def create(
        self,
        data: JSONBody[CampaignCreate],
        actor: NamedDependency[Actor],
        person: NamedDependency[Person],
        handler: NamedDependency[CommandHandler],
        database: NamedDependency[asyncpg.Pool],
        new_id: NamedDependency[UUID],
    ) -> CampaignView:
        """Makes a campaign of yours; it dials nothing yet."""
        command = Create(campaign_id=new_id, by=actor, rules=rules_of(data))
        await handler.handle(command.campaign_id, command)
        kept = await campaign_store.find(database, command.campaign_id, person.sees)
        assert kept is not None, "it was stored with its first event"
        return campaign_view(kept)

    @get(operation_id="ListCampaigns")
    async def list(
        self,
        database: NamedDependency[asyncpg.Pool],
        person: NamedDependency[Person],
        page_window: NamedDependency[Window],
    ) -> Page[CampaignView]:
        """Your campaigns, newest first; for an admin everybody's."""
        page = await campaign_store.page(database, person.sees, page_window)
        return Page([campaign_view(kept) for kept in page.items], page.next)

    @get("/{campaign_id:uuid}", operation_id="GetCampaign", sync_to_thread=False)
    def read(self, kept: NamedDependency[KeptCampaign]) -> CampaignView:
        """One campaign."""
        return campaign_view(kept)

    @patch("/{campaign_id:uuid}", operation_id="ChangeCampaign")
    async def change(
        self,
        data: JSONBody[CampaignPatch],
        kept: NamedDependency[KeptCampaign],
        actor: NamedDependency[Actor],
        handler: NamedDependency[CommandHandler],
    ) -> CampaignView:
        """Changes some rules; while the campaign dials they hold from the next slot on."""
        command = ChangeRules(by=actor, rules=patched(kept.campaign.rules, data))
        changed = await handler.handle(kept.campaign.campaign_id, command)
        return campaign_view(msgspec.structs.replace(kept, campaign=changed))
