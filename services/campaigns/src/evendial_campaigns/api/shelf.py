"""What happens to a campaign as a whole: put away, taken out again, copied, deleted."""

from uuid import UUID

import asyncpg
import msgspec
from litestar import Controller, Response, delete, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK

from evendial_campaigns import campaign_store
from evendial_campaigns.api.tagged import ETAG, tagged
from evendial_campaigns.campaign_store import KeptCampaign
from evendial_campaigns.command_handler import CommandHandler
from evendial_campaigns.core.commands import Actor, Archive, Delete, Restore
from evendial_campaigns.core.life import copy_of
from evendial_campaigns.core.versions import Expected
from evendial_campaigns.people import Person
from evendial_campaigns.prompt_store import Prompts
from evendial_campaigns.schemas.campaigns import CampaignClone, CampaignView
from evendial_campaigns.views import campaign_view


class Shelf(Controller):
    """Campaigns that are over, and those that begin as a copy."""

    path = "/campaigns/{campaign_id:uuid}"
    tags = ("campaigns",)

    @post(
        "/archive",
        operation_id="ArchiveCampaign",
        status_code=HTTP_200_OK,
        response_headers=[ETAG],
        opt={"problems": ("version_mismatch", "campaign_active")},
    )
    async def archive(
        self,
        kept: NamedDependency[KeptCampaign],
        actor: NamedDependency[Actor],
        expected: NamedDependency[Expected],
        handler: NamedDependency[CommandHandler],
    ) -> Response[CampaignView]:
        """Puts it away: it is not listed unless asked for, and cannot be edited or activated."""
        return await _changed(kept, Archive(by=actor), expected, handler)

    @post(
        "/restore",
        operation_id="RestoreCampaign",
        status_code=HTTP_200_OK,
        response_headers=[ETAG],
        opt={"problems": ("version_mismatch", "limit_reached")},
    )
    async def restore(
        self,
        kept: NamedDependency[KeptCampaign],
        actor: NamedDependency[Actor],
        expected: NamedDependency[Expected],
        handler: NamedDependency[CommandHandler],
    ) -> Response[CampaignView]:
        """Takes it out again."""
        return await _changed(kept, Restore(by=actor), expected, handler)

    @post(
        "/clone",
        operation_id="CloneCampaign",
        response_headers=[ETAG],
        opt={"problems": ("ivr_is_the_admins", "limit_reached")},
    )
    async def clone(
        self,
        kept: NamedDependency[KeptCampaign],
        new_id: NamedDependency[UUID],
        actor: NamedDependency[Actor],
        person: NamedDependency[Person],
        handler: NamedDependency[CommandHandler],
        prompts: NamedDependency[Prompts],
        database: NamedDependency[asyncpg.Pool],
        data: JSONBody[CampaignClone | None] = None,
    ) -> Response[CampaignView]:
        """Makes another one of the same owner with its rules and actions, and no numbers.

        A device that is gone, and a caller id that the device has no longer, are left out.
        """
        command = copy_of(kept.campaign, new_id, actor, data.name if data else None)
        await handler.handle(
            new_id,
            command,
            lambda connection: prompts.hold(connection, kept.campaign.owner_id, command.actions),
        )
        copy = await campaign_store.find(database, new_id, person.sees)
        assert copy is not None, "it was stored with its first event"
        return tagged(campaign_view(copy), copy.campaign.version)

    @delete(
        operation_id="DeleteCampaign",
        opt={"problems": ("version_mismatch", "campaign_active", "was_dialled")},
    )
    async def delete(
        self,
        kept: NamedDependency[KeptCampaign],
        actor: NamedDependency[Actor],
        expected: NamedDependency[Expected],
        handler: NamedDependency[CommandHandler],
    ) -> None:
        """Deletes a campaign that never dialled, with its numbers; one that did can be archived."""
        await handler.handle(kept.campaign.campaign_id, Delete(by=actor), expected=expected)


async def _changed(
    kept: KeptCampaign, command: Archive | Restore, expected: Expected, handler: CommandHandler
) -> Response[CampaignView]:
    changed = await handler.handle(kept.campaign.campaign_id, command, expected=expected)
    return tagged(campaign_view(msgspec.structs.replace(kept, campaign=changed)), changed.version)
