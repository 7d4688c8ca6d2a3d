"""A loop that brings events into a table of the ledger which claims are checked against."""

from collections.abc import Awaitable, Callable, Sequence

from evendial_chassis.bus import Bus
from evendial_chassis.consumer import Consumer, Delivery
from evendial_chassis.run import Stop
from evendial_contracts.message import Message
from evendial_contracts.subjects import events_of

LOOK_EVERY_S = 0.1
ACK_WAIT_S = 5.0
"""What a killed process had in hand is delivered again after that; until then nobody has caught up."""

Keep = Callable[[Sequence[Message]], Awaitable[None]]


class EventReader:
    """Reads a durable that all originators of a ledger share. Nothing is claimed before it caught up."""

    def __init__(
        self, bus: Bus, durable: str, kinds: Sequence[type[Message]], keep: Keep, *, about: str
    ) -> None:
        self._consumer = Consumer(bus, durable, events_of(*kinds), ack_wait_s=ACK_WAIT_S)
        self._keep = keep
        self._about = about
        self._caught_up = False

    def trouble(self) -> str | None:
        """A health part: claims wait until the events that were there at the start are in the table."""
        return None if self._caught_up else f"reading events about {self._about}"

    async def run(self, stop: Stop) -> None:
        """Until told to stop."""
        await self._consumer.handle(self._handle, stop)

    async def catch_up(self, stop: Stop) -> None:
        """Returns once the table has held every event that was in the stream at some time after the start."""
        while not self._caught_up and not await stop.pause(LOOK_EVERY_S):
            self._caught_up = await self._consumer.caught_up()

    async def _handle(self, batch: list[Delivery]) -> None:
        await self._keep([each.message for each in batch])
