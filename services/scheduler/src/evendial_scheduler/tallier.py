"""The loop that adds up how many numbers stand how, so that they are quickly told."""

import logging

from evendial_chassis.run import Stop

from evendial_scheduler import reason_store
from evendial_scheduler.store import PASSING, Pool, transaction

logger = logging.getLogger(__name__)


class Tallier:
    """Each 5 s; two schedulers may do it at once."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def run(self, stop: Stop) -> None:
        """Until told to stop."""
        while not await stop.pause(reason_store.FOLD_S):
            try:
                async with transaction(self._pool) as connection:
                    await reason_store.fold(connection)
            except PASSING as error:
                logger.debug("tally failed", extra={"action": "tally_failed", "reason": repr(error)})
