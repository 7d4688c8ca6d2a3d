"""Whether this host's clock can be trusted: Postgres' clock is the one authority on time."""

import logging
from datetime import datetime, timedelta

import asyncpg

from evendial_chassis.clock import HOST_CLOCK, Clock
from evendial_chassis.database import TRANSIENT
from evendial_chassis.run import Stop

logger = logging.getLogger(__name__)

MOST_OFF = timedelta(milliseconds=500)
SLOWEST_ANSWER_S = 0.5
"""An answer that took longer does not say what time it is: half of it is the error."""
COMPARE_EVERY_S = 30.0
LOOK_AGAIN_S = 1.0
NOW = "select clock_timestamp()"


class ClockOff(OSError):
    """This host's clock is wrong, or was not compared yet. It passes, like a database that is away."""


class ClockWatch:
    """Remembers what the database's clock showed on a clock that nobody sets, so a jump is seen at once."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock = HOST_CLOCK) -> None:
        self._pool = pool
        self._clock = clock
        self._zero: datetime | None = None
        """What the database's clock showed when the monotonic one was at 0."""

    def now(self) -> datetime:
        """The instant that it is, in UTC. Raises `ClockOff` rather than to tell a wrong one."""
        if trouble := self.trouble():
            raise ClockOff(trouble)
        return self._clock.now()

    def trouble(self) -> str | None:
        """A health part: how far this host's clock is off."""
        if self._zero is None:
            return "the clock was not compared with the database's yet"
        off = self._clock.now() - self._zero - timedelta(seconds=self._clock.monotonic())
        if abs(off) <= MOST_OFF:
            return None
        return f"this host's clock is {off.total_seconds():+.1f} s off the database's"

    async def run(self, stop: Stop) -> None:
        """Until told to stop. Compares rarely while all is well, for both clocks are kept by NTP."""
        was_off = False
        while not stop.requested:
            await self.compare()
            trouble = self.trouble()
            if trouble and not was_off:
                logger.warning("waiting", extra={"action": "waiting", "part": "clock", "reason": trouble})
            was_off = trouble is not None
            if await self._pause(stop, LOOK_AGAIN_S if trouble else COMPARE_EVERY_S):
                return

    async def compare(self) -> None:
        """Asks the database once; without a quick answer what was known stands."""
        asked_at = self._clock.monotonic()
        try:
            told: datetime = await self._pool.fetchval(NOW)
        except TRANSIENT:
            return
        took_s = self._clock.monotonic() - asked_at
        if took_s <= SLOWEST_ANSWER_S:
            self._zero = told - timedelta(seconds=asked_at + took_s / 2)

    async def _pause(self, stop: Stop, seconds: float) -> bool:
        """Ends early when the clock jumps; true once the process is to end."""
        until = self._clock.monotonic() + seconds
        while (left_s := until - self._clock.monotonic()) > 0:
            if await stop.pause(min(left_s, LOOK_AGAIN_S)):
                return True
            if seconds > LOOK_AGAIN_S and self.trouble():
                return False
        return stop.requested
