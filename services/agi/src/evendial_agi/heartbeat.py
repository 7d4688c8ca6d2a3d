"""The loop that says each second that answered calls would be served; originators dial only while it does."""

import asyncio

from evendial_chassis.bus import Bus
from evendial_chassis.run import Stop
from evendial_contracts.requests import AgiAlive, AgiWanted
from evendial_contracts.subjects import AGI_HEARTBEAT, AGI_WANTED

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
        self._wanted = asyncio.Event()

    def database_trouble(self) -> str | None:
        """A health part: why the database could not let a call in a moment ago."""
        return self._database_trouble

    async def run(self, stop: Stop) -> None:
        """Once the library has caught up, until told to stop."""
        while not await self._projector.caught_up():
            if await stop.pause(0.25):
                return
        await self._bus.listen(AGI_WANTED, AgiWanted, self._hear_wanted)
        while not stop.requested:
            self._wanted.clear()
            self._database_trouble = await self._served.trouble(deadline_s=INTERVAL_S)
            if self._server.accepting and self._database_trouble is None:
                await self._bus.tell(AGI_HEARTBEAT, self._alive)
            await self._pause(stop)

    async def _hear_wanted(self, wanted: AgiWanted) -> None:
        if self._alive.asterisk in ("", wanted.asterisk):
            self._wanted.set()

    async def _pause(self, stop: Stop) -> None:
        """Until the next second, or until an originator that starts asks."""
        either = [asyncio.ensure_future(self._wanted.wait()), asyncio.ensure_future(stop.wait())]
        await asyncio.wait(either, timeout=INTERVAL_S, return_when=asyncio.FIRST_COMPLETED)
        for each in either:
            each.cancel()
