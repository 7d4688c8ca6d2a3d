"""Where the time comes from: the one place that asks for it."""

from collections.abc import Callable
from datetime import datetime

from evendial_chassis.clock import HOST_CLOCK

Clock = Callable[[], datetime]
"""Answers with the instant that it is now, in UTC; tests pass one of their own."""


def utc_now() -> datetime:
    """This host's clock."""
    return HOST_CLOCK.now()
