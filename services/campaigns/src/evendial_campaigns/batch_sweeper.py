"""Acts on lists that were not prepared to their end, undone: of who left, and of a killed service."""

import logging
from uuid import UUID

from evendial_chassis.run import Stop

from evendial_campaigns.batch_store import STALE_S, Batches
from evendial_campaigns.bell import Bell
from evendial_campaigns.rounds import keep_on

logger = logging.getLogger(__name__)

POLL_S = 10.0


class BatchSweeper:
    """The loop that deletes what was given up."""

    def __init__(self, batches: Batches) -> None:
        self._batches = batches
        self._given_up: set[UUID] = set()
        self._bell = Bell()

    def give_up(self, batch_id: UUID) -> None:
        """This batch will not be said."""
        self._given_up.add(batch_id)
        self._bell.ring()

    async def start(self) -> None:
        """Gives up what is being prepared: before anything is served that is what an earlier process left."""
        await self._batches.abandon_old(0)

    async def run(self, stop: Stop) -> None:
        """Until told to stop."""
        await keep_on("batch_sweeper", self._sweep, bell=self._bell, every_s=POLL_S, stop=stop)

    async def _sweep(self) -> None:
        given_up = set(self._given_up)
        await self._batches.abandon(list(given_up))
        self._given_up -= given_up
        await self._batches.abandon_old(STALE_S)
        if count := await self._batches.discard():
            logger.info("batches discarded", extra={"action": "batches_discarded", "batches": count})
