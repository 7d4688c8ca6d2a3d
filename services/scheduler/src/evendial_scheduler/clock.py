"""Where the time comes from: what depends on it is given a clock."""

from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], datetime]
"""Answers with the instant that it is now, in UTC, or fails for a reason that passes."""
