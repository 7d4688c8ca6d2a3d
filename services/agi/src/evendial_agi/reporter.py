"""The loop that stores what calls report, so that no callee waits for the database."""

import asyncio
import logging

import asyncpg
from evendial_chassis.database import TRANSIENT
from evendial_chassis.outbox import Relay
from evendial_chassis.run import Stop

from evendial_agi.served import Report, Served

logger = logging.getLogger(__name__)

BATCH = 200
RETRY_S = 0.5
GATHER_S = 0.05
"""Reports of many calls are stored together: one by one they would cost more than the calls."""


class Reporter:
    """Reports in memory until they are stored. Few at most: without a database no new call is let in."""

    def __init__(self, served: Served, relay: Relay) -> None:
        self._served = served
        self._relay = relay
        self._queue: asyncio.Queue[Report] = asyncio.Queue()

    def report(self, report: Report) -> None:
        """Takes it at once."""
        self._queue.put_nowait(report)

    async def run(self, stop: Stop) -> None:
        """Until told to stop; `flush` first."""
        storing = asyncio.create_task(self._store_all())
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({storing, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            storing.cancel()
            stopping.cancel()
        if storing.done():
            storing.result()

    async def flush(self, deadline_s: float) -> None:
        """Waits until all is stored. Raises TimeoutError; calls without a stored end end as interrupted."""
        await asyncio.wait_for(self._queue.join(), deadline_s)

    async def _store_all(self) -> None:
        while True:
            batch = [await self._queue.get()]
            await asyncio.sleep(GATHER_S)
            while not self._queue.empty() and len(batch) < BATCH:
                batch.append(self._queue.get_nowait())
            await self._store(batch)
            for _ in batch:
                self._queue.task_done()

    async def _store(self, batch: list[Report]) -> None:
        warned = False
        while True:
            try:
                await self._served.record(batch)
                self._relay.wake()
                return
            except TRANSIENT as error:
                if not warned:
                    logger.warning(
                        "waiting", extra={"action": "waiting", "part": "reporter", "reason": repr(error)}
                    )
                warned = True
                await asyncio.sleep(RETRY_S)
            except asyncpg.PostgresError:
                logger.exception("reports lost", extra={"action": "reports_lost", "reports": len(batch)})
                return
