"""Which pools have an originator that can dial now."""

from collections.abc import Callable

from evendial_chassis.bus import Bus
from evendial_chassis.clock import HOST_CLOCK
from evendial_contracts.requests import OriginatorAlive
from evendial_contracts.subjects import originator_heartbeat

ALIVE_S = 3.0
"""Originators say it each second."""


class Heartbeats:
    """Remembers when each pool was last heard, on a clock that nobody sets."""

    def __init__(
        self, found: Callable[[], None], monotonic: Callable[[], float] = HOST_CLOCK.monotonic
    ) -> None:
        self._found = found
        self._monotonic = monotonic
        self._heard: dict[str, float] = {}

    async def listen(self, bus: Bus) -> None:
        """From now on, for all pools."""
        await bus.listen(originator_heartbeat("*"), OriginatorAlive, self.hear)

    async def hear(self, beat: OriginatorAlive) -> None:
        """One originator of a pool can dial."""
        was_alive = self.alive(beat.pool)
        self._heard[beat.pool] = self._monotonic()
        if not was_alive:
            self._found()

    def alive(self, pool: str) -> bool:
        """Whether an originator of the pool was heard in the last 3 s."""
        heard = self._heard.get(pool)
        return heard is not None and self._monotonic() - heard <= ALIVE_S
