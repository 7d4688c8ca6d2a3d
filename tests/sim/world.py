"""Virtual time: one queue of what happens next in the whole simulated world, and one source of chance."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.sim.process import Process

EPOCH = datetime(2027, 6, 4, 11, 0, tzinfo=UTC)
"""What the true clock of the world, and of its database, shows at 0 s."""


class World:
    """Seconds since its beginning, and what is to happen when. Same seed, same world."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.now_s = 0.0
        self.steps = 0
        self.random = Random(seed)
        self.processes: list[Process] = []
        self.trace: list[tuple[float, str, str]] = []
        self._agenda: list[tuple[float, int, Callable[[], object]]] = []
        self._order = count()
        self._digest = hashlib.sha256()

    @property
    def now(self) -> datetime:
        """The true time."""
        return instant(self.now_s)

    @property
    def digest(self) -> str:
        """Of all that was noted: equal for equal runs."""
        return self._digest.hexdigest()

    def note(self, kind: str, text: str) -> None:
        """One line of the trace."""
        self.trace.append((self.now_s, kind, text))
        self._digest.update(f"{self.now_s:.6f} {kind} {text}\n".encode())

    def after(self, delay_s: float, act: Callable[[], object]) -> None:
        """Something happens outside of all processes: a message arrives, a fault strikes."""
        heappush(self._agenda, (self.now_s + max(0.0, delay_s), next(self._order), act))

    def chance(self, probability: float) -> bool:
        """Whether it happens this time."""
        return self.random.random() < probability

    def between(self, least: float, most: float) -> float:
        """Some amount."""
        return self.random.uniform(least, most)

    def run(self, until_s: float, done: Callable[[], bool] = lambda: False) -> None:
        """Lets things happen in the order of their time, until then, or until `done`: asked each second."""
        look_s = self.now_s + 1
        while True:
            at_s, process = self._next()
            if at_s > until_s:
                self.now_s = until_s
                return
            if at_s >= look_s:
                look_s = at_s + 1
                if done():
                    return
            self.now_s = max(self.now_s, at_s)
            self.steps += 1
            if process is not None:
                process.turn()
            else:
                heappop(self._agenda)[2]()

    def _next(self) -> "tuple[float, Process | None]":
        """What is next: the agenda goes before processes, those in the order of their birth."""
        at_s = self._agenda[0][0] if self._agenda else float("inf")
        found: Process | None = None
        for process in self.processes:
            if process.wakes_s < at_s:
                at_s, found = process.wakes_s, process
        return at_s, found


def instant(at_s: float) -> datetime:
    """Seconds of the world as true time, to the microsecond."""
    return EPOCH + timedelta(microseconds=round(at_s * 1_000_000))


def seconds(at: datetime) -> float:
    """The other way round."""
    return (at - EPOCH) / timedelta(seconds=1)
