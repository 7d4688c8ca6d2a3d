"""Which campaign gets which slot: in the order of time, and by turns where more want the same one.

Nothing is made up: a slot that was missed or moved takes its campaign's next one with it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush
from uuid import UUID

import msgspec

from evendial_scheduler.core.fair import by_trunk, fair_rates, shares_of, short_of_room
from evendial_scheduler.core.limits import EVERYTHING, Binding, Limit, Room
from evendial_scheduler.core.pacing import Line, Pace, Slot, not_after_us
from evendial_scheduler.core.shares import Shares
from evendial_scheduler.core.track import Caller, Track, next_free

UNLIMITED = Line(trunk_id=EVERYTHING, gap_us=0, taken_us=(), bound=Binding(limit=Limit.SYSTEM_RATE))


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Slots, earliest first, and what keeps campaigns from having more of them before the horizon.

    A campaign whose own rate is what binds it is not among `bindings`.
    """

    slots: list[Slot]
    bindings: dict[UUID, Binding]


def plan(
    paces: Sequence[Pace], lines: Sequence[Line], room: Room, horizon_us: int, system: Line = UNLIMITED
) -> Plan:
    """The slots of these campaigns before the horizon, as far as there is room for calls.

    Each is as early as its campaign's gap, its trunk and the system allow. Where more than one campaign could
    have it, shares decide, first between trunks and then between the campaigns of one.
    """
    return _Planning(paces, lines, room, horizon_us, system).run()


class _Planning:
    def __init__(
        self, paces: Sequence[Pace], lines: Sequence[Line], room: Room, horizon_us: int, system: Line
    ) -> None:
        self._horizon_us = horizon_us
        self._system = system
        self._room = room
        self._left = {who: ceiling.left for who, ceiling in room.items()}
        self._made = Plan(slots=[], bindings={})
        rates = fair_rates(paces, lines, system)
        self._tracks = list(_tracks(paces, lines, rates, short_of_room(paces, rates, room, horizon_us)))

    def run(self) -> Plan:
        clock = max((each.served for each in self._tracks if each.served is not None), default=0)
        shares, system = Shares(self._tracks, clock), self._system
        waiting = [(each.rank, each) for each in self._tracks if each.seek(0)]
        heapify(waiting)
        free_us = 0
        while shares or waiting:
            earliest = free_us if shares else max(free_us, waiting[0][1].next_us)
            at = free_us = next_free(system.taken_us, earliest, system.gap_us)
            while waiting and waiting[0][1].next_us <= at:
                shares.ask(heappop(waiting)[1])
            if at >= self._horizon_us:
                break
            track = shares.take()
            if track.seek(at) and track.next_us == at and self._give(track, at):
                shares.serve(track)
                free_us = at + system.gap_us
            if track.seek(at):
                heappush(waiting, (track.rank, track))
        self._say_who_waits()
        return self._made

    def _give(self, track: Track, at: int) -> bool:
        """The slot to the first of those who ask for it that may have it."""
        while track.shares:
            caller = track.shares.take()
            if not self._refuses(caller.pace, at):
                track.give(caller, at)
                self._made.slots.append(_slot(caller, at, track))
                return True
        return False

    def _refuses(self, pace: Pace, at: int) -> bool:
        takers = (pace.campaign_id, pace.owner_id, pace.device_id, pace.trunk_id, EVERYTHING)
        limited = [who for who in takers if who in self._left]
        full = next((who for who in limited if self._left[who] <= 0), None)
        if pace.closes_us is not None and at >= pace.closes_us:
            self._made.bindings[pace.campaign_id] = Binding(limit=Limit.WINDOW, of=pace.campaign_id)
        elif full is not None:
            self._made.bindings[pace.campaign_id] = self._full(full)
        else:
            for who in limited:
                self._left[who] -= 1
            return False
        return True

    def _full(self, who: UUID) -> Binding:
        ceiling = self._room[who]
        if ceiling.limit is Limit.NUMBERS:
            return Binding(limit=ceiling.limit, of=who)
        used = ceiling.used + ceiling.left - self._left[who]
        of = None if who == EVERYTHING else who
        return Binding(limit=ceiling.limit, of=of, most=ceiling.most, used=used)

    def _say_who_waits(self) -> None:
        for track in self._tracks:
            bound = track.line.bound if track.next_us >= self._horizon_us else self._system.bound
            for caller in track.left(self._horizon_us):
                self._made.bindings[caller.pace.campaign_id] = bound


def _tracks(
    paces: Sequence[Pace], lines: Sequence[Line], rates: Mapping[UUID, float], short: Collection[UUID]
) -> Iterator[Track]:
    here, among_all = by_trunk(paces), shares_of(paces, rates)
    for line in lines:
        if line.trunk_id in here:
            those = here[line.trunk_id]
            shares = shares_of(those, rates, short)
            callers = [Caller(pace, shares[pace.campaign_id]) for pace in those]
            yield Track(line, callers, sum(among_all[pace.campaign_id] for pace in those))


def _slot(caller: Caller, at_us: int, track: Track) -> Slot:
    pace = caller.pace
    return Slot(
        campaign_id=pace.campaign_id,
        trunk_id=pace.trunk_id,
        at_us=at_us,
        not_after_us=not_after_us(at_us, pace.gap_us, pace.closes_us),
        closes_us=pace.closes_us,
        served=caller.served,
        trunk_served=track.start,
        clock=track.shares.clock,
    )
