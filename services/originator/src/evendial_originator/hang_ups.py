"""The loop that ends calls in progress of campaigns that were stopped with `hang_up`."""

import asyncio
import logging
from collections.abc import Sequence
from uuid import UUID

from evendial_chassis.bus import Bus
from evendial_chassis.database import TRANSIENT
from evendial_chassis.run import Stop
from evendial_contracts.causes import HangupCause
from evendial_contracts.requests import HangUpCalls
from evendial_contracts.subjects import HANG_UP_CALLS

from evendial_originator.asterisk import Asterisk
from evendial_originator.core.originate import channel_id
from evendial_originator.gate_table import GateTable

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0
"""A notice that was missed, by a process that was away or not connected, is made up for after that."""
AGAIN_S = 1.0
AT_ONCE = 20


class HangUps:
    """The ledger says which; `name` is the Asterisk whose calls are ours. Their outcomes come as usual."""

    def __init__(self, *, asterisk: Asterisk, gates: GateTable, name: str) -> None:
        self._asterisk = asterisk
        self._gates = gates
        self._name = name
        self._woken = asyncio.Event()

    async def listen(self, bus: Bus) -> None:
        """Hears of each such stop at once."""
        await bus.listen(HANG_UP_CALLS, HangUpCalls, self._wake)

    async def run(self, stop: Stop) -> None:
        """Until told to stop. A call is asked to end until it has ended."""
        stopping = asyncio.ensure_future(stop.wait())
        stopping.add_done_callback(lambda _: self._woken.set())
        while not stop.requested:
            left = await self._try()
            self._woken.clear()
            try:
                await asyncio.wait_for(self._woken.wait(), AGAIN_S if left else LOOK_EVERY_S)
            except TimeoutError:
                continue
        stopping.cancel()

    async def _wake(self, notice: HangUpCalls) -> None:
        self._woken.set()

    async def _try(self) -> bool:
        """Whether there was anything to hang up, or that could not be found out."""
        if self._asterisk.trouble():
            return True
        try:
            commands = await self._gates.to_hang_up(self._name)
            for start in range(0, len(commands), AT_ONCE):
                await self._hang_up(commands[start : start + AT_ONCE])
        except TRANSIENT as error:
            logger.debug("not hung up", extra={"action": "hang_up_failed", "reason": repr(error)})
            return True
        return bool(commands)

    async def _hang_up(self, commands: Sequence[UUID]) -> None:
        ends = (self._asterisk.hangup(channel_id(each), HangupCause.NORMAL_CLEARING) for each in commands)
        found = await asyncio.gather(*ends)
        logger.info("calls hung up", extra={"action": "calls_hung_up", "calls": sum(found)})
