"""The real scheduler - its planner, ticker, projector and feed - on tables in memory, as fast as it can."""

from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from evendial_contracts.message import Message
from evendial_contracts.numbers import NumbersChunk
from evendial_scheduler.core.room import System
from evendial_scheduler.feed import Feed
from evendial_scheduler.planner import Planner
from evendial_scheduler.projector import Projector
from evendial_scheduler.ticker import Ticker

from tests.oracle.log import SECOND_US, instant
from tests.oracle.tables import StillDatabase, Tables
from tests.sim.database import Pool


class Scheduler:
    """One that is told what time it is. A new process of it begins with `restart`."""

    def __init__(self, seed: int, interval_us: int, ceiling: System, say: Callable[[Message], None]) -> None:
        self._ceiling = ceiling
        self.interval_us = interval_us
        self._now_us = 0
        self._database = StillDatabase(seed)
        self.tables = Tables(self._database, say)
        self.restart()

    def restart(self) -> None:
        """What it knows is in its tables."""
        self.woken = False
        pool: Any = Pool.beside(self._database)
        interval_s = self.interval_us / SECOND_US
        planner = Planner(pool, self._clock, interval_s, _ignore, self._ceiling)
        self._ticker = Ticker(pool, planner, interval_s, _ignore)
        self._projector = Projector(pool, self._clock, self, _ignore)
        self._feed = Feed(pool, self._clock, self, _ignore)

    def wake(self) -> None:
        """Something may be planned that was not before."""
        self.woken = True

    def numbers_came(self, campaigns: set[Any]) -> None:
        """Whether one of these had run dry its ticker knows."""
        self._ticker.numbers_came(campaigns)
        self.woken = self.woken or self._ticker._woken.is_set()
        self._ticker._woken.clear()

    def tick(self, now_us: int) -> None:
        """Plans."""
        self._now_us = now_us
        woken, self.woken = self.woken, False
        _at_once(self._ticker.tick(lambda _: True, woken))

    def hear(self, now_us: int, messages: Sequence[Message]) -> None:
        """Events, all in one transaction."""
        self._now_us = now_us
        _at_once(self._projector.project(messages))

    def take_in(self, now_us: int, chunk: NumbersChunk) -> None:
        """A slice of a list."""
        self._now_us = now_us
        _at_once(self._feed.take_in([chunk]))

    def _clock(self) -> datetime:
        return instant(self._now_us)


def _at_once(act: Coroutine[Any, Any, None]) -> None:
    """Runs what waits for nothing, though it may pause for others."""
    with suppress(StopIteration):
        while True:
            assert act.send(None) is None, "the scheduler waited for something"


def _ignore() -> None:
    """The outbox needs no waking."""
