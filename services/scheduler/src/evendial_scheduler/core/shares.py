"""Whose turn it is where not all can be served: in proportion to their rates, and evenly.

Worst-case fair queueing (Bennett & Zhang 1997, "Hierarchical packet fair queueing algorithms": WF2Q+). Each
member's next call has a start, one stride after that of its last one, and an end, another stride later, on a
clock that all share and that goes on as calls are given. Of the calls that have started the one that ends
first is served. So whoever always asks gets its share to within one call, evenly, and what others leave
besides. Who did not ask is owed one call, not more; who is new has its first one before the others.
"""

from collections.abc import Iterable
from heapq import heappop, heappush
from typing import Generic, TypeVar

Rank = tuple[int, int, int]

TURN = 100_000_000
"""The stride of a share of 1: fine enough for thousands of members."""


class Member:
    """Who takes part.

    `served` is where its last call began on the shared clock, and all that is kept of it; None: it had none.
    `stride` is the length of its calls there, as its share is now. `rank` decides between equals.
    """

    __slots__ = ("rank", "served", "start", "stride")

    def __init__(self, share: float, served: int | None) -> None:
        """Of the shares of all only the proportions count, but they should mean the same in each plan."""
        self.stride = max(1, round(TURN / share))
        self.served = served
        self.start = 0
        self.rank: Rank = (0, 0, 0)


Kind = TypeVar("Kind", bound=Member)


class Shares(Generic[Kind]):
    """Those of its members that ask, and their clock, which goes on from where it was."""

    def __init__(self, members: Iterable[Kind], clock: int = 0) -> None:
        everybody = list(members)
        self.clock = clock
        self._step = round(1 / sum(1 / each.stride for each in everybody)) if everybody else 0
        self._early: list[tuple[int, Rank, Kind]] = []
        self._ripe: list[tuple[int, Rank, Kind]] = []

    def __bool__(self) -> bool:
        return bool(self._ripe or self._early)

    def ask(self, member: Kind) -> None:
        """It could be served from now on."""
        member.start = self.clock
        if member.served is not None:
            begun = min(member.served, self.clock)  # who comes from another clock does not wait for this one
            member.start = max(begun + member.stride, self.clock - member.stride)
        heappush(self._early, (member.start, member.rank, member))

    def take(self) -> Kind:
        """Whose turn it is; it no longer asks."""
        if not self._ripe:
            self.clock = max(self.clock, self._early[0][0])
        while self._early and self._early[0][0] <= self.clock:
            start, rank, member = heappop(self._early)
            end = start if member.served is None else start + member.stride
            heappush(self._ripe, (end, rank, member))
        return heappop(self._ripe)[2]

    def serve(self, member: Kind) -> None:
        """It was really served."""
        member.served = member.start
        self.clock += self._step

    def asking(self) -> list[Kind]:
        """Those who still wait, in no order."""
        return [member for _, _, member in (*self._early, *self._ripe)]
