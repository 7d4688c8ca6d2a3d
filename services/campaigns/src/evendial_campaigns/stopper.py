"""Stop means stop: first the fact, then the originators' word that no claim can follow."""

import asyncio
import logging
from uuid import UUID

import asyncpg
import msgspec
from evendial_chassis.bus import Bus, NoAnswer
from evendial_chassis.run import Stop as End
from evendial_contracts.requests import CloseGate, GateClosed
from evendial_contracts.subjects import GATE_CLOSE

from evendial_campaigns import stop_store
from evendial_campaigns.bell import Bell
from evendial_campaigns.command_handler import CommandHandler
from evendial_campaigns.core.campaign import Campaign, Status
from evendial_campaigns.core.commands import Actor, Stop
from evendial_campaigns.core.versions import Expected
from evendial_campaigns.rounds import keep_on

logger = logging.getLogger(__name__)

CONFIRM_TIMEOUT_S = 2.0
ASK_AGAIN_S = 2.0
AT_ONCE = 20


class Stopper:
    """Stops campaigns; the loop asks for what nobody has confirmed, also after a restart."""

    def __init__(self, pool: asyncpg.Pool, handler: CommandHandler, bus: Bus) -> None:
        self._pool = pool
        self._handler = handler
        self._bus = bus
        self._bell = Bell()

    async def run(self, end: End) -> None:
        """Until told to end."""
        await keep_on("stops", self.ask_again, bell=self._bell, every_s=ASK_AGAIN_S, stop=end)

    async def stop(
        self, campaign_id: UUID, by: Actor, expected: Expected = None, *, hang_up: bool = False
    ) -> tuple[Campaign, bool]:
        """The stopped campaign, and whether it is certain that it dials nothing more; safe to repeat."""
        campaign = await self._handler.handle(
            campaign_id,
            Stop(by=by, hang_up=hang_up),
            lambda connection: stop_store.note(connection, campaign_id),
            expected=expected,
        )
        never_dialled = campaign.status is Status.DRAFT
        return campaign, never_dialled or await self._gate_is_closed(_close(campaign))

    async def ask_again(self) -> None:
        """Once for each stop that is not confirmed yet."""
        await asyncio.gather(
            *(self._gate_is_closed(each) for each in await stop_store.unconfirmed(self._pool, AT_ONCE))
        )

    async def _gate_is_closed(self, close: CloseGate) -> bool:
        try:
            closed = await self._bus.ask(GATE_CLOSE, close, GateClosed, timeout_s=CONFIRM_TIMEOUT_S)
        except (NoAnswer, msgspec.DecodeError) as failure:
            logger.warning(
                "stop not confirmed",
                extra={
                    "action": "stop_not_confirmed",
                    "campaign_id": close.campaign_id,
                    "reason": str(failure),
                },
            )
            return False
        certain = closed.campaign_id == close.campaign_id and closed.epoch >= close.epoch
        if certain:
            await stop_store.confirm(self._pool, close.campaign_id, close.epoch)
        return certain


def _close(campaign: Campaign) -> CloseGate:
    return CloseGate(campaign_id=campaign.campaign_id, epoch=campaign.epoch, hang_up=campaign.hung_up)
