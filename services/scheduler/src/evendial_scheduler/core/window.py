"""When a window is open: wall time in a zone, by converting the instant, never by adding 24 hours.

So clocks that are put forward or back need no rule of their own: an hour that is skipped is never open, an
hour that comes twice is open twice.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from evendial_contracts.windows import Window

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


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
    if day in window.closed_days:
        return False
    if window.start == window.stop:
        return _starts_on(window, day)
    if window.start < window.stop:
        return window.start <= wall < window.stop and _starts_on(window, day)
    if wall >= window.start:
        return _starts_on(window, day)
    return wall < window.stop and _starts_on(window, day - _DAY)


def edges(window: Window, zone: ZoneInfo, start: datetime, end: datetime) -> list[datetime]:
    """The instants of (start, end), in order, at which it may open or close; at no other does it."""
    found = {*_wall_edges(window, zone, start, end), *_clock_changes(zone, start, end)}
    return sorted(edge for edge in found if start < edge < end)


def _starts_on(window: Window, day: date) -> bool:
    return (
        day.isoweekday() in window.weekdays
        and (window.first_day is None or day >= window.first_day)
        and (window.last_day is None or day <= window.last_day)
        and day not in window.closed_days
    )


def _wall_edges(window: Window, zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """Each instant at which a wall clock may show a boundary: both, where the hour comes twice."""
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    while day <= last:
        for wall in {time.min, window.start, window.stop}:
            for fold in (0, 1):
                yield datetime.combine(day, wall, zone).replace(fold=fold).astimezone(UTC)
        day += _DAY


def _clock_changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """The instants at which the zone's clocks are changed: whole seconds, and never two within a day."""
    before = start.astimezone(UTC).replace(microsecond=0)
    while before < end:
        after = before + _DAY
        if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            yield _clock_change(zone, before, after)
        before = after


def _clock_change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    offset = before.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + ((after - before) // 2 // _SECOND) * _SECOND
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
