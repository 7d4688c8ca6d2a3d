"""How many calls a second each campaign may expect of what all have to share: max-min fair by weight.

Whoever asks for less than its share gets all that it asks for, and what it leaves is shared by the others in
proportion to their weights (Bertsekas & Gallager, "Data Networks", 6.5.2).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
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


def fair_rates(
    paces: Sequence[Pace], lines: Iterable[Line], room: Room, system: Line, horizon_us: int
) -> dict[UUID, float]:
    """Calls a second for each campaign: no more than its own rate, its trunk and the system have for it.

    Where there is not room for all the calls that are wanted before the horizon, weight alone counts.
    """
    gaps = {line.trunk_id: line.gap_us for line in lines}
    on_trunk: defaultdict[UUID, list[Pace]] = defaultdict(list)
    for pace in paces:
        on_trunk[pace.trunk_id].append(pace)
    levels = {
        trunk: level([(_rate(each), each.weight) for each in those], SECOND_US / gaps[trunk])
        for trunk, those in on_trunk.items()
    }
    expected = {pace.campaign_id: min(_rate(pace), levels[pace.trunk_id] * pace.weight) for pace in paces}
    lowest = dict.fromkeys(expected, inf)
    if system.gap_us:
        asked = [(expected[pace.campaign_id], pace.weight) for pace in paces]
        lowest = dict.fromkeys(expected, level(asked, SECOND_US / system.gap_us))
    for those in _without_room(paces, room, horizon_us):
        even = min(_rate(pace) / pace.weight for pace in those)
        for pace in those:
            lowest[pace.campaign_id] = min(lowest[pace.campaign_id], even)
    return {
        pace.campaign_id: min(expected[pace.campaign_id], lowest[pace.campaign_id] * pace.weight)
        for pace in paces
    }


def _without_room(paces: Iterable[Pace], room: Room, horizon_us: int) -> list[list[Pace]]:
    """Those who share a ceiling that cannot take all the calls they want before the horizon."""
    sharing: defaultdict[UUID, list[Pace]] = defaultdict(list)
    for pace in paces:
        for who in (pace.owner_id, pace.device_id, pace.trunk_id, EVERYTHING):
            if who in room:
                sharing[who].append(pace)
    return [
        those
        for who, those in sharing.items()
        if sum(pace.wanted_before(horizon_us) for pace in those) > room[who].left
    ]


def _rate(pace: Pace) -> float:
    return SECOND_US / pace.gap_us
