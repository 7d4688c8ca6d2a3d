"""What must be open for a call (docs/windows.md): its campaign's window and law, and in whose time."""

from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from evendial_contracts.campaigns import CampaignRules
from evendial_contracts.windows import Jurisdiction, JurisdictionVersion, UnknownZone, WindowZone

from tests.oracle.log import HOUR_US, MINUTE_US, SECOND_US
from tests.oracle.places import Zones
from tests.oracle.wall import is_open

NEVER = 10**18
LOOKS_AHEAD_US = 36 * HOUR_US


def goes_by_place(rules: CampaignRules) -> bool:
    """Whether it matters where a number is."""
    law = rules.jurisdiction
    return rules.window_zone != WindowZone.CAMPAIGN or bool(law and law.zone != WindowZone.CAMPAIGN)


def is_left_out(rules: CampaignRules, zones: Zones) -> bool:
    """Whether a number is not called because nobody knows where it is."""
    return goes_by_place(rules) and not zones and rules.unknown_zone == UnknownZone.SKIP


def may_ring(rules: CampaignRules, zones: Zones, at_us: int) -> bool:
    """Whether a call to a number in one of these zones may start at this instant."""
    if is_left_out(rules, zones):
        return False
    there = zones or (rules.time_zone,)
    if not all(is_open(rules.window, zone, at_us) for zone in _zones(rules.window_zone, rules, there)):
        return False
    law = rules.jurisdiction
    return law is None or all(_lawful(law, zone, at_us) for zone in _zones(law.zone, rules, there))


def _zones(whose: WindowZone, rules: CampaignRules, there: Zones) -> Zones:
    here = (rules.time_zone,)
    return {WindowZone.CAMPAIGN: here, WindowZone.NUMBER: there, WindowZone.BOTH: here + there}[whose]


def _lawful(law: Jurisdiction, zone: str, at_us: int) -> bool:
    """The version of the day holds there; of days without one the law says nothing."""
    today = datetime.fromtimestamp(at_us // SECOND_US, UTC).astimezone(ZoneInfo(zone)).date()
    version = _version(law, today)
    return version is None or any(is_open(window, zone, at_us) for window in version.windows)


@lru_cache(maxsize=10_000)
def _version(law: Jurisdiction, today: date) -> JurisdictionVersion | None:
    for version in law.versions:
        if version.effective_from <= today and (
            version.effective_until is None or today <= version.effective_until
        ):
            return version
    return None


class Hours:
    """Looks ahead minute by minute, and remembers what it has looked up."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, Zones], _Known] = {}

    def next_open(self, rules: CampaignRules, zones: Zones, at_us: int) -> int:
        """The first instant from then on at which a call may start; NEVER if not within a day and a half."""
        known = self._of(rules, zones)
        since_us, until_us = known.closed
        if not since_us <= at_us <= until_us:
            since_us, until_us = at_us, at_us
        if at_us == until_us and known.is_open(at_us // MINUTE_US):
            return at_us
        while until_us < at_us + LOOKS_AHEAD_US and not known.is_open(until_us // MINUTE_US):
            until_us = (until_us // MINUTE_US + 1) * MINUTE_US
        known.closed = since_us, until_us
        return until_us if until_us < at_us + LOOKS_AHEAD_US else NEVER

    def is_open(self, rules: CampaignRules, zones: Zones, at_us: int) -> bool:
        """Whether calls may start at this instant."""
        return self._of(rules, zones).is_open(at_us // MINUTE_US)

    def open_from_to(self, rules: CampaignRules, zones: Zones, from_us: int, until_us: int) -> bool:
        """Whether calls may start in every minute of it."""
        known = self._of(rules, zones)
        return all(known.is_open(minute) for minute in range(from_us // MINUTE_US, until_us // MINUTE_US + 1))

    def _of(self, rules: CampaignRules, zones: Zones) -> "_Known":
        return self._known.setdefault((id(rules), zones), _Known(rules, zones))


class _Known:
    """What is known of these rules, which it keeps, and these zones; `closed` in between."""

    def __init__(self, rules: CampaignRules, zones: Zones) -> None:
        self._rules = rules
        self._zones = zones
        self._minutes: dict[int, bool] = {}
        self.closed = (0, 0)

    def is_open(self, minute: int) -> bool:
        """Whether calls may start in this minute."""
        if minute not in self._minutes:
            self._minutes[minute] = may_ring(self._rules, self._zones, minute * MINUTE_US)
        return self._minutes[minute]
