"""What each measure is to reach: the rows of the scoreboard."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Goal:
    """One row. `name` is the measure that takes it (`P2`); `unit` follows every figure."""

    name: str
    metric: str
    unit: str
    goal: float
    moonshot: float
    more_is_better: bool = False

    def reached(self, figure: float) -> bool:
        """Whether a figure is as good as the goal."""
        return self._as_good(figure, self.goal)

    def distance(self, figure: float) -> str:
        """How far a figure is from the moonshot."""
        if self._as_good(figure, self.moonshot):
            return "there"
        away = self.moonshot / figure if self.more_is_better else figure / self.moonshot
        return f"{away:.1f}x"

    def _as_good(self, figure: float, aim: float) -> bool:
        return figure >= aim if self.more_is_better else figure <= aim


FIRST_RING = Goal(
    name="P1", metric="activate answered to first INVITE, p99", unit="ms", goal=250, moonshot=50
)
SLOTS_5 = Goal(name="P2", metric="slot error at 5/s, p99", unit="ms", goal=10, moonshot=5)
SLOTS_50 = Goal(name="P2", metric="slot error at 50/s, p99", unit="ms", goal=10, moonshot=5)
SLOTS_TO_BARE = Goal(name="P2", metric="the same, of a bare timer's", unit="x", goal=3, moonshot=1.5)
SLOTS_10_A_MINUTE = Goal(name="P2", metric="slot error at 10/min, max", unit="ms", goal=50, moonshot=10)
EARLY = Goal(name="P2", metric="calls before their slot", unit="", goal=0, moonshot=0)
SLOTS_LOADED = Goal(name="P2", metric="slot error under load, p99", unit="ms", goal=30, moonshot=10)
LOADED_TO_BARE = Goal(
    name="P2", metric="the same, of a bare timer's under that load", unit="x", goal=3, moonshot=1.5
)
EVENNESS = Goal(
    name="P3", metric="most calls in any 100 ms at 40/s, of the planned", unit="x", goal=1.5, moonshot=1.25
)
SUSTAINED = Goal(
    name="P4",
    metric="sustained calls/s with audio, of a bare client's",
    unit="x",
    goal=0.3,
    moonshot=0.6,
    more_is_better=True,
)
CPU = Goal(name="P5", metric="CPU per finished call", unit="ms", goal=8, moonshot=3)
IMPORT = Goal(name="P6", metric="1 M lines until callable", unit="s", goal=15, moonshot=6)
CLAIM = Goal(name="P7", metric="claim p99 at 10 M numbers, of that at 10 k", unit="x", goal=2, moonshot=1.2)
STOP = Goal(name="P8", metric="stop answered to last INVITE, p99", unit="ms", goal=500, moonshot=100)
RECOVERY = Goal(name="P9", metric="longest time without a call after kill -9", unit="s", goal=5, moonshot=1)
TWICE_OR_LOST = Goal(name="P9", metric="called twice, or without an outcome", unit="", goal=0, moonshot=0)
REBUILD = Goal(name="P10", metric="read models from 1 M facts", unit="s", goal=10, moonshot=4)
MEMORY = Goal(name="P11", metric="memory of the largest service", unit="MB", goal=100, moonshot=60)
MEMORY_ADDED = Goal(name="P11", metric="memory that 10 M numbers add", unit="MB", goal=5, moonshot=5)
AMI_BYTES = Goal(name="P12", metric="AMI bytes per call", unit="kB", goal=4, moonshot=1.5)

GOALS = (
    FIRST_RING,
    SLOTS_5,
    SLOTS_50,
    SLOTS_TO_BARE,
    SLOTS_10_A_MINUTE,
    EARLY,
    SLOTS_LOADED,
    LOADED_TO_BARE,
    EVENNESS,
    SUSTAINED,
    CPU,
    IMPORT,
    CLAIM,
    STOP,
    RECOVERY,
    TWICE_OR_LOST,
    REBUILD,
    MEMORY,
    MEMORY_ADDED,
    AMI_BYTES,
)
"""In the order of the table."""
