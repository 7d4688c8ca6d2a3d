"""The loop that says each second, for each pool, that this originator can dial. No heartbeat, no plan."""

import asyncio

from evendial_chassis.bus import Bus
from evendial_chassis.database import TRANSIENT
from evendial_chassis.health import Part
from evendial_chassis.run import Stop
from evendial_contracts.requests import OriginatorAlive
from evendial_contracts.subjects import originator_heartbeat

from evendial_originator.ledger import Ledger

INTERVAL_S = 1.0
LOOK_AGAIN_S = 0.25


class Heartbeat:
    """Silent while any of `parts`, or the database, has something wrong."""

    def __init__(
        self, *, bus: Bus, ledger: Ledger, pools: tuple[str, ...], instance: str, parts: tuple[Part, ...]
    ) -> None:
        self._bus = bus
        self._ledger = ledger
        self._alive = [OriginatorAlive(pool=pool, instance=instance) for pool in pools]
        self._parts = parts
        self._database_trouble: str | None = "not asked yet"

    def database_trouble(self) -> str | None:
        """A health part: why the database could not take a claim a moment ago."""
        return self._database_trouble

    async def run(self, stop: Stop) -> None:
        """Until told to stop."""
        while not stop.requested:
            self._database_trouble = await self._ask_database()
            if self._database_trouble or any(part() for part in self._parts):
                await stop.pause(LOOK_AGAIN_S)
                continue
            for alive in self._alive:
                await self._bus.tell(originator_heartbeat(alive.pool), alive)
            await stop.pause(INTERVAL_S)

    async def _ask_database(self) -> str | None:
        try:
            async with asyncio.timeout(INTERVAL_S):
                await self._ledger.answers()
        except TRANSIENT as error:
            return repr(error)
        return None
