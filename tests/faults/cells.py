"""The matrix: every fault on every part and every wire that it can strike."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from random import Random

from deploy.local.stack import Stack
from tests.faults import strikes

PAUSE_S = 20.0
"""Longer than any time-out of ours but Postgres' and NATS' own."""
HOUR_S = 3600.0

SCHEDULERS, ORIGINATORS = ("scheduler", "scheduler-2"), ("originator", "originator-2")
AGIS, DIALERS = ("agi", "agi-2"), ("dialer", "dialer-2")

TARGETS: dict[str, tuple[str, ...]] = {
    "campaigns": ("campaigns",),
    "1 scheduler": SCHEDULERS,
    "schedulers": SCHEDULERS,
    "1 originator": ORIGINATORS,
    "originators": ORIGINATORS,
    "1 agi": AGIS,
    "nats": ("nats",),
    "postgres": ("postgres",),
    "1 asterisk": DIALERS,
}
"""Parts by the name of their cells; of those with a 1 before it the seed picks one."""

NEAR = {"campaigns": ("campaigns",), "scheduler": SCHEDULERS, "originator": ORIGINATORS, "agi": AGIS}


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One fault on one target. `kind` and `target` are its name; it lasts between `least_s` and `most_s`."""

    kind: str
    target: str
    least_s: float
    most_s: float

    @property
    def name(self) -> str:
        """`kill nats`, `stall originator>dialer`."""
        return f"{self.kind} {self.target}"

    def struck(self, lots: Random) -> tuple[str, ...]:
        """The parts, or the wires, that are struck."""
        if ">" in self.target:
            return (_wire(self.target, lots),)
        names = TARGETS.get(self.target, (self.target,))
        return (lots.choice(names),) if self.target.startswith("1 ") else names

    def lasts_s(self, strength: float) -> float:
        """How long, by the strength that the scene gives it."""
        return self.least_s + (self.most_s - self.least_s) * strength


def cells() -> list[Cell]:
    """All of them, in the order in which they are run: neighbours strike different things."""
    return [
        Cell(kind="no", target="fault", least_s=0, most_s=0),
        *(Cell(kind="kill", target=target, least_s=0.2, most_s=3) for target in TARGETS),
        *(Cell(kind="stop", target=target, least_s=PAUSE_S, most_s=PAUSE_S) for target in TARGETS),
        Cell(kind="lose-store", target="nats", least_s=0.1, most_s=1),
        *(_commits(service) for service in ("originator", "scheduler", "campaigns", "agi")),
        *(
            Cell(kind=kind, target=target, least_s=3, most_s=8)
            for target in ("1 originator", "1 scheduler", "campaigns", "1 agi")
            for kind in ("clock+1h", "clock-1h")
        ),
        *(
            Cell(kind=kind, target=f"{near}>{far}", least_s=least_s, most_s=most_s)
            for near, far in _wires()
            for kind, least_s, most_s in (("cut", 0.1, 5), ("stall", 0.5, 8), ("delay", 4, 8))
        ),
        Cell(kind="half-open", target="originator>dialer", least_s=4, most_s=8),
        Cell(kind="break", target="originator>dialer", least_s=1, most_s=4),
    ]


def strike(
    stack: Stack, cell: Cell, struck: Sequence[str], strength: float
) -> AbstractAsyncContextManager[None]:
    """The fault, from entering to leaving."""
    match cell.kind:
        case "no":
            return nullcontext()
        case "kill":
            return strikes.killed(stack, struck)
        case "stop":
            return strikes.paused(stack, struck)
        case "lose-store":
            return strikes.without_streams(stack)
        case "commit":
            return strikes.commits_terminated(stack, cell.target)
        case "clock+1h":
            return strikes.clock_moved(stack, struck[0], HOUR_S)
        case "clock-1h":
            return strikes.clock_moved(stack, struck[0], -HOUR_S)
        case kind:
            return strikes.failing(stack, struck, kind, strength)


def _commits(service: str) -> Cell:
    return Cell(kind="commit", target=service, least_s=3, most_s=6)


def _wires() -> list[tuple[str, str]]:
    to_servers = [(near, far) for far in ("nats", "postgres") for near in NEAR]
    return [*to_servers, ("originator", "dialer"), ("dialer", "agi")]


def _wire(target: str, lots: Random) -> str:
    """One of the two of that kind, with the Asterisk or agi of its own side."""
    near, _, far = target.partition(">")
    second = near != "campaigns" and lots.random() < 0.5
    beside = f"{far}-2" if second and far in ("dialer", "agi") else far
    return f"{near}-2>{beside}" if second else f"{near}>{beside}"
