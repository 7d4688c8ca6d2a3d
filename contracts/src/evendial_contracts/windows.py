"""When calls may start: windows of wall time, whose wall time that is, and the hours that a law allows."""

from datetime import date, time
from enum import StrEnum

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


class WindowZone(StrEnum):
    """Whose wall time a window is: the `campaign`'s, the called `number`'s own, or `both`: open in each."""

    CAMPAIGN = "campaign"
    NUMBER = "number"
    BOTH = "both"


class UnknownZone(StrEnum):
    """A number whose own zone is needed and not known: `skip` it, or take the `campaign`'s for it."""

    SKIP = "skip"
    CAMPAIGN = "campaign"


class JurisdictionVersion(msgspec.Struct, frozen=True, kw_only=True):
    """The hours of a law as it stands from `effective_from` until the end of `effective_until`.

    Calls may start where one of `windows` is open. `source` is where that is written.
    """

    version: str
    source: str
    effective_from: date
    effective_until: date | None = None
    windows: tuple[Window, ...]


class Jurisdiction(msgspec.Struct, frozen=True, kw_only=True):
    """A law on calling hours, as data; `zone` is whose wall time its windows are.

    Of days that no version holds for it says nothing.
    """

    id: str
    title: str
    zone: WindowZone = WindowZone.NUMBER
    versions: tuple[JurisdictionVersion, ...]
