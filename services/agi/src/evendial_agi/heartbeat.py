"""The loop that says each second that answered calls would be served; originators dial only while it does."""

from evendial_chassis.bus import Bus
from evendial_chassis.run import Stop
from evendial_contracts.requests import AgiAlive
from evendial_contracts.subjects import AGI_HEARTBEAT

from evendial_agi.projector import Projector
from evendial_agi.served import Served
from evendial_agi.server import Server

INTERVAL_S = 1.0


class Heartbeat:
    """Silent while another call could not be served: library behind, no listener, no room, no database."""

    def __init__(
        self, *, bus: Bus, server: Server, served: Served, projector: Projector, alive: AgiAlive
    ) -> None:
        self._bus = bus
        self._server = server
        self._projector = projector
        self._served = served
        self._alive = alive
        self._database_trouble: str | None = "not asked yet"

    def database_trouble(self) -> str | None:
        """A health part: why the database could not let a call in a moment ago."""
        return self._database_trouble

    async def run(self, stop: Stop) -> None:
        """Once the library has caught up, until told to stop."""
        while not await self._projector.caught_up():
            if await stop.pause(0.25):
                return
        while not stop.requested:
            self._database_trouble = await self._served.trouble(deadline_s=INTERVAL_S)
            if self._server.accepting and self._database_trouble is None:
                await self._bus.tell(AGI_HEARTBEAT, self._alive)
            await stop.pause(INTERVAL_S)
