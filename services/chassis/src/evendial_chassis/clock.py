"""Where the time comes from: what depends on it is given a clock."""

import time
from datetime import UTC, datetime


class Clock:
    """This host's clocks."""

    def now(self) -> datetime:
        """The instant that it is, in UTC: what slots and deadlines are told in. It may be set."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some time in the past: for durations. Nobody sets it."""
        return time.monotonic()


HOST_CLOCK = Clock()
