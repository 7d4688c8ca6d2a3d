"""When the next calls start: evenly for each campaign, apart from each other on each trunk.

All times are whole microseconds since the Unix epoch, all gaps are rounded up, so no gap is ever a hair too
short. Nothing is made up: a slot that was missed moves its campaign's anchor with it.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush
from math import ceil
from uuid import UUID

import msgspec

from evendial_scheduler.core.instants import SECOND_US

MINUTE_US = 60 * SECOND_US
LATE_LEAST_US = 100_000
LATE_MOST_US = SECOND_US

Room = Mapping[UUID, int]
"""How many more calls a campaign, owner, device or trunk may be given now; who is not named has no limit."""

Turn = tuple[int, int, int, "Pace"]


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """An active campaign: its gap between calls, its last slot, and from when until when it may call."""

    campaign_id: UUID
    owner_id: UUID
    device_id: UUID
    trunk_id: UUID
    gap_us: int
    last_us: int | None
    opens_us: int
    closes_us: int | None

    def turn(self, last_us: int | None) -> Turn:
        """What the queue is ordered by: the earliest wanted slot first, then who was served longest ago."""
        served = 0 if last_us is None else last_us
        wanted = self.opens_us if last_us is None else max(self.opens_us, last_us + self.gap_us)
        return wanted, served, self.campaign_id.int, self


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A trunk: its gap between calls, and the slots given on it that a new one must keep clear of."""

    trunk_id: UUID
    gap_us: int
    taken_us: tuple[int, ...]


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """The instant at which a call of a campaign is to start, and the last one at which it still may.

    `closes_us` is the end of the window that it lies in.
    """

    campaign_id: UUID
    trunk_id: UUID
    at_us: int
    not_after_us: int
    closes_us: int | None = None


def campaign_gap_us(calls_per_minute: int) -> int:
    """The least time between two calls of a campaign: never more than the rate in any half-open minute."""
    return -(-MINUTE_US // calls_per_minute)


def trunk_gap_us(calls_per_second: float) -> int:
    """The least time between two calls on a trunk."""
    return ceil(SECOND_US / calls_per_second)


def not_after_us(at_us: int, gap_us: int, closes_us: int | None) -> int:
    """Half a gap after the slot, between 0.1 s and 1 s, and never beyond the window's end."""
    latest = at_us + min(max(gap_us // 2, LATE_LEAST_US), LATE_MOST_US)
    return latest if closes_us is None else min(latest, closes_us)


def plan(paces: Sequence[Pace], lines: Sequence[Line], room: Room, horizon_us: int) -> list[Slot]:
    """The slots of these campaigns before the horizon, earliest first, as far as there is room for calls."""
    left = dict(room)
    slots = [
        slot
        for line in lines
        for slot in _along(line, [p for p in paces if p.trunk_id == line.trunk_id], left, horizon_us)
    ]
    return sorted(slots, key=lambda slot: (slot.at_us, slot.trunk_id))


def _along(line: Line, paces: Sequence[Pace], left: dict[UUID, int], horizon_us: int) -> Iterator[Slot]:
    taken = sorted(line.taken_us)
    queue = [pace.turn(pace.last_us) for pace in paces]
    heapify(queue)
    free_us = 0  # wanted slots only ever grow, so nothing before the last given one is looked at again
    while queue:
        wanted, _, _, pace = heappop(queue)
        at = _next_free(taken, max(wanted, free_us), line.gap_us)
        if at >= horizon_us:
            return  # whoever wants a later slot finds none either
        if (pace.closes_us is not None and at >= pace.closes_us) or not _take_room(pace, left):
            continue
        free_us = at + line.gap_us
        heappush(queue, pace.turn(at))
        late = not_after_us(at, pace.gap_us, pace.closes_us)
        yield Slot(
            campaign_id=pace.campaign_id,
            trunk_id=line.trunk_id,
            at_us=at,
            not_after_us=late,
            closes_us=pace.closes_us,
        )


def _next_free(taken: Sequence[int], wanted: int, gap: int) -> int:
    """The first instant from `wanted` on that is a gap away from every taken one, before and after it."""
    at = wanted
    next_taken = bisect_right(taken, wanted - gap)
    while next_taken < len(taken) and taken[next_taken] < at + gap:
        at = taken[next_taken] + gap
        next_taken += 1
    return at


def _take_room(pace: Pace, left: dict[UUID, int]) -> bool:
    takers = (pace.campaign_id, pace.owner_id, pace.device_id, pace.trunk_id)
    limited = [who for who in takers if who in left]
    if any(left[who] <= 0 for who in limited):
        return False
    for who in limited:
        left[who] -= 1
    return True
