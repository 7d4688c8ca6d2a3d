"""The loop that looks up where numbers are that were taken in by a version that did not."""

import logging

from evendial_chassis.run import Stop

from evendial_scheduler import zone_store
from evendial_scheduler.number_zones import zones_of
from evendial_scheduler.store import PASSING, Pool, transaction

logger = logging.getLogger(__name__)

SLICE = 500
EVERY_S = 0.1
AGAIN_S = 60.0


class ZoneFiller:
    """Until they are done they are not called where their own zone matters."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def run(self, stop: Stop) -> None:
        """Until told to stop: an older version may still be at work beside this one."""
        wait_s = 0.0
        while not await stop.pause(wait_s):
            try:
                wait_s = EVERY_S if await self.fill() else AGAIN_S
            except PASSING as error:
                logger.debug("fill failed", extra={"action": "fill_failed", "reason": repr(error)})
                wait_s = AGAIN_S

    async def fill(self) -> int:
        """Does a slice; returns how many numbers were in it."""
        async with transaction(self._pool) as connection:
            numbers = await zone_store.without(connection, SLICE)
            if not numbers:
                return 0
            zones = [zones_of(str(each.e164)) for each in numbers]
            ids = await zone_store.ids_of(connection, set(zones))
            await zone_store.fill(connection, numbers, [ids[each] for each in zones])
        return len(numbers)
