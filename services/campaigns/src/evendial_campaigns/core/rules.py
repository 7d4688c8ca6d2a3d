"""What the rules of a campaign may be."""

import msgspec
from evendial_contracts.campaigns import CampaignRules, Window
from evendial_contracts.resources import DeviceDefined

from evendial_campaigns.core.rejected import invalid

NAME_MAX = 200


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
)


def check(rules: CampaignRules, device: DeviceDefined | None, time_zones: frozenset[str]) -> None:
    """Raises `Rejected` for the first field that cannot be.

    `device` is what `rules.device_id` names, if the campaign's owner has such a device; `time_zones` are the
    names of the IANA database.
    """
    check_name(rules.name)
    if rules.time_zone not in time_zones:
        raise invalid("time_zone", 'must be a name of the IANA time zone database, such as "Europe/Berlin"')
    _check_window(rules.window)
    for bound in BOUNDS:
        _check_bound(bound, getattr(rules, bound.field))
    _check_device(rules, device)


def check_name(name: str) -> None:
    """Raises `Rejected` unless it is 1 to 200 printable characters."""
    if not name.strip() or len(name) > NAME_MAX or not name.isprintable():
        raise invalid("name", f"must be 1 to {NAME_MAX} printable characters")


def _check_window(window: Window) -> None:
    days = window.weekdays
    if not days or len(set(days)) != len(days) or not all(1 <= day <= 7 for day in days):
        raise invalid("window.weekdays", "must be one or more different days, 1 (Monday) to 7 (Sunday)")
    for field, wall in (("window.start", window.start), ("window.stop", window.stop)):
        if wall.tzinfo is not None:
            raise invalid(field, "must be wall time without an offset; the zone is in time_zone")
    if window.first_day and window.last_day and window.first_day > window.last_day:
        raise invalid("window.last_day", "must not be before window.first_day")


def _check_bound(bound: Bound, value: int | None) -> None:
    if value is not None and not bound.least <= value <= bound.most:
        raise invalid(bound.field, f"must be {bound.least} to {bound.most} {bound.unit}")


def _check_device(rules: CampaignRules, device: DeviceDefined | None) -> None:
    if rules.device_id is None:
        if rules.caller_id is not None:
            raise invalid("caller_id", "needs a device_id: a caller id is one of its device's")
        return
    if device is None or device.deleted:
        raise invalid("device_id", "must be a device of the campaign's owner")
    if rules.caller_id is not None and rules.caller_id not in device.caller_ids:
        raise invalid("caller_id", "must be one of the caller ids of the device")
