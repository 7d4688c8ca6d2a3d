"""Deleted campaigns: their lists, removed little by little."""

import logging

import asyncpg
from evendial_chassis.run import Stop

from evendial_campaigns import deletion_store
from evendial_campaigns.bell import Bell
from evendial_campaigns.rounds import keep_on

logger = logging.getLogger(__name__)

POLL_S = 5.0


class CampaignSweeper:
    """The loop that removes what is left of deleted campaigns; it goes on where a killed one was."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def run(self, stop: Stop) -> None:
        """Until told to stop."""
        await keep_on("campaign_sweeper", self.sweep, bell=Bell(), every_s=POLL_S, stop=stop)

    async def sweep(self) -> int:
        """Removes what may be removed now; returns of how many campaigns."""
        campaigns = await deletion_store.to_sweep(self._pool)
        for campaign_id in campaigns:
            await deletion_store.sweep(self._pool, campaign_id)
            logger.info("swept", extra={"action": "campaign_swept", "campaign_id": campaign_id})
        return len(campaigns)
