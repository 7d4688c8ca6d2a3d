"""The loop that removes what is left of deleted campaigns."""

import logging

from evendial_chassis.run import Stop

from evendial_scheduler import deletion_store
from evendial_scheduler.store import PASSING, Pool

logger = logging.getLogger(__name__)

EVERY_S = 5.0


class Forgetter:
    """Looks every 5 s; what comes in late goes, too."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def run(self, stop: Stop) -> None:
        """Until told to stop."""
        while not await stop.pause(EVERY_S):
            try:
                await self.forget()
            except PASSING as error:
                logger.debug("forget failed", extra={"action": "forget_failed", "reason": repr(error)})

    async def forget(self) -> None:
        """Removes what is here of deleted campaigns now."""
        for campaign_id in await deletion_store.left(self._pool):
            await deletion_store.forget(self._pool, campaign_id)
            logger.info("forgotten", extra={"action": "campaign_forgotten", "campaign_id": campaign_id})
