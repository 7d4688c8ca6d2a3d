"""Who is called: what happens to one call, drawn for each."""

from dataclasses import dataclass

from tests.sim.world import World


@dataclass(frozen=True)
class Fate:
    """`rings_s` None: never rings. `talks_s` None: nobody answers: `cause` ends it; None: it rings on."""

    rings_s: float | None
    talks_s: float | None
    cause: int | None
    channel: bool = True


def draw(world: World, bad_trunk: bool) -> Fate:
    """Mostly answered or busy; every cause of the outcome table now and then."""
    if bad_trunk:
        return Fate(None, None, 34) if world.chance(0.7) else Fate(None, None, None, channel=False)
    lot = world.random.random()
    rings_s = world.between(0.2, 4.0)
    if lot < 0.50:
        return Fate(rings_s, world.between(0.5, 8.0), 16)
    for limit, fate in (
        (0.60, Fate(None, None, 17)),
        (0.70, Fate(rings_s, None, None)),
        (0.75, Fate(rings_s, None, 21)),
        (0.80, Fate(None, None, 34)),
        (0.84, Fate(None, None, 1)),
        (0.88, Fate(None, None, 20)),
        (0.90, Fate(None, None, None, channel=False)),
        (0.94, Fate(None, 1.0, 16)),
    ):
        if lot < limit:
            return fate
    return Fate(rings_s, 60.0, 16)
