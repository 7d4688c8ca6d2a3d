"""When calls may start: windows of wall time."""

from datetime import date, time

import msgspec


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """When calls may start, as wall time in one zone or several.

    `start` = `stop` means all day; `start` > `stop` crosses midnight and belongs to the day it starts on.
    `weekdays` are ISO numbers, 1 = Monday. On `closed_days` no call starts at any time, and no window begins.
    """

    start: time = time(0, 0)
    stop: time = time(0, 0)
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)
    first_day: date | None = None
    last_day: date | None = None
    closed_days: tuple[date, ...] = ()
