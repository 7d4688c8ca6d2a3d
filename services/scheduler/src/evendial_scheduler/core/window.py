"""When a campaign may call: wall time in its zone, by converting the instant, never by adding 24 hours.

So clocks that are put forward or back need no rule of their own: an hour that is skipped is never open, an
hour that comes twice is open twice.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from evendial_contracts.campaigns import Window

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)

_DAY = timedelta(days=1)
_HALF_DAY = timedelta(hours=12)
_SECOND = timedelta(seconds=1)


class Stretch(msgspec.Struct, frozen=True):
    """From `opens` on calls may start, until just before `closes`; None = not before the end looked at."""

    opens: datetime
    closes: datetime | None


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """An IANA zone (tzdata). Raises ValueError for a name it does not hold."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"time_zone {name!r} is not in the IANA time zone database") from error


def open_at(window: Window, zone: ZoneInfo, at: datetime) -> bool:
    """Whether a call may start at this instant."""
    local = at.astimezone(zone)
    day, wall = local.date(), local.time()
    if window.start == window.stop:
        return _starts_on(window, day)
    if window.start < window.stop:
        return window.start <= wall < window.stop and _starts_on(window, day)
    if wall >= window.start:
        return _starts_on(window, day)
    return wall < window.stop and _starts_on(window, day - _DAY)


def closes_at(window: Window, zone: ZoneInfo, at: datetime, until: datetime) -> datetime | None:
    """The first instant after `at`, where it is open, from which it is closed; None if not by `until`."""
    return _changes_at(window, zone, at, until, to_open=False)


def first_open(window: Window, zone: ZoneInfo, start: datetime, until: datetime) -> Stretch | None:
    """The first stretch of [start, until) in which calls may start, if there is one."""
    if window.start == window.stop and _starts_every_day(window):
        return Stretch(start, None)
    opens = start if open_at(window, zone, start) else _changes_at(window, zone, start, until, to_open=True)
    if opens is None or opens >= until:
        return None
    return Stretch(opens, closes_at(window, zone, opens, until))


def _starts_on(window: Window, day: date) -> bool:
    return (
        day.isoweekday() in window.weekdays
        and (window.first_day is None or day >= window.first_day)
        and (window.last_day is None or day <= window.last_day)
    )


def _starts_every_day(window: Window) -> bool:
    return set(window.weekdays) >= set(EVERY_DAY) and window.first_day is None and window.last_day is None


def _changes_at(
    window: Window, zone: ZoneInfo, after: datetime, until: datetime, *, to_open: bool
) -> datetime | None:
    edges = {*_wall_edges(window, zone, after, until), *_clock_changes(zone, after, until)}
    later = sorted(edge for edge in edges if after < edge <= until)
    return next((edge for edge in later if open_at(window, zone, edge) is to_open), None)


def _wall_edges(window: Window, zone: ZoneInfo, after: datetime, until: datetime) -> Iterator[datetime]:
    """Each instant at which a wall clock may show a boundary: both, where the hour comes twice."""
    days = after.astimezone(zone).date(), until.astimezone(zone).date()
    day = min(days) - _DAY
    while day <= max(days) + _DAY:
        for wall in {time.min, window.start, window.stop}:
            for fold in (0, 1):
                yield datetime.combine(day, wall, zone).replace(fold=fold).astimezone(UTC)
        day += _DAY


def _clock_changes(zone: ZoneInfo, after: datetime, until: datetime) -> Iterator[datetime]:
    """The instants at which the zone's clocks are changed: whole seconds, and never two in half a day."""
    start = after.astimezone(UTC).replace(microsecond=0)
    while start < until:
        end = min(start + _HALF_DAY, until.astimezone(UTC).replace(microsecond=0) + _SECOND)
        if start.astimezone(zone).utcoffset() != end.astimezone(zone).utcoffset():
            yield _clock_change(zone, start, end)
        start = end


def _clock_change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    offset = before.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + ((after - before) // 2 // _SECOND) * _SECOND
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
