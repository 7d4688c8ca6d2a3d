"""Calls functions at instants of the wall clock: never early, and without asyncio's millisecond."""

import asyncio
import itertools
import logging
import os
import time
from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush

from evendial_chassis.clock import HOST_CLOCK, Clock

from evendial_originator import timerfd

logger = logging.getLogger(__name__)

Due = tuple[int, int, Callable[[], None]]


class SlotTimer:
    """A heap of deadlines before one descriptor that the event loop watches."""

    def __init__(self, clock: Clock = HOST_CLOCK) -> None:
        self._clock = clock
        self._due: list[Due] = []
        self._order = itertools.count()
        self._loop = asyncio.get_running_loop()
        self._fallback: asyncio.TimerHandle | None = None
        self._descriptor = self._open()

    def at(self, when: datetime, function: Callable[[], None]) -> None:
        """Calls `function` from the event loop once the wall clock shows `when` (UTC), at once if it does."""
        when_ns = nanoseconds(when)
        heappush(self._due, (when_ns, next(self._order), function))
        if self._due[0][0] == when_ns:
            self._arm()

    def close(self) -> None:
        """Forgets what is not due yet."""
        self._due.clear()
        if self._fallback:
            self._fallback.cancel()
        if self._descriptor is not None:
            self._loop.remove_reader(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = None

    def _open(self) -> int | None:
        try:
            descriptor = timerfd.create()
        except OSError as error:
            logger.warning(
                "no timerfd: slots are met to 1 ms", extra={"action": "timer_fallback", "reason": str(error)}
            )
            return None
        self._loop.add_reader(descriptor, self._expired, descriptor)
        return descriptor

    def _expired(self, descriptor: int) -> None:
        timerfd.clear(descriptor)
        self._run_due()

    def _run_due(self) -> None:
        while self._due and self._due[0][0] <= self._now_ns():
            _, _, function = heappop(self._due)
            try:
                function()
            except Exception:
                logger.exception("timed call failed", extra={"action": "timed_call_failed"})
        if self._due:
            self._arm()

    def _arm(self) -> None:
        when_ns = self._due[0][0]
        if self._descriptor is not None:
            timerfd.set_at(self._descriptor, max(when_ns - self._clock.moved_ns(), 1))
            return
        if self._fallback:
            self._fallback.cancel()
        wait_s = max(0.0, (when_ns - self._now_ns()) / timerfd.NS)
        self._fallback = self._loop.call_later(wait_s, self._run_due)

    def _now_ns(self) -> int:
        return time.time_ns() + self._clock.moved_ns()


def nanoseconds(when: datetime) -> int:
    """Unix time in whole nanoseconds, without the rounding of a float."""
    whole = int(when.replace(microsecond=0).timestamp())
    return whole * timerfd.NS + when.microsecond * 1000
