"""When a window is open, worked out from the rule alone: what the clock on the wall shows, minute by minute.

Windows of these runs begin and end at whole minutes, and so do the changes of all clocks today.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from evendial_contracts.windows import Window

from tests.oracle.log import SECOND_US

_DAY = timedelta(days=1)


def is_open(window: Window, zone: str, at_us: int) -> bool:
    """Whether the clock on that wall shows a time within it."""
    shown = datetime.fromtimestamp(at_us // SECOND_US, ZoneInfo(zone))
    today, minute = shown.date(), 60 * shown.hour + shown.minute
    if today in window.closed_days:
        return False
    start = 60 * window.start.hour + window.start.minute
    stop = 60 * window.stop.hour + window.stop.minute
    if start == stop:
        begun = today
    elif start < stop:
        if not start <= minute < stop:
            return False
        begun = today
    elif minute >= start:
        begun = today
    elif minute < stop:
        begun = today - _DAY
    else:
        return False
    if begun in window.closed_days or begun.isoweekday() not in window.weekdays:
        return False
    return not (
        (window.first_day and begun < window.first_day) or (window.last_day and begun > window.last_day)
    )
