"""Stop means stop: first the fact, then the originators' word that no claim can follow."""

import logging
from uuid import UUID

import msgspec
from evendial_chassis.bus import Bus, NoAnswer
from evendial_contracts.requests import CloseGate, GateClosed
from evendial_contracts.subjects import GATE_CLOSE

from evendial_campaigns.command_handler import CommandHandler
from evendial_campaigns.core.campaign import Campaign, Status
from evendial_campaigns.core.commands import Actor, Stop
from evendial_campaigns.core.versions import Expected

logger = logging.getLogger(__name__)

CONFIRM_TIMEOUT_S = 2.0


class Stopper:
    """Stops campaigns."""

    def __init__(self, handler: CommandHandler, bus: Bus) -> None:
        self._handler = handler
        self._bus = bus

    async def stop(self, campaign_id: UUID, by: Actor, expected: Expected = None) -> tuple[Campaign, bool]:
        """The stopped campaign, and whether it is certain that it dials nothing more; safe to repeat."""
        campaign = await self._handler.handle(campaign_id, Stop(by=by), expected=expected)
        never_dialled = campaign.status is Status.DRAFT
        return campaign, never_dialled or await self._gate_is_closed(campaign)

    async def _gate_is_closed(self, campaign: Campaign) -> bool:
        close = CloseGate(campaign_id=campaign.campaign_id, epoch=campaign.epoch)
        try:
            closed = await self._bus.ask(GATE_CLOSE, close, GateClosed, timeout_s=CONFIRM_TIMEOUT_S)
        except (NoAnswer, msgspec.DecodeError) as failure:
            logger.warning(
                "stop not confirmed",
                extra={
                    "action": "stop_not_confirmed",
                    "campaign_id": campaign.campaign_id,
                    "reason": str(failure),
                },
            )
            return False
        return closed.campaign_id == campaign.campaign_id and closed.epoch >= campaign.epoch
