"""What the rules of a campaign may be."""

from unicodedata import category

import msgspec
from evendial_contracts.campaigns import CampaignRules
from evendial_contracts.resources import DeviceDefined
from evendial_contracts.windows import Window

from evendial_campaigns.core.rejected import invalid
from evendial_campaigns.core.retries import check_retries

NAME_MAX = 200
CLOSED_DAYS_MAX = 400

_CONTROLS = {"Cc", "Cs", "Zl", "Zp"}
_UNSEEN = _CONTROLS | {"Cf", "Zs"}
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Unicode's explicit directional formatting characters (UAX #9, 2)."""


class Bound(msgspec.Struct, frozen=True):
    """The least and the most that a field may be, both allowed."""

    field: str
    least: int
    most: int
    unit: str


BOUNDS = (
    Bound("calls_per_minute", 1, 30_000, "calls"),
    Bound("max_retries", 0, 1_000, "retries"),
    Bound("retry_delay_s", 0, 2_592_000, "seconds"),
    Bound("ring_timeout_s", 10, 600, "seconds"),
    Bound("max_call_s", 30, 14_400, "seconds"),
    Bound("max_concurrent_calls", 1, 100_000, "calls"),
    Bound("weight", 1, 100, "shares"),
)


def check(rules: CampaignRules, time_zones: frozenset[str], regions: frozenset[str]) -> None:
    """Raises `Rejected` for the first field that cannot be, whatever the device.

    `time_zones` are the names of the IANA database, `regions` the country codes (ISO 3166-1 alpha-2) whose
    numbering plans are known.
    """
    check_name(rules.name)
    if rules.time_zone not in time_zones:
        raise invalid("time_zone", 'must be a name of the IANA time zone database, such as "Europe/Berlin"')
    _check_window(rules.window)
    for bound in BOUNDS:
        _check_bound(bound, getattr(rules, bound.field))
    check_retries(rules)
    if rules.default_region is not None and rules.default_region not in regions:
        raise invalid("default_region", 'must be a country code (ISO 3166-1 alpha-2), such as "DE"')


def check_device(rules: CampaignRules, device: DeviceDefined | None) -> None:
    """Raises `Rejected` unless calls can be placed through it.

    `device` is what `rules.device_id` names, if the campaign's owner has such a device.
    """
    if rules.device_id is None:
        if rules.caller_id is not None:
            raise invalid("caller_id", "needs a device_id: a caller id is one of its device's")
        return
    if not is_there(device):
        raise invalid("device_id", "must be a device of the campaign's owner")
    if not may_show(rules.caller_id, device):
        raise invalid("caller_id", "must be one of the caller ids of the device")


def is_there(device: DeviceDefined | None) -> bool:
    """Whether calls can be placed through it."""
    return device is not None and not device.deleted


def may_show(caller_id: str | None, device: DeviceDefined | None) -> bool:
    """Whether calls through the device may carry this caller id; none at all is always allowed."""
    return caller_id is None or (device is not None and caller_id in device.caller_ids)


def check_name(name: str, field: str = "name") -> None:
    """Raises `Rejected` unless it is 1 to 200 characters of any script, of which one can be seen.

    What reorders, breaks or ends a line of text could pass for something else where it is read. Characters
    that this Python's Unicode tables do not have yet may be somebody's next alphabet: they are allowed.
    """
    if not 0 < len(name) <= NAME_MAX or not any(category(each) not in _UNSEEN for each in name):
        raise invalid(field, f"must be 1 to {NAME_MAX} characters that can be seen")
    if any(category(each) in _CONTROLS or each in _REORDERING for each in name):
        raise invalid(field, "must be one line of text without control characters")


def _check_window(window: Window) -> None:
    days = window.weekdays
    if not days or len(set(days)) != len(days) or not all(1 <= day <= 7 for day in days):
        raise invalid("window.weekdays", "must be one or more different days, 1 (Monday) to 7 (Sunday)")
    for field, wall in (("window.start", window.start), ("window.stop", window.stop)):
        if wall.tzinfo is not None:
            raise invalid(field, "must be wall time without an offset; the zone is in time_zone")
    if window.first_day and window.last_day and window.first_day > window.last_day:
        raise invalid("window.last_day", "must not be before window.first_day")
    closed = window.closed_days
    if len(closed) > CLOSED_DAYS_MAX or len(set(closed)) != len(closed):
        raise invalid("window.closed_days", f"must be different days, {CLOSED_DAYS_MAX} at most")


def _check_bound(bound: Bound, value: int | None) -> None:
    if value is not None and not bound.least <= value <= bound.most:
        raise invalid(bound.field, f"must be {bound.least} to {bound.most} {bound.unit}")
