"""When a campaign calls, in one line that people can read."""

from datetime import date, time

from evendial_contracts.campaigns import CampaignRules
from evendial_contracts.windows import Window, WindowZone

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def run_time(rules: CampaignRules) -> str:
    """For example "Mon-Fri 09:00-20:00, from 1 May 2026 (Europe/Berlin)"."""
    window = rules.window
    said = [f"{_days(window.weekdays)} {_hours(window)}", _dates(window), _closed(window)]
    return f"{', '.join(filter(None, said))} ({_zone(rules)}){_law(rules)}"


def _zone(rules: CampaignRules) -> str:
    match rules.window_zone:
        case WindowZone.CAMPAIGN:
            return rules.time_zone
        case WindowZone.NUMBER:
            return "the number's own time"
        case WindowZone.BOTH:
            return f"{rules.time_zone}, and the number's own time"


def _law(rules: CampaignRules) -> str:
    return f", within the hours of {rules.jurisdiction.id}" if rules.jurisdiction else ""


def _days(weekdays: tuple[int, ...]) -> str:
    if len(set(weekdays)) == len(DAYS):
        return "every day"
    runs: list[list[int]] = []
    for day in sorted(weekdays):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(_run(run) for run in runs)


def _run(run: list[int]) -> str:
    first, last = DAYS[run[0] - 1], DAYS[run[-1] - 1]
    if len(run) == 1:
        return first
    return f"{first}, {last}" if len(run) == 2 else f"{first}-{last}"


def _hours(window: Window) -> str:
    if window.start == window.stop:
        return "all day"
    hours = f"{wall(window.start)}-{wall(window.stop)}"
    return hours if window.start < window.stop else f"{hours} of the next day"


def _dates(window: Window) -> str:
    first, last = window.first_day, window.last_day
    if first and last:
        return f"on {_day(first)}" if first == last else f"{_day(first)} to {_day(last)}"
    if first:
        return f"from {_day(first)}"
    return f"until {_day(last)}" if last else ""


def _closed(window: Window) -> str:
    count = len(window.closed_days)
    if count == 1:
        return f"closed on {_day(window.closed_days[0])}"
    return f"closed on {count} days" if count else ""


def wall(at: time) -> str:
    """Hours and minutes, and seconds where there are any."""
    return at.isoformat(timespec="seconds" if at.second else "minutes")


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
