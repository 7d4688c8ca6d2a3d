"""The loop that brings announced sequences into the library."""

from evendial_chassis.bus import Bus
from evendial_chassis.consumed import Consumed
from evendial_chassis.consumer import Consumer, Delivery
from evendial_chassis.run import Stop
from evendial_contracts.campaigns import SequenceChanged
from evendial_contracts.subjects import events_of

from evendial_agi.library import Library

DURABLE = "agi-projector"


class Projector:
    """Consumes `campaign.sequence_changed` through one durable that all agi services of a database share."""

    def __init__(self, bus: Bus, library: Library, consumed: Consumed) -> None:
        self._consumer = Consumer(bus, DURABLE, events_of(SequenceChanged), consumed=consumed)
        self._library = library

    async def run(self, stop: Stop) -> None:
        """Until told to stop."""
        await self._consumer.handle(self._keep, stop)

    async def caught_up(self) -> bool:
        """Whether all that was announced before now is in the library."""
        return await self._consumer.caught_up()

    async def _keep(self, batch: list[Delivery]) -> None:
        changes = [each.message for each in batch if isinstance(each.message, SequenceChanged)]
        await self._library.keep(changes)
