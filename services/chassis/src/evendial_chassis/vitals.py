"""How this process is, told to everybody who listens."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from importlib.metadata import version

import msgspec
from evendial_contracts.requests import ServiceAlive
from evendial_contracts.subjects import SERVICE_HEARTBEAT

from evendial_chassis.clock import HOST_CLOCK
from evendial_chassis.health import Part, troubles

INTERVAL_S = 2.0
REASON_MAX = 300


class Vitals:
    """What `/readyz` tells, for those who cannot ask it. `instance` is by default this host and process."""

    def __init__(self, parts: Mapping[str, Part], instance: str | None = None) -> None:
        self._parts = parts
        self._instance = instance or f"{socket.gethostname()}/{os.getpid()}"
        self._version = version("evendial-chassis")
        self._started_at = HOST_CLOCK.now()

    async def tell_on(self, tell: Callable[[str, msgspec.Struct], Awaitable[None]], service: str) -> None:
        """Every 2 s, until it is cancelled."""
        while True:
            await tell(SERVICE_HEARTBEAT, self.now(service))
            await asyncio.sleep(INTERVAL_S)

    def now(self, service: str) -> ServiceAlive:
        """How it is at this moment."""
        return ServiceAlive(
            service=service,
            instance=self._instance,
            version=self._version,
            started_at=self._started_at,
            waiting_for={name: reason[:REASON_MAX] for name, reason in troubles(self._parts).items()},
        )
