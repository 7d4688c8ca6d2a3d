"""What the real services meet instead of the operating system and their servers: the whole list."""

import gc
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from unittest.mock import patch

from evendial_chassis import bus, clock, database
from evendial_originator import app as originator
from evendial_originator import line, outside
from evendial_scheduler import app as scheduler

from tests.sim import nats_client
from tests.sim.database import Database, Pool
from tests.sim.nats_client import Network
from tests.sim.process import current
from tests.sim.replays import acknowledged, last_seq, newest, replay
from tests.sim.world import World

MICROSECOND = 1e-6


class Timer:
    """`evendial_originator.timer.SlotTimer`: never early by the process' wall clock, late by a little."""

    def __init__(self) -> None:
        self._process = current()
        self._due: list[tuple[datetime, Callable[[], None]]] = []
        self._process.on_clock_set.append(self._arm)

    def at(self, when: datetime, function: Callable[[], None]) -> None:
        """Calls `function` once the wall clock shows `when`."""
        self._due.append((when, function))
        self._arm_for(when)

    def close(self) -> None:
        """Forgets what is not due yet."""
        self._due.clear()

    def _arm(self) -> None:
        for when, _ in self._due:
            self._arm_for(when)

    def _arm_for(self, when: datetime) -> None:
        at_s = max(self._process.world_s(when), self._process.world.now_s)
        self._process.loop.call_at(at_s + MICROSECOND, self._run_due)

    def _run_due(self) -> None:
        now = self._process.now()
        due = sorted((each for each in self._due if each[0] <= now), key=lambda each: each[0])
        self._due = [each for each in self._due if each[0] > now]
        for _, function in due:
            function()


class Failures(logging.Handler):
    """An exception that a service did not expect is a violation, even if it only logged it."""

    def __init__(self, world: World) -> None:
        super().__init__(logging.ERROR)
        self._world = world

    def emit(self, record: logging.LogRecord) -> None:
        """Notes errors that carry an exception, except what the database's absence explains."""
        if record.exc_info and not isinstance(record.exc_info[1], database.TRANSIENT):
            text = f"{current().name} logged {record.getMessage()}: {record.exc_info[1]!r}"
            self._world.note("violation", text)


async def _migrated(*_: object) -> int:
    return 0


@contextmanager
def surroundings(world: World, network: Network, databases: Mapping[str, Database]) -> Iterator[None]:
    """Around everything that a simulation does."""
    failures = Failures(world)
    root = logging.getLogger()
    with ExitStack() as stack:
        for target, name, value in (
            (clock.Clock, "now", lambda _: current().now()),
            (clock.Clock, "monotonic", lambda _: world.now_s),
            (os, "urandom", world.random.randbytes),
            (bus, "Client", nats_client.Client),
            (nats_client.Client, "network", network),
            (database, "PatientPool", Pool),
            (Pool, "databases", databases),
            (originator, "migrate", _migrated),
            (scheduler, "migrate", _migrated),
            (line, "SlotTimer", Timer),
            *((outside, each.__name__, each) for each in (replay, last_seq, acknowledged, newest)),
            (gc, "freeze", lambda: None),
        ):
            stack.enter_context(patch.object(target, name, value, create=True))
        level, root.level = root.level, logging.ERROR
        logging.disable(logging.WARNING)
        root.addHandler(failures)
        try:
            yield
        finally:
            root.removeHandler(failures)
            root.setLevel(level)
            logging.disable(logging.NOTSET)
