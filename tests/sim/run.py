"""One seed, from its scenario to its verdict."""

import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from uuid import UUID

from tests.sim.cluster import Cluster
from tests.sim.faults import Faults
from tests.sim.invariants import Told, violations
from tests.sim.scenario import CALL_S, RING_S, campaigns, resources
from tests.sim.variants import Variant
from tests.sim.world import World

STORMY_S = 40.0
"""So long things break and people change their minds."""
BOUND_S = RING_S + CALL_S + 60.0 + 300.0
"""So long after that everything must have come to its end."""


@dataclass(frozen=True)
class Verdict:
    """What a run came to."""

    seed: int
    violations: tuple[str, ...]
    digest: str
    calls: int
    simulated_s: float
    took_s: float
    trace: tuple[tuple[float, str, str], ...]

    def story(self) -> str:
        """For people: what is wrong, and the trace of the commands that it names."""
        wrong = "\n".join(f"  {text}" for text in self.violations[:10])
        named = {word for text in self.violations for word in text.split() if len(word) == 36}
        lines = [
            f"  {at_s:9.3f} {kind:10} {text}"
            for at_s, kind, text in self.trace
            if kind in ("fault", "stopped", "finished", "violation")
            or any(id in text for id in named)
            or any(id.replace("-", "") in text for id in named)
        ]
        return f"seed {self.seed}: {len(self.violations)} violations\n{wrong}\n" + "\n".join(lines[-200:])


def run(
    seed: int,
    variant: Variant | None = None,
    *,
    faults: bool = True,
    stormy_s: float = STORMY_S,
    ambush_p: float | None = None,
) -> Verdict:
    """The same seed gives the same verdict; `ambush_p` is drawn from it, too, unless it is given."""
    began = time.perf_counter()
    world = World(seed)
    before, device_id = resources(world)
    cluster = Cluster(world, campaigns(world, device_id), before)
    told = Told(cluster)
    with cluster.running(), variant(cluster) if variant else nullcontext():
        _person(cluster, stormy_s)
        if faults:
            Faults(cluster, stormy_s).plan(ambush_p)
        world.run(stormy_s + BOUND_S, lambda: world.now_s > stormy_s + 5 and at_rest(cluster, told))
        wrong = tuple(violations(cluster, told, at_rest(cluster, told)))
        return Verdict(
            seed=seed,
            violations=wrong,
            digest=world.digest,
            calls=len(cluster.wire),
            simulated_s=world.now_s,
            took_s=time.perf_counter() - began,
            trace=tuple(world.trace),
        )


def at_rest(cluster: Cluster, told: Told) -> bool:
    """All is called that is to be called, and all is said."""
    over = all(each.finished for each in cluster.console.campaigns.values())
    return over and all(told.ends.get(command_id) for command_id in told.commands)


def _person(cluster: Cluster, stormy_s: float) -> None:
    """Starts, stops, goes on and calls once more; in the end everything is to be called."""
    world, console = cluster.world, cluster.console

    def later(at_s: float, act: Callable[[UUID], None], campaign_id: UUID) -> None:
        world.after(at_s, lambda: console.process.call(act, campaign_id))

    for campaign_id in console.campaigns:
        later(world.between(1.0, 3.0), console.activate, campaign_id)
        at_s = 3.0
        while (at_s := at_s + world.random.expovariate(1 / 12)) < stormy_s - 5:
            later(at_s, console.stop, campaign_id)
            later(at_s + world.between(0.1, 5.0), console.activate, campaign_id)
        if world.chance(0.5):
            again_s = world.between(stormy_s / 4, stormy_s)
            later(again_s, console.redial, campaign_id)
            later(again_s + 1.0, console.activate, campaign_id)
        if world.chance(0.3):
            later(world.between(2.0, stormy_s / 2), console.suppress, campaign_id)
        later(stormy_s + 0.5, lambda id: console.lift(console.campaigns[id].owner_id), campaign_id)
        later(stormy_s + 1.0, console.activate, campaign_id)
