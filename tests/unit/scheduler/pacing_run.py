"""Plays the scheduler's loop around the pure pacing: plans, and keeps the anchors as it does."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec
from evendial_scheduler.core.instants import SECOND_US
from evendial_scheduler.core.pacing import Line, Pace, Slot, campaign_gap_us, plan, trunk_gap_us

LEAD_US = 50_000
AHEAD_US = 2 * SECOND_US
TRUNK = UUID(int=1)
DEVICE = UUID(int=2)
OWNER = UUID(int=3)


def campaign_id(index: int) -> UUID:
    return UUID(int=1000 + index)


class Run:
    """Campaigns of the given rates on one trunk; `slots` are all that were planned."""

    def __init__(self, rates: Sequence[int], calls_per_second: int) -> None:
        self._gaps = {campaign_id(index): campaign_gap_us(rate) for index, rate in enumerate(rates)}
        self._trunk_gap = trunk_gap_us(calls_per_second)
        self._last: dict[UUID, int] = {}
        self._taken: tuple[int, ...] = ()
        self.slots: list[Slot] = []
        self.active = set(self._gaps)

    def plan_at(self, now: int) -> list[Slot]:
        """One plan; every slot finds a number."""
        start = now + LEAD_US
        paces = [self._pace(campaign, start) for campaign in sorted(self.active)]
        line = Line(trunk_id=TRUNK, gap_us=self._trunk_gap, taken_us=self._taken)
        slots = plan(paces, [line], {}, now + AHEAD_US)
        assert all(slot.at_us >= start for slot in slots), "a slot is too early"
        self._last |= {slot.campaign_id: slot.at_us for slot in slots}
        known = {*self._taken, *(slot.at_us for slot in slots)}
        self._taken = tuple(at for at in known if at > start - self._trunk_gap)
        self.slots += slots
        return slots

    def plan_each(self, instants: Iterable[int]) -> list[Slot]:
        """A plan at each of these; all slots so far."""
        for now in instants:
            self.plan_at(now)
        return self.slots

    def of(self, campaign: UUID) -> list[int]:
        """The slots of one campaign."""
        return [slot.at_us for slot in self.slots if slot.campaign_id == campaign]

    def _pace(self, campaign: UUID, start: int) -> Pace:
        return msgspec.structs.replace(
            pace(campaign, opens_us=start), gap_us=self._gaps[campaign], last_us=self._last.get(campaign)
        )


def pace(campaign: UUID, *, opens_us: int = 0, rate: int = 60, closes_us: int | None = None) -> Pace:
    """A campaign that has not called yet."""
    return Pace(
        campaign_id=campaign,
        owner_id=OWNER,
        device_id=DEVICE,
        trunk_id=TRUNK,
        gap_us=campaign_gap_us(rate),
        last_us=None,
        opens_us=opens_us,
        closes_us=closes_us,
    )


def line(calls_per_second: int = 1000, taken_us: tuple[int, ...] = ()) -> Line:
    """A trunk."""
    return Line(trunk_id=TRUNK, gap_us=trunk_gap_us(calls_per_second), taken_us=taken_us)
