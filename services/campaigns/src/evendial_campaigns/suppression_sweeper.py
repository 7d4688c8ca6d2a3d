"""The loop that ends suppressions: those that have expired, and those of lists that are taken back."""

import logging

from evendial_chassis.run import Stop

from evendial_campaigns.bell import Bell
from evendial_campaigns.rounds import keep_on
from evendial_campaigns.suppression_ends import SuppressionEnds

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0


class SuppressionSweeper:
    """The ledger lets go of an expired entry by its own clock; this lets its numbers be called again."""

    def __init__(self, ends: SuppressionEnds) -> None:
        self._ends = ends
        self.bell = Bell()

    async def run(self, stop: Stop) -> None:
        """Until told to stop."""
        await keep_on("suppression_sweeper", self.step, bell=self.bell, every_s=LOOK_EVERY_S, stop=stop)

    async def step(self) -> None:
        """Ends all that is due."""
        expired = 0
        while ended := await self._ends.expire():
            expired += ended
        if expired:
            logger.info("expired", extra={"action": "suppressions_expired", "entries": expired})
        for list_id in await self._ends.deleting():
            while await self._ends.empty(list_id):
                pass
            await self._ends.forget(list_id)
            logger.info("deleted", extra={"action": "suppression_list_deleted", "list_id": list_id})
