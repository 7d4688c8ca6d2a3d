"""Database work that must be done, however long the database is away."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from evendial_chassis.database import TRANSIENT

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

REPEAT_S = 0.25


async def persistently(what: str, work: Callable[[], Awaitable[Result]]) -> Result:
    """Repeats `work` while it fails for a reason that passes. It must be safe to do twice."""
    warned = False
    while True:
        try:
            return await work()
        except TRANSIENT as error:
            if not warned:
                extra = {"action": "waiting", "part": "postgres", "for": what, "reason": repr(error)}
                logger.warning("waiting", extra=extra)
            warned = True
            await asyncio.sleep(REPEAT_S)
