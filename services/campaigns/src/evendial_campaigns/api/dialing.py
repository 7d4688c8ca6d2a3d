"""Starting and stopping a campaign, and the actions of its calls."""

import msgspec
from litestar import Controller, Response, get, post, put
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_202_ACCEPTED

from evendial_campaigns.api.tagged import ETAG, tagged
from evendial_campaigns.campaign_store import KeptCampaign
from evendial_campaigns.command_handler import CommandHandler
from evendial_campaigns.core.campaign import Campaign
from evendial_campaigns.core.commands import Activate, Actor, SetSequence
from evendial_campaigns.core.versions import Expected
from evendial_campaigns.prompt_store import Prompts
from evendial_campaigns.schemas.actions import ActionsPut, ActionsView
from evendial_campaigns.schemas.campaigns import CampaignStatus, CampaignStop
from evendial_campaigns.sequence_resolver import SequenceResolver
from evendial_campaigns.stopper import Stopper
from evendial_campaigns.views import actions_view

STOPPING = "stopping"


class Dialing(Controller):
    """What makes a campaign dial, and dial no more."""

    path = "/campaigns/{campaign_id:uuid}"
    tags = ("campaigns",)

    @post(
        "/activate",
        operation_id="ActivateCampaign",
        status_code=HTTP_200_OK,
        response_headers=[ETAG],
        opt={"problems": ("version_mismatch", "archived", "not_ready", "limit_reached")},
    )
    async def activate(
        self,
        kept: NamedDependency[KeptCampaign],
        actor: NamedDependency[Actor],
        expected: NamedDependency[Expected],
        handler: NamedDependency[CommandHandler],
    ) -> Response[CampaignStatus]:
        """Dials from now on; 409 names everything that is missing for that."""
        campaign = await handler.handle(kept.campaign.campaign_id, Activate(by=actor), expected=expected)
        return tagged(_status(campaign), campaign.version)

    @post(
        "/stop",
        operation_id="StopCampaign",
        status_code=HTTP_200_OK,
        response_headers=[ETAG],
        opt={"problems": ("version_mismatch",)},
        responses={HTTP_202_ACCEPTED: ResponseSpec(CampaignStatus, description="stopping: ask again")},
    )
    async def stop(
        self,
        kept: NamedDependency[KeptCampaign],
        actor: NamedDependency[Actor],
        expected: NamedDependency[Expected],
        stopper: NamedDependency[Stopper],
        data: JSONBody[CampaignStop | None] = None,
    ) -> Response[CampaignStatus]:
        """Dials nothing more: 200 when that is certain, 202 `stopping` when it is not yet.

        Then ask again, or follow `stop_confirmed` of the campaign. Calls in progress go on unless `hang_up`.
        """
        hang_up = data is not None and data.hang_up
        campaign, certain = await stopper.stop(kept.campaign.campaign_id, actor, expected, hang_up=hang_up)
        shown = _status(campaign)
        if certain:
            return tagged(shown, campaign.version, HTTP_200_OK)
        stopping = msgspec.structs.replace(shown, status=STOPPING)
        return tagged(stopping, campaign.version, HTTP_202_ACCEPTED)

    @get("/actions", operation_id="GetActions", response_headers=[ETAG], sync_to_thread=False)
    def read_actions(self, kept: NamedDependency[KeptCampaign]) -> Response[ActionsView]:
        """What runs on an answered call."""
        return tagged(actions_view(kept.campaign), kept.campaign.version)

    @put(
        "/actions",
        operation_id="SetActions",
        response_headers=[ETAG],
        opt={"problems": ("version_mismatch", "archived", "ivr_is_the_admins")},
    )
    async def set_actions(
        self,
        data: JSONBody[ActionsPut],
        kept: NamedDependency[KeptCampaign],
        actor: NamedDependency[Actor],
        expected: NamedDependency[Expected],
        handler: NamedDependency[CommandHandler],
        resolver: NamedDependency[SequenceResolver],
        prompts: NamedDependency[Prompts],
    ) -> Response[ActionsView]:
        """Replaces the sequence; a call that has begun keeps the one it began with."""
        actions = await resolver.resolve(kept.campaign.owner_id, data.actions)
        command = SetSequence(by=actor, actions=actions)
        campaign = await handler.handle(
            kept.campaign.campaign_id,
            command,
            lambda connection: prompts.hold(connection, kept.campaign.owner_id, actions),
            expected=expected,
        )
        return tagged(actions_view(campaign), campaign.version)


def _status(campaign: Campaign) -> CampaignStatus:
    return CampaignStatus(
        campaign_id=campaign.campaign_id,
        version=campaign.version,
        status=campaign.status,
        epoch=campaign.epoch,
    )
