"""When calls may start where several windows must be open at once, each as wall time in a zone of its own."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise

import msgspec
from evendial_contracts.windows import Window

from evendial_scheduler.core import window
from evendial_scheduler.core.instants import instant, micros
from evendial_scheduler.core.window import zone_of

LOOKS_AHEAD = timedelta(days=400)
"""Beyond the last date that a window names it repeats itself: each week, and with the clocks each year."""

_DAY = timedelta(days=1)
_END = date(9990, 1, 1)

Span = tuple[int, int]
"""From an instant until just before another, in µs."""


class Hours(msgspec.Struct, frozen=True):
    """Open where one of the windows is, as wall time in this IANA zone."""

    windows: tuple[Window, ...]
    zone: str


class Stretch(msgspec.Struct, frozen=True):
    """From `opens` on calls may start, until just before `closes`; None = not before the end looked at."""

    opens: datetime
    closes: datetime | None


def open_at(hours: Sequence[Hours], at: datetime) -> bool:
    """Whether all of them are open at this instant."""
    return all(any(window.open_at(each, zone_of(one.zone), at) for each in one.windows) for one in hours)


def first_open(hours: Sequence[Hours], start: datetime, until: datetime) -> Stretch | None:
    """The first stretch of [start, until) in which all are open, if there is one."""
    start_us, until_us = micros(start), micros(until)
    found: Span | None = None
    for opens, closes in _spans(hours, start, until):
        if closes <= start_us or (found and opens > found[1]):
            continue
        found = (found[0] if found else max(opens, start_us), closes)
    if found is None or found[0] >= until_us:
        return None
    return Stretch(instant(found[0]), instant(found[1]) if found[1] <= until_us else None)


def next_open(hours: Sequence[Hours], at: datetime) -> datetime | None:
    """The first instant from `at` on at which all are open, however far ahead; None if there is none."""
    start, until = _worth_a_look(hours, at)
    for opens, closes in _spans(hours, start, until):
        if closes > micros(start):
            return max(instant(opens), start)
    return None


def _worth_a_look(hours: Sequence[Hours], at: datetime) -> tuple[datetime, datetime]:
    """From when until when they may be open, as far as the dates that their windows name tell."""
    each = [one.windows for one in hours]
    begin = [min((_within(w.first_day or date.min) for w in some), default=_END) for some in each]
    end = [max((_within(w.last_day or date.max) for w in some), default=date.min) for some in each]
    named = [day for some in each for w in some for day in (w.first_day, w.last_day, *w.closed_days) if day]
    start = max([at, *(_midnight(day) - 2 * _DAY for day in begin if day > date.min)])
    until = max([start, *(_midnight(_within(day)) for day in named)]) + LOOKS_AHEAD
    return start, min([until, *(_midnight(day) + 3 * _DAY for day in end)])


def _spans(hours: Sequence[Hours], start: datetime, until: datetime) -> Iterator[Span]:
    """Where all are open, cut at the midnights of UTC, from the day of `start` to that of `until`."""
    day, last = start.astimezone(UTC).date(), until.astimezone(UTC).date()
    while day <= last:
        spans: Sequence[Span] = [(micros(_midnight(day)), micros(_midnight(day + _DAY)))]
        for each in hours:
            spans = list(_common(spans, _open_on(each, day)))
        yield from spans
        day += _DAY


@lru_cache(maxsize=20_000)
def _open_on(hours: Hours, day: date) -> tuple[Span, ...]:
    """Where they are open on this day of UTC: asked again and again by each plan of the day."""
    zone, start, end = zone_of(hours.zone), _midnight(day), _midnight(day + _DAY)
    cuts = {edge for each in hours.windows for edge in window.edges(each, zone, start, end)}
    spans: list[Span] = []
    for opens, closes in pairwise([start, *sorted(cuts), end]):
        if not open_at([hours], opens):
            continue
        if spans and spans[-1][1] == micros(opens):
            opens = instant(spans.pop()[0])
        spans.append((micros(opens), micros(closes)))
    return tuple(spans)


def _common(some: Sequence[Span], others: Sequence[Span]) -> Iterator[Span]:
    for opens, closes in some:
        for other_opens, other_closes in others:
            if max(opens, other_opens) < min(closes, other_closes):
                yield max(opens, other_opens), min(closes, other_closes)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _within(day: date) -> date:
    """No later than dates can be reckoned from."""
    return min(day, _END)
