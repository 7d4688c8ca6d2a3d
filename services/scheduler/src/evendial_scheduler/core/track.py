"""One trunk while it is planned: who waits for their time on it, and who asks for its next slot."""

from bisect import bisect_right
from collections.abc import Sequence
from heapq import heapify, heappop, heappush

from evendial_scheduler.core.pacing import Line, Pace
from evendial_scheduler.core.shares import Member, Shares


class Caller(Member):
    """A campaign, and the slot that it wants next."""

    __slots__ = ("pace", "wanted_us")

    def __init__(self, pace: Pace, share: float) -> None:
        super().__init__(share, pace.served)
        self.pace = pace
        self.wants(pace.last_us)

    def wants(self, last_us: int | None) -> None:
        """It had this slot last. Of equals the first is who wants a slot earliest, then who waits longest."""
        self.wanted_us = self.pace.wanted_us(last_us)
        self.rank = (self.wanted_us, last_us or 0, self.pace.campaign_id.int)


class Track(Member):
    """A trunk: when its next slot could be, and who wants it."""

    __slots__ = ("_free_us", "_waiting", "line", "next_us", "shares")

    def __init__(self, line: Line, callers: Sequence[Caller], share: float) -> None:
        super().__init__(share, line.served)
        self.line = line
        self.shares = Shares(callers, line.clock)
        self.next_us = 0
        self._free_us = 0  # slots are given in the order of time: nothing before the last is looked at again
        self._waiting = [(each.rank, each) for each in callers]
        heapify(self._waiting)

    def seek(self, from_us: int) -> bool:
        """Finds its next slot from then on, and who asks for it; False if nobody does."""
        earliest = max(self._free_us, from_us)
        if not self.shares:
            if not self._waiting:
                return False
            earliest = max(earliest, self._waiting[0][1].wanted_us)
        self.next_us = next_free(self.line.taken_us, earliest, self.line.gap_us)
        while self._waiting and self._waiting[0][1].wanted_us <= self.next_us:
            self.shares.ask(heappop(self._waiting)[1])
        self.rank = (self.next_us, 0, self.line.trunk_id.int)
        return True

    def give(self, caller: Caller, at_us: int) -> None:
        """The slot is the caller's, who comes back for another."""
        self.shares.serve(caller)
        self._free_us = at_us + self.line.gap_us
        caller.wants(at_us)
        heappush(self._waiting, (caller.rank, caller))

    def left(self, before_us: int) -> list[Caller]:
        """Who wanted a slot before this instant and has none."""
        everybody = (*self.shares.asking(), *(each for _, each in self._waiting))
        return [each for each in everybody if each.wanted_us < before_us]


def next_free(taken: Sequence[int], wanted: int, gap: int) -> int:
    """The first instant from `wanted` on that is a gap away from every taken one, before and after it."""
    at = wanted
    next_taken = bisect_right(taken, wanted - gap)
    while next_taken < len(taken) and taken[next_taken] < at + gap:
        at = taken[next_taken] + gap
        next_taken += 1
    return at
