"""Which numbers of a list may be called at a slot, where that depends on the zones that they are in."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from math import inf

import msgspec
from evendial_contracts.campaigns import CampaignRules

from evendial_scheduler.core.called_party import hours_of
from evendial_scheduler.core.hours import Stretch, first_open
from evendial_scheduler.core.instants import instant, micros

_DAY = timedelta(days=1)

UNKNOWN = -1
"""The zone set of numbers whose zones are not known."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """The IANA zones, all of them, that some numbers of a list may be in; none: not known."""

    zone_set: int
    zones: tuple[str, ...]


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """From when until just before when numbers of a zone set may be called; None = not within a day."""

    zone_set: int
    opens_us: int
    closes_us: int | None


def openings_of(
    rules: CampaignRules, places: Iterable[Place], start: datetime, until: datetime
) -> tuple[Opening, ...]:
    """Those that open before `until`: what closes first comes first, for the others can wait.

    An end more than a day ahead is as good as none.
    """
    found = []
    for place in places:
        hours = hours_of(rules, place.zones)
        stretch = first_open(hours, start, start + _DAY) if hours else None
        if stretch and stretch.opens < until:
            closes = None if stretch.closes is None else micros(stretch.closes)
            found.append(Opening(zone_set=place.zone_set, opens_us=micros(stretch.opens), closes_us=closes))
    return tuple(sorted(found, key=lambda each: (_end(each), each.zone_set)))


def stretch_of(openings: Sequence[Opening]) -> Stretch | None:
    """The first stretch in which some of them are open."""
    begin = end = None
    for each in sorted(openings, key=lambda each: each.opens_us):
        if begin is None or end is None:
            begin, end = each.opens_us, _end(each)
        elif each.opens_us <= end:
            end = max(end, _end(each))
    if begin is None or end is None:
        return None
    return Stretch(instant(begin), None if end == inf else instant(int(end)))


def open_sets(openings: Sequence[Opening], at_us: int) -> tuple[int, ...]:
    """The zone sets that are open at this instant; what closes first comes first."""
    return tuple(each.zone_set for each in openings if each.opens_us <= at_us < _end(each))


def _end(opening: Opening) -> float:
    return inf if opening.closes_us is None else opening.closes_us
