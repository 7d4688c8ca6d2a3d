"""When a campaign will be through its list, as far as that can be said."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo

import msgspec
from evendial_contracts.windows import Window

HORIZON_DAYS = 60
"""Nobody's rate stays the same for longer."""
RATE_OVER_S = 60

_DAY = timedelta(days=1)

NOT_ACTIVE = "The campaign is not active."
NOTHING_LEFT = "No number is left to be called."
NO_CALLS = f"No call was started in the last {RATE_OVER_S} s, so there is no rate to go by."
TOO_FAR = f"At this rate, in its window, it takes more than {HORIZON_DAYS} days."


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How far a campaign is and how fast. `started` counts the calls of the last `RATE_OVER_S` seconds."""

    active: bool
    numbers_left: int
    numbers_done: int
    calls_ended: int
    calls_each_max: int
    started: int


class Forecast(msgspec.Struct, frozen=True):
    """When it will be finished, or why that cannot be said."""

    finish_at: datetime | None
    reason: str | None = None


def forecast(pace: Pace, window: Window, zone: tzinfo, now: datetime) -> Forecast:
    """By the rate of now, the calls that a number took so far, and the hours in which calls may start."""
    if not pace.active:
        return Forecast(None, NOT_ACTIVE)
    if pace.numbers_left <= 0:
        return Forecast(None, NOTHING_LEFT)
    if pace.started <= 0:
        return Forecast(None, NO_CALLS)
    needed = timedelta(seconds=pace.numbers_left * _calls_each(pace) / pace.started * RATE_OVER_S)
    return finish_after(needed, window, zone, now)


def finish_after(needed: timedelta, window: Window, zone: tzinfo, now: datetime) -> Forecast:
    """When so much time in which calls may start will have passed."""
    for opens, closes in _stretches(window, zone, now):
        if needed <= closes - opens:
            return Forecast(opens + needed)
        needed -= closes - opens
    return Forecast(None, TOO_FAR)


def _calls_each(pace: Pace) -> float:
    if not pace.numbers_done:
        return 1.0
    return min(max(pace.calls_ended / pace.numbers_done, 1.0), float(pace.calls_each_max))


def _stretches(window: Window, zone: tzinfo, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The times in which calls may start, from now on."""
    today = now.astimezone(zone).date()
    for ahead in range(-1, HORIZON_DAYS):
        day = today + ahead * _DAY
        if _starts_on(window, day):
            opens = datetime.combine(day, window.start, zone).astimezone(UTC)
            last_day = day if window.start < window.stop else day + _DAY
            closes = datetime.combine(last_day, window.stop, zone).astimezone(UTC)
            if closes > now:
                yield max(opens, now), closes


def _starts_on(window: Window, day: date) -> bool:
    return (
        day.isoweekday() in window.weekdays
        and (window.first_day is None or day >= window.first_day)
        and (window.last_day is None or day <= window.last_day)
        and day not in window.closed_days
    )
