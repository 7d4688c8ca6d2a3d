"""Where the time comes from: what depends on it is given a clock."""

import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

MOVED_BY_FILE = "EVENDIAL_TEST_CLOCK_FILE"
"""For fault tests alone: the wall clock of a process that has this variable is off by what the file says."""


class Clock:
    """This host's clocks."""

    def now(self) -> datetime:
        """The instant that it is, in UTC: what slots and deadlines are told in. It may be set."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some time in the past: for durations. Nobody sets it."""
        return time.monotonic()

    def moved_ns(self) -> int:
        """How far `now` is ahead of the host's wall clock, for what waits on that: nothing, as a rule."""
        return 0


class MovedClock(Clock):
    """A wall clock that somebody has set wrong: so many seconds ahead as the file says at the moment."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        return super().now() + timedelta(microseconds=self.moved_ns() // 1000)

    def moved_ns(self) -> int:
        try:
            return round(float(self._file.read_text()) * 1e9)
        except (FileNotFoundError, ValueError):
            return 0


def host_clock(environ: Mapping[str, str]) -> Clock:
    """The clock of this process."""
    file = environ.get(MOVED_BY_FILE)
    return MovedClock(Path(file)) if file else Clock()


HOST_CLOCK = host_clock(os.environ)
