"""Plays the scheduler's loop around the pure pacing: plans, and keeps the anchors as it does."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec
from evendial_scheduler.core.instants import SECOND_US
from evendial_scheduler.core.limits import EVERYTHING, Binding, Limit, Room
from evendial_scheduler.core.pacing import Line, Pace, Slot, campaign_gap_us, trunk_gap_us
from evendial_scheduler.core.plan import UNLIMITED, plan

LEAD_US = 50_000
AHEAD_US = 2 * SECOND_US
TRUNK = UUID(int=1)
DEVICE = UUID(int=2)
OWNER = UUID(int=3)
BOUND = Binding(limit=Limit.TRUNK_RATE, of=TRUNK)
CEILING = Binding(limit=Limit.SYSTEM_RATE)


def campaign_id(index: int) -> UUID:
    return UUID(int=1000 + index)


class Run:
    """Campaigns of the given rates on one trunk; `slots` are all that were planned.

    What the scheduler keeps in its database is all that a plan learns of the one before it.
    """

    def __init__(
        self,
        rates: Sequence[int],
        calls_per_second: float,
        *,
        weights: Sequence[int] = (),
        trunks: Sequence[int] = (),
        ceiling: float | None = None,
    ) -> None:
        self.gaps = {campaign_id(index): campaign_gap_us(rate) for index, rate in enumerate(rates)}
        ids = list(self.gaps)
        self.weights = dict(zip(ids, weights or [1] * len(ids), strict=True))
        self._trunk_of = {each: trunk_id(n) for each, n in zip(ids, trunks or [0] * len(ids), strict=True)}
        self.trunk_gap = trunk_gap_us(calls_per_second)
        self.ceiling_gap = trunk_gap_us(ceiling) if ceiling else 0
        self._last: dict[UUID, int] = {}
        self.served: dict[UUID, int | None] = {}
        self._clock: dict[UUID, int] = {}
        self._taken: dict[UUID, tuple[int, ...]] = {}
        self.slots: list[Slot] = []
        self.bindings: dict[UUID, Binding] = {}
        self.active = set(self.gaps)

    def plan_at(self, now: int, room: Room | None = None) -> list[Slot]:
        """One plan; every slot finds a number."""
        start = now + LEAD_US
        paces = [self._pace(campaign, start) for campaign in sorted(self.active)]
        lines = [self._line(trunk) for trunk in sorted({*self._trunk_of.values()})]
        system = self._line(EVERYTHING) if self.ceiling_gap else UNLIMITED
        made = plan(paces, lines, room or {}, now + AHEAD_US, system)
        assert all(slot.at_us >= start for slot in made.slots), "a slot is too early"
        for slot in made.slots:
            self._last[slot.campaign_id] = slot.at_us
            self.served[slot.campaign_id] = slot.served
            self.served[slot.trunk_id] = slot.trunk_served
            self._clock[slot.trunk_id] = slot.clock
        for line in (*lines, system):
            self._keep(line, made.slots, start)
        self.slots += made.slots
        self.bindings = made.bindings
        return made.slots

    def plan_each(self, instants: Iterable[int]) -> list[Slot]:
        """A plan at each of these; all slots so far."""
        for now in instants:
            self.plan_at(now)
        return self.slots

    def of(self, campaign: UUID) -> list[int]:
        """The slots of one campaign."""
        return [slot.at_us for slot in self.slots if slot.campaign_id == campaign]

    def _keep(self, line: Line, slots: Sequence[Slot], start: int) -> None:
        on_it = (slot.at_us for slot in slots if line.trunk_id in (slot.trunk_id, EVERYTHING))
        known = sorted({*line.taken_us, *on_it})
        near = [at for at in known if at > start - line.gap_us]
        self._taken[line.trunk_id] = tuple(near or known[-1:])

    def _line(self, who: UUID) -> Line:
        return Line(
            trunk_id=who,
            gap_us=self.ceiling_gap if who == EVERYTHING else self.trunk_gap,
            taken_us=self._taken.get(who, ()),
            bound=CEILING if who == EVERYTHING else BOUND,
            served=self.served.get(who),
            clock=self._clock.get(who, 0),
        )

    def _pace(self, campaign: UUID, start: int) -> Pace:
        return msgspec.structs.replace(
            pace(campaign, opens_us=start),
            trunk_id=self._trunk_of[campaign],
            gap_us=self.gaps[campaign],
            last_us=self._last.get(campaign),
            weight=self.weights[campaign],
            served=self.served.get(campaign),
        )


def trunk_id(number: int) -> UUID:
    """The first is TRUNK."""
    return UUID(int=TRUNK.int + 100 * number)


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
    return Line(trunk_id=TRUNK, gap_us=trunk_gap_us(calls_per_second), taken_us=taken_us, bound=BOUND)
