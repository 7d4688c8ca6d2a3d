"""Which pools have an originator that can dial now, and what the others say to be wrong."""

from collections.abc import Callable
from datetime import datetime

import msgspec
from evendial_chassis.bus import Bus
from evendial_chassis.clock import HOST_CLOCK, Clock
from evendial_contracts.requests import OriginatorAlive, OriginatorTroubled, Trouble
from evendial_contracts.subjects import originator_heartbeat, originator_trouble

from evendial_scheduler.core.crew import Crew

ALIVE_S = 3.0
"""Originators say it each second."""


class _Heard(msgspec.Struct, frozen=True):
    """Once on a clock that nobody sets, and when that was for people."""

    at_s: float
    at: datetime
    trouble: Trouble | None = None


class Heartbeats:
    """Remembers when each pool was last heard."""

    def __init__(self, found: Callable[[], None], clock: Clock = HOST_CLOCK) -> None:
        self._found = found
        self._clock = clock
        self._began_at = clock.now()
        self._alive: dict[str, _Heard] = {}
        self._troubled: dict[str, _Heard] = {}

    async def listen(self, bus: Bus) -> None:
        """From now on, for all pools."""
        await bus.listen(originator_heartbeat("*"), OriginatorAlive, self.hear)
        await bus.listen(originator_trouble("*"), OriginatorTroubled, self.hear_trouble)

    async def hear(self, beat: OriginatorAlive) -> None:
        """One originator of a pool can dial."""
        was_alive = self.alive(beat.pool)
        self._alive[beat.pool] = _Heard(self._clock.monotonic(), self._clock.now())
        if not was_alive:
            self._found()

    async def hear_trouble(self, beat: OriginatorTroubled) -> None:
        """One of a pool cannot."""
        self._troubled[beat.pool] = _Heard(self._clock.monotonic(), self._clock.now(), beat.trouble)

    def alive(self, pool: str) -> bool:
        """Whether an originator of the pool was heard in the last 3 s."""
        return self._is_new(self._alive.get(pool))

    def crew(self, pool: str) -> Crew:
        """The same, and if not, why: what one that is there but cannot dial has said last."""
        alive, troubled = self._alive.get(pool), self._troubled.get(pool)
        return Crew(
            pool=pool,
            can_dial=self.alive(pool),
            since=alive.at if alive else self._began_at,
            trouble=troubled.trouble if troubled and self._is_new(troubled) else None,
        )

    def _is_new(self, heard: _Heard | None) -> bool:
        return heard is not None and self._clock.monotonic() - heard.at_s <= ALIVE_S
