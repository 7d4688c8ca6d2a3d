"""The loop that forgets attempts which no cap per person counts any more."""

import logging

import asyncpg
from evendial_chassis.database import TRANSIENT
from evendial_chassis.run import Stop

logger = logging.getLogger(__name__)

EVERY_S = 600.0
SLICE = 10_000

_PRUNE = """
delete from person_attempt where command_id = any(array(
    select command_id from person_attempt where kept_until < clock_timestamp() limit $1))
"""


class PersonAttempts:
    """The ledger's table of them, by its database's clock."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def run(self, stop: Stop) -> None:
        """Until told to stop."""
        while not await stop.pause(EVERY_S):
            try:
                await self.prune()
            except TRANSIENT as error:
                logger.debug("not pruned", extra={"action": "prune_failed", "reason": repr(error)})

    async def prune(self) -> None:
        """Forgets what is past, in short transactions."""
        while await self._pool.execute(_PRUNE, SLICE) == f"DELETE {SLICE}":
            pass
