"""Starting and stopping a campaign, and the actions of its calls."""

from litestar import Controller, Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_202_ACCEPTED

from evendial_campaigns.campaign_store import KeptCampaign
from evendial_campaigns.command_handler import CommandHandler
from evendial_campaigns.core.commands import Activate, Actor, SetSequence
from evendial_campaigns.prompt_store import Prompts
from evendial_campaigns.schemas.actions import ActionsPut, ActionsView
from evendial_campaigns.schemas.campaigns import CampaignStatus
from evendial_campaigns.sequence_resolver import SequenceResolver
from evendial_campaigns.stopper import Stopper

STOPPING = "stopping"


class Dialing(Controller):
    """What makes a campaign dial, and dial no more."""

    path = "/campaigns/{campaign_id:uuid}"
    tags = ("campaigns",)

    @post("/activate", operation_id="ActivateCampaign", status_code=HTTP_200_OK)
    async def activate(
        self,
        kept: NamedDependency[KeptCampaign],
        actor: NamedDependency[Actor],
        handler: NamedDependency[CommandHandler],
    ) -> CampaignStatus:
        """Dials from now on; 409 names everything that is missing for that."""
        campaign = await handler.handle(kept.campaign.campaign_id, Activate(by=actor))
        return CampaignStatus(campaign_id=campaign.campaign_id, status=campaign.status, epoch=campaign.epoch)

    @post("/stop", operation_id="StopCampaign", status_code=HTTP_200_OK)
    async def stop(
        self,
        kept: NamedDependency[KeptCampaign],
        actor: NamedDependency[Actor],
        stopper: NamedDependency[Stopper],
    ) -> Response[CampaignStatus]:
        """Dials nothing more: 200 when that is certain, 202 `stopping` when it is not yet; then ask again."""
        campaign, certain = await stopper.stop(kept.campaign.campaign_id, actor)
        return Response(
            CampaignStatus(
                campaign_id=campaign.campaign_id,
                status=campaign.status if certain else STOPPING,
                epoch=campaign.epoch,
            ),
            status_code=HTTP_200_OK if certain else HTTP_202_ACCEPTED,
        )

    @get("/actions", operation_id="GetActions", sync_to_thread=False)
    def read_actions(self, kept: NamedDependency[KeptCampaign]) -> ActionsView:
        """What runs on an answered call."""
        campaign = kept.campaign
        return ActionsView(sequence_version=campaign.sequence_version, actions=campaign.actions)

    @put("/actions", operation_id="SetActions")
    async def set_actions(
        self,
        data: JSONBody[ActionsPut],
        kept: NamedDependency[KeptCampaign],
        actor: NamedDependency[Actor],
        handler: NamedDependency[CommandHandler],
        resolver: NamedDependency[SequenceResolver],
        prompts: NamedDependency[Prompts],
    ) -> ActionsView:
        """Replaces the sequence; a call that has begun keeps the one it began with."""
        actions = await resolver.resolve(kept.campaign.owner_id, data.actions)
        campaign = await handler.handle(
            kept.campaign.campaign_id,
            SetSequence(by=actor, actions=actions),
            lambda connection: prompts.hold(connection, kept.campaign.owner_id, actions),
        )
        return ActionsView(sequence_version=campaign.sequence_version, actions=campaign.actions)
