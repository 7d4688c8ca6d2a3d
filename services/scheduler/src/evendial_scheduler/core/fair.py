"""How many calls a second each campaign may expect of what all have to share: max-min fair by weight.

Whoever asks for less than its share gets all that it asks for, and what it leaves is shared by the others in
proportion to their weights (Bertsekas & Gallager, "Data Networks", 6.5.2).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import inf
from uuid import UUID

from evendial_scheduler.core.instants import SECOND_US
from evendial_scheduler.core.limits import EVERYTHING, Room
from evendial_scheduler.core.pacing import Line, Pace

Demand = tuple[float, int]
"""Calls a second that are asked for, and the weight of who asks."""


def level(demands: Iterable[Demand], capacity: float) -> float:
    """Calls a second for each unit of weight; infinite where there is enough for all."""
    waiting = sorted(demands, key=lambda each: each[0] / each[1])
    left, weights = capacity, sum(weight for _, weight in waiting)
    for rate, weight in waiting:
        if rate * weights >= left * weight * (1 + 1e-9):
            return left / weights
        left, weights = left - rate, weights - weight
    return inf


def fair_rates(paces: Sequence[Pace], lines: Iterable[Line], system: Line) -> dict[UUID, float]:
    """Calls a second for each campaign: no more than its own rate, its trunk and the system have for it."""
    gaps = {line.trunk_id: line.gap_us for line in lines}
    levels = {
        trunk: level([(_rate(each), each.weight) for each in those], SECOND_US / gaps[trunk])
        for trunk, those in by_trunk(paces).items()
    }
    expected = {pace.campaign_id: min(_rate(pace), levels[pace.trunk_id] * pace.weight) for pace in paces}
    if not system.gap_us:
        return expected
    asked = [(expected[pace.campaign_id], pace.weight) for pace in paces]
    lowest = level(asked, SECOND_US / system.gap_us)
    return {pace.campaign_id: min(expected[pace.campaign_id], lowest * pace.weight) for pace in paces}


def shares_of(
    paces: Sequence[Pace], rates: Mapping[UUID, float], short: Collection[UUID] = ()
) -> dict[UUID, float]:
    """What each counts among these: its weight, or less where it asks for less than its part by weight.

    So who has its part by weight counts the same in each plan, whoever else is there and however much there
    is. Of those that are `short` of room weight alone counts.
    """
    most = max((rates[pace.campaign_id] / pace.weight for pace in paces), default=1.0)
    return {
        pace.campaign_id: pace.weight if pace.campaign_id in short else rates[pace.campaign_id] / most
        for pace in paces
    }


def short_of_room(
    paces: Iterable[Pace], rates: Mapping[UUID, float], room: Room, horizon_us: int
) -> set[UUID]:
    """Those who share a ceiling that cannot take all the calls that they may expect before the horizon."""
    sharing: defaultdict[UUID, list[Pace]] = defaultdict(list)
    for pace in paces:
        for who in (pace.owner_id, pace.device_id, pace.trunk_id, EVERYTHING):
            if who in room:
                sharing[who].append(pace)
    return {
        pace.campaign_id
        for who, those in sharing.items()
        if sum(_calls(each, rates[each.campaign_id], horizon_us) for each in those) > room[who].left
        for pace in those
    }


def by_trunk(paces: Iterable[Pace]) -> Mapping[UUID, list[Pace]]:
    """Those who call through each trunk."""
    found: defaultdict[UUID, list[Pace]] = defaultdict(list)
    for pace in paces:
        found[pace.trunk_id].append(pace)
    return found


def _calls(pace: Pace, rate: float, horizon_us: int) -> int:
    """How many it would have before the horizon at this rate, but no more than it wants."""
    return min(pace.wanted_before(horizon_us), 1 + int(rate * (horizon_us - pace.opens_us) / SECOND_US))


def _rate(pace: Pace) -> float:
    return SECOND_US / pace.gap_us
