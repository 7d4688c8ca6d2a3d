"""Why numbers are not called now because of where they are."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from evendial_contracts.campaigns import CampaignRules
from evendial_contracts.reasons import Reason, ReasonCode

from evendial_scheduler.core.called_party import hours_of
from evendial_scheduler.core.hours import next_open
from evendial_scheduler.core.openings import Place

_NEVER = datetime.max.replace(tzinfo=UTC)


def by_zone(rules: CampaignRules, places: Iterable[Place], start: datetime) -> dict[int, Reason]:
    """The reason for each zone set of a list that is not open at `start`."""
    found = {place.zone_set: _closed(rules, place, start) for place in places}
    return {zone_set: reason for zone_set, reason in found.items() if reason}


def of_all(reasons: Mapping[int, Reason], places: Iterable[Place]) -> Reason | None:
    """The reason of the campaign, where no zone set of its list is open: the one that is over first."""
    sets = {place.zone_set for place in places}
    if not sets or sets - reasons.keys():
        return None
    return min(
        reasons.values(), key=lambda each: (each.code is ReasonCode.ZONE_UNKNOWN, each.until or _NEVER)
    )


def _closed(rules: CampaignRules, place: Place, start: datetime) -> Reason | None:
    hours = hours_of(rules, place.zones)
    if hours is None:
        return Reason(code=ReasonCode.ZONE_UNKNOWN)
    opens = next_open(hours, start)
    if opens == start:
        return None
    zone = place.zones[0] if place.zones else rules.time_zone
    return Reason(code=ReasonCode.ZONE_CLOSED, until=opens, time_zone=zone)
