"""Work that is done over and over, through every outage."""

import logging
from collections.abc import Awaitable, Callable

from evendial_chassis.database import TRANSIENT
from evendial_chassis.run import Stop

from evendial_campaigns.bell import Bell

logger = logging.getLogger(__name__)


async def keep_on(
    part: str, work: Callable[[], Awaitable[object]], *, bell: Bell, every_s: float, stop: Stop
) -> None:
    """Works when the bell rings and at least each `every_s`; an outage is said once, and waited out."""
    warned = False
    while not stop.requested:
        try:
            await work()
            warned = False
        except TRANSIENT as error:
            if not warned:
                logger.warning("waiting", extra={"action": "waiting", "part": part, "reason": repr(error)})
            warned = True
        await bell.wait(stop, every_s)
