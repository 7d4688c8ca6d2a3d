"""How far apart calls are: evenly for each campaign, apart from each other on each trunk.

All times are whole microseconds since the Unix epoch, all gaps are rounded up, so no gap is ever a hair too
short.
"""

from math import ceil
from uuid import UUID

import msgspec

from evendial_scheduler.core.instants import SECOND_US
from evendial_scheduler.core.limits import Binding

MINUTE_US = 60 * SECOND_US
LATE_LEAST_US = 100_000
LATE_MOST_US = SECOND_US


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """An active campaign: its gap between calls, its last slot, and from when until when it may call.

    `served` is how far its share has brought it (core/shares.py).
    """

    campaign_id: UUID
    owner_id: UUID
    device_id: UUID
    trunk_id: UUID
    gap_us: int
    last_us: int | None
    opens_us: int
    closes_us: int | None
    weight: int = 1
    served: int | None = None

    def wanted_us(self, last_us: int | None) -> int:
        """The slot that it wants after this one."""
        return self.opens_us if last_us is None else max(self.opens_us, last_us + self.gap_us)

    def wanted_before(self, horizon_us: int) -> int:
        """How many slots it wants before then."""
        return max(0, -((self.wanted_us(self.last_us) - horizon_us) // self.gap_us))


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What calls go through one after another, a trunk or the whole system.

    `taken_us` are the slots given on it that a new one must keep clear of, in order; `bound` is what is said
    of who finds no slot on it; `served` as with a campaign; `clock` is what its campaigns share it by.
    """

    trunk_id: UUID
    gap_us: int
    taken_us: tuple[int, ...]
    bound: Binding
    served: int | None = None
    clock: int = 0


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """The instant at which a call of a campaign is to start, and the last one at which it still may.

    `closes_us` is the end of the window that it lies in; `zone_sets` are open at it, where that matters.
    `served` is how far it brings its campaign, `trunk_served` its trunk, and `clock` what is shared there.
    """

    campaign_id: UUID
    trunk_id: UUID
    at_us: int
    not_after_us: int
    closes_us: int | None = None
    served: int | None = None
    trunk_served: int | None = None
    clock: int = 0
    zone_sets: tuple[int, ...] | None = None


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
