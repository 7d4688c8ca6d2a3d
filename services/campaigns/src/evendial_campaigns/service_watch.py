"""Listens how all services are."""

from collections.abc import Sequence
from datetime import datetime

from evendial_chassis.bus import Bus
from evendial_chassis.clock import HOST_CLOCK, Clock
from evendial_contracts.requests import ServiceAlive
from evendial_contracts.subjects import SERVICE_HEARTBEAT

from evendial_campaigns.core.service_health import Heard, ServiceHealth, health_of, is_forgotten


class ServiceWatch:
    """Remembers what each process has said last."""

    def __init__(self, clock: Clock = HOST_CLOCK) -> None:
        self._clock = clock
        self._heard: dict[tuple[str, str], Heard] = {}
        self.since = clock.now()

    async def listen(self, bus: Bus) -> None:
        """From now on."""
        await bus.listen(SERVICE_HEARTBEAT, ServiceAlive, self.hear)

    async def hear(self, alive: ServiceAlive) -> None:
        """One process lives."""
        now_s = self._clock.monotonic()
        self._heard[alive.service, alive.instance] = Heard(alive, now_s, self._clock.now())
        for key in [key for key, each in self._heard.items() if is_forgotten(each, now_s)]:
            del self._heard[key]

    def now(self) -> tuple[datetime, Sequence[ServiceHealth]]:
        """How they are at this moment."""
        return self._clock.now(), health_of(self._heard.values(), self._clock.monotonic())
