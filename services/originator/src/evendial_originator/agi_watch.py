"""Listens whether answered calls would be served: without an agi service a callee would hear silence."""

from evendial_chassis.bus import Bus
from evendial_chassis.clock import HOST_CLOCK, Clock
from evendial_contracts.requests import AgiAlive, AgiWanted
from evendial_contracts.subjects import AGI_HEARTBEAT, AGI_WANTED

SILENT_AFTER_S = 3.0
SOONEST_S, LATEST_S = 0.5, 2.0
"""Between two heartbeats of one service that are heard as they are said."""


class AgiWatch:
    """Each agi service says once a second of which Asterisk it accepts calls; others do not count.

    Nor does what has waited while this process was stopped: it comes after a gap, and all at once.
    """

    def __init__(self, asterisk: str, clock: Clock = HOST_CLOCK) -> None:
        self._asterisk = asterisk
        self._clock = clock
        self._heard_at: float | None = None
        self._arrived: dict[str, float] = {}

    def trouble(self) -> str | None:
        """A health part."""
        heard = self._heard_at
        alive = heard is not None and self._clock.monotonic() - heard < SILENT_AFTER_S
        return None if alive else f"no agi service says that it accepts calls of {self._asterisk}"

    async def listen(self, bus: Bus) -> None:
        """From now on, as long as the bus is open; asks at once, so as not to wait for the next heartbeat."""
        await bus.listen(AGI_HEARTBEAT, AgiAlive, self.hear)
        await bus.tell(AGI_WANTED, AgiWanted(asterisk=self._asterisk))

    async def hear(self, alive: AgiAlive) -> None:
        """One agi service accepts calls."""
        if alive.asterisk not in ("", self._asterisk):
            return
        now = self._clock.monotonic()
        gap_s = now - self._arrived.get(alive.instance, now - SOONEST_S)
        if gap_s >= SOONEST_S:
            self._arrived[alive.instance] = now
            if gap_s <= LATEST_S:
                self._heard_at = now
