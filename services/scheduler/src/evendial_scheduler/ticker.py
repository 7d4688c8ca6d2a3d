"""The loop that plans: each interval, and at once when something may be planned that was not before."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

from evendial_chassis.metrics import Counter, Histogram
from evendial_chassis.run import Stop

from evendial_scheduler.campaign_store import pools_of_active
from evendial_scheduler.exhaustion_store import announce_exhausted
from evendial_scheduler.planner import Planned, Planner
from evendial_scheduler.store import PASSING, Pool, transaction

logger = logging.getLogger(__name__)

orders_made = Counter("evendial_scheduler_orders", "Dial commands ordered, by pool.", ["pool"])
tick_seconds = Histogram("evendial_scheduler_tick_seconds", "How long planning all pools took.")


class Ticker:
    """Plans every pool that has active campaigns and a live originator."""

    def __init__(self, pool: Pool, planner: Planner, interval_s: float, stored: Callable[[], None]) -> None:
        self._pool = pool
        self._planner = planner
        self._interval_s = interval_s
        self._stored = stored
        self._woken = asyncio.Event()
        self._dry: frozenset[UUID] = frozenset()
        self._blocked: set[str] = set()
        self._trouble: str | None = "no plan yet"

    def wake(self) -> None:
        """Something may be planned that was not before: do not wait for the interval."""
        self._woken.set()

    def numbers_came(self, campaigns: set[UUID]) -> None:
        """Numbers of these campaigns may be called now: wakes if one of them had run dry."""
        if not self._dry.isdisjoint(campaigns):
            self.wake()

    def trouble(self) -> str | None:
        """A health part: why the last plan failed."""
        return self._trouble

    async def run(self, alive: Callable[[str], bool], stop: Stop) -> None:
        """Until told to stop; `alive` says which pools have an originator. A failed tick is not made up."""
        loop = asyncio.get_running_loop()
        stopping = asyncio.ensure_future(stop.wait())
        stopping.add_done_callback(lambda _: self.wake())
        while not stop.requested:
            next_at = loop.time() + self._interval_s
            woken = self._woken.is_set()
            self._woken.clear()
            await self._try(alive, woken)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), next_at - loop.time())
        stopping.cancel()

    async def _try(self, alive: Callable[[str], bool], woken: bool) -> None:
        try:
            with tick_seconds.time():
                await self.tick(alive, woken)
        except PASSING as error:
            self._failed(f"waiting for the database: {error!r}")
        except Exception as error:
            self._failed(repr(error))
            logger.exception("plan failed", extra={"action": "plan_failed"})
        else:
            self._trouble = None

    def _failed(self, reason: str) -> None:
        if self._trouble is None:
            logger.warning("waiting", extra={"action": "waiting", "part": "planner", "reason": reason})
        self._trouble = reason

    async def tick(self, alive: Callable[[str], bool], woken: bool = False) -> None:
        """Plans once, and says which lists are exhausted. If it was `woken`, the first slots come first."""
        dry: frozenset[UUID] = frozenset()
        pools = await pools_of_active(self._pool)
        self._say_blocked({pool for pool in pools if not alive(pool)})
        if callable_now := [pool for pool in pools if alive(pool)]:
            if woken:
                _count(await self._planner.plan_first(*callable_now))
            planned = await self._planner.plan(*callable_now)
            _count(planned)
            dry = planned.dry
        self._dry = dry
        async with transaction(self._pool) as connection:
            exhausted = await announce_exhausted(connection)
        if exhausted:
            self._stored()

    def _say_blocked(self, blocked: set[str]) -> None:
        for pool in blocked - self._blocked:
            extra = {
                "action": "pool_blocked",
                "pool": pool,
                "reason": "no originator was heard in the last 3 s",
            }
            logger.warning("nothing is planned", extra=extra)
        for pool in self._blocked - blocked:
            logger.info("planning again", extra={"action": "pool_free", "pool": pool})
        self._blocked = blocked


def _count(planned: Planned) -> None:
    for pool, orders in planned.orders.items():
        orders_made.labels(pool).inc(orders)
