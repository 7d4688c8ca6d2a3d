"""How many calls a second a trunk is given: halved when it has no room, then slowly more again.

Additive increase, multiplicative decrease: what TCP does to a line of unknown width (RFC 5681 §3.1), with its
slow start after a standstill. The pace follows from the last thing that went wrong, so nothing has to run.
"""

from datetime import datetime, timedelta
from math import ceil, log2

import msgspec

DOUBLES_EVERY = timedelta(seconds=5)
RISES_EVERY = timedelta(seconds=10)
HALVES_EVERY = timedelta(seconds=5)
"""One shortage makes many calls fail: it is answered once."""
RESUMES_AT = 1.0
FLOOR = 0.2
"""One call in five seconds: enough to find out."""


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """Calls a second: `start` at `since`, doubled up to `reach`, from there on one more each 10 s.

    `before` is what was given when it was halved; None when it was not.
    """

    start: float
    reach: float
    since: datetime
    before: float | None = None


def given(pace: Pace | None, set_rate: float, now: datetime) -> float:
    """What the trunk may be given at this time; None is a pace that nothing limits."""
    if pace is None:
        return set_rate
    elapsed, steps = now - pace.since, _doublings(pace)
    if elapsed < steps * DOUBLES_EVERY:
        return min(set_rate, pace.start * 2.0 ** (elapsed // DOUBLES_EVERY))
    return min(set_rate, pace.reach + (elapsed - steps * DOUBLES_EVERY) // RISES_EVERY)


def full_at(pace: Pace, set_rate: float) -> datetime:
    """When the set rate is given again, if nothing else goes wrong."""
    if set_rate <= pace.reach:
        return pace.since + max(0, ceil(log2(set_rate / pace.start))) * DOUBLES_EVERY
    return pace.since + _doublings(pace) * DOUBLES_EVERY + ceil(set_rate - pace.reach) * RISES_EVERY


def halved(pace: Pace | None, set_rate: float, now: datetime) -> Pace:
    """After a call found no room; the same pace where that has just been answered."""
    if pace and pace.before is not None and now < pace.since + HALVES_EVERY:
        return pace
    before = given(pace, set_rate, now)
    less = half(before, set_rate)
    return Pace(start=less, reach=less, since=now, before=before)


def half(rate: float, set_rate: float) -> float:
    """Half of it, but never nothing."""
    return max(min(FLOOR, set_rate), rate / 2)


def resumed(reach: float, set_rate: float, now: datetime) -> Pace:
    """After a standstill: from one call a second up to what was given before it."""
    return Pace(start=min(RESUMES_AT, reach, set_rate), reach=reach, since=now)


def before_trouble(pace: Pace | None, set_rate: float, now: datetime) -> float:
    """What was given before the failures of this moment: they may have halved it already."""
    if pace and pace.before is not None and now < pace.since + HALVES_EVERY:
        return pace.before
    if pace:
        return max(given(pace, set_rate, now), min(pace.reach, set_rate))
    return set_rate


def _doublings(pace: Pace) -> int:
    return max(0, ceil(log2(pace.reach / pace.start)))
