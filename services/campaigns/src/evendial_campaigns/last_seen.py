"""When a key or a session was last used, written beside the request and at most once a minute each."""

import asyncio
import logging
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
from evendial_chassis.database import TRANSIENT

logger = logging.getLogger(__name__)

GRAIN = timedelta(minutes=1)


class LastSeen:
    """Writes with one statement that takes an id and a time."""

    def __init__(self, pool: asyncpg.Pool, statement: str) -> None:
        self._pool = pool
        self._statement = statement
        self._writing: dict[UUID, asyncio.Task[None]] = {}

    def note(self, id: UUID, before: datetime | None, now: datetime) -> None:
        """It was used; nobody waits for this to be stored."""
        if id in self._writing or (before is not None and now - before < GRAIN):
            return
        self._writing[id] = asyncio.create_task(self._write(id, now))

    async def _write(self, id: UUID, now: datetime) -> None:
        try:
            await self._pool.execute(self._statement, id, now)
        except TRANSIENT as error:
            logger.debug("not noted", extra={"action": "last_seen_not_noted", "reason": repr(error)})
        finally:
            del self._writing[id]
