"""Imports that were cut off, removed again: those of a sender who left, and those a killed service left."""

import logging
from contextlib import suppress
from uuid import UUID

from evendial_chassis.database import TRANSIENT
from evendial_chassis.run import Stop

from evendial_campaigns.bell import Bell
from evendial_campaigns.import_store import STALE_S, Imports
from evendial_campaigns.rounds import keep_on

logger = logging.getLogger(__name__)

POLL_S = 10.0


class ImportSweeper:
    """The loop that deletes what was given up."""

    def __init__(self, imports: Imports) -> None:
        self._imports = imports
        self._given_up: set[UUID] = set()
        self._bell = Bell()

    async def give_up(self, import_id: UUID) -> None:
        """This import will not be finished: the campaign is free for another one."""
        self._given_up.add(import_id)
        with suppress(*TRANSIENT):
            await self._abandon(import_id)
        self._bell.ring()

    async def start(self) -> None:
        """Gives up whatever runs: before anything is served that is what an earlier process left."""
        await self._imports.abandon_old(0)

    async def run(self, stop: Stop) -> None:
        """Until told to stop."""
        await keep_on("import_sweeper", self._sweep, bell=self._bell, every_s=POLL_S, stop=stop)

    async def _sweep(self) -> None:
        await self._imports.abandon_old(STALE_S)
        for import_id in list(self._given_up):
            await self._abandon(import_id)
        if count := await self._imports.discard():
            logger.info("imports discarded", extra={"action": "imports_discarded", "imports": count})

    async def _abandon(self, import_id: UUID) -> None:
        await self._imports.abandon(import_id)
        self._given_up.discard(import_id)
