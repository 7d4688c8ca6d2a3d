"""The loop that says each second, for each pool, that this originator can dial, or why not."""

import asyncio
from collections.abc import Mapping

from evendial_chassis.bus import Bus
from evendial_chassis.database import TRANSIENT
from evendial_chassis.health import Part
from evendial_chassis.run import Stop
from evendial_contracts.requests import OriginatorAlive, OriginatorTroubled, Trouble
from evendial_contracts.subjects import originator_heartbeat, originator_trouble

from evendial_originator.ledger import Ledger

INTERVAL_S = 1.0
LOOK_AGAIN_S = 0.25


class Heartbeat:
    """Not alive while any of `parts`, or the database, has something wrong; each has its word for that."""

    def __init__(
        self,
        *,
        bus: Bus,
        ledger: Ledger,
        pools: tuple[str, ...],
        instance: str,
        parts: Mapping[Trouble, Part],
    ) -> None:
        self._bus = bus
        self._ledger = ledger
        self._pools = pools
        self._instance = instance
        self._parts = parts
        self._database_trouble: str | None = "not asked yet"

    def database_trouble(self) -> str | None:
        """A health part: why the database could not take a claim a moment ago."""
        return self._database_trouble

    async def run(self, stop: Stop) -> None:
        """Until told to stop. What it says to be wrong it says no oftener than that it is well."""
        quiet_s, clock = 0.0, asyncio.get_running_loop().time
        while not stop.requested:
            self._database_trouble = await self._ask_database()
            trouble = self._trouble()
            if trouble is None:
                for pool in self._pools:
                    alive = OriginatorAlive(pool=pool, instance=self._instance)
                    await self._bus.tell(originator_heartbeat(pool), alive)
                await stop.pause(INTERVAL_S)
                continue
            if clock() >= quiet_s:
                quiet_s = clock() + INTERVAL_S
                for pool in self._pools:
                    troubled = OriginatorTroubled(pool=pool, instance=self._instance, trouble=trouble)
                    await self._bus.tell(originator_trouble(pool), troubled)
            await stop.pause(LOOK_AGAIN_S)

    def _trouble(self) -> Trouble | None:
        if self._database_trouble:
            return Trouble.LEDGER_AWAY
        return next((trouble for trouble, part in self._parts.items() if part()), None)

    async def _ask_database(self) -> str | None:
        try:
            async with asyncio.timeout(INTERVAL_S):
                await self._ledger.answers()
        except TRANSIENT as error:
            return repr(error)
        return None
