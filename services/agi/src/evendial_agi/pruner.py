"""The loop that forgets calls of days past."""

import logging

from evendial_chassis.database import TRANSIENT
from evendial_chassis.run import Stop

from evendial_agi.served import Served

logger = logging.getLogger(__name__)

INTERVAL_S = 3600.0


async def prune_hourly(served: Served, stop: Stop) -> None:
    """Until told to stop."""
    while not stop.requested:
        try:
            await served.prune()
        except TRANSIENT as error:
            logger.warning("not pruned", extra={"action": "prune_failed", "reason": repr(error)})
        await stop.pause(INTERVAL_S)
