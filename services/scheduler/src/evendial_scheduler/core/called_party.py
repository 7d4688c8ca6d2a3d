"""What must be open for a call: the campaign's window and its law's hours, here, there, or in both places."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from evendial_contracts.campaigns import CampaignRules
from evendial_contracts.windows import Jurisdiction, UnknownZone, Window, WindowZone
from msgspec.structs import replace

from evendial_scheduler.core.hours import Hours

_DAY = timedelta(days=1)


def judged_by_number(rules: CampaignRules) -> bool:
    """Whether when a number may be called depends on where it is."""
    law = rules.jurisdiction
    return rules.window_zone is not WindowZone.CAMPAIGN or (
        law is not None and law.zone is not WindowZone.CAMPAIGN
    )


def skips_unknown(rules: CampaignRules) -> bool:
    """Whether numbers are not called because their zone is not known."""
    return judged_by_number(rules) and rules.unknown_zone is UnknownZone.SKIP


def hours_of(rules: CampaignRules, zones: Sequence[str] = ()) -> tuple[Hours, ...] | None:
    """All that must be open for a call to a number in these zones; it may be in any of them.

    None: it is not called, because its zone is needed and not known.
    """
    if not zones and skips_unknown(rules):
        return None
    there = tuple(zones) or (rules.time_zone,)
    needed: list[tuple[tuple[Window, ...], WindowZone]] = [((rules.window,), rules.window_zone)]
    if rules.jurisdiction:
        needed.append((tuple(_law_windows(rules.jurisdiction)), rules.jurisdiction.zone))
    found = [Hours(windows, zone) for windows, whose in needed for zone in _zones(whose, rules, there)]
    return tuple(dict.fromkeys(found))


def _zones(whose: WindowZone, rules: CampaignRules, there: tuple[str, ...]) -> tuple[str, ...]:
    match whose:
        case WindowZone.CAMPAIGN:
            return (rules.time_zone,)
        case WindowZone.NUMBER:
            return there
        case WindowZone.BOTH:
            return (rules.time_zone, *there)


def _law_windows(law: Jurisdiction) -> Iterator[Window]:
    """Its windows while it holds, and no limit on the days on which it does not."""
    free_from = None
    for version in sorted(law.versions, key=lambda each: each.effective_from):
        first, last = version.effective_from, version.effective_until
        if free_from is None or free_from < first:
            yield Window(first_day=free_from, last_day=first - _DAY)
        for window in version.windows:
            yield replace(window, first_day=first, last_day=last)
        if last is None:
            return
        free_from = last + _DAY
    yield Window(first_day=free_from)
