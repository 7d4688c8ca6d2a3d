"""The loop that brings campaign events into the gate table."""

from evendial_chassis.bus import Bus
from evendial_chassis.consumer import Consumer, Delivery
from evendial_chassis.run import Stop
from evendial_contracts.campaigns import CampaignActivated, CampaignFinished, CampaignStopped
from evendial_contracts.subjects import events_of

from evendial_originator.gate_table import GateEvent, GateTable, change_of

DURABLE = "originator-gates"
LOOK_EVERY_S = 0.1
ACK_WAIT_S = 5.0
"""What a killed process had in hand is delivered again after that; until then nobody has caught up."""


class Gates:
    """Consumes through one durable that all originators of a ledger share."""

    def __init__(self, bus: Bus, table: GateTable) -> None:
        subjects = events_of(CampaignActivated, CampaignStopped, CampaignFinished)
        self._consumer = Consumer(bus, DURABLE, subjects, ack_wait_s=ACK_WAIT_S)
        self._table = table
        self._caught_up = False

    def trouble(self) -> str | None:
        """A health part: claims wait until the events that were there at the start are in the table."""
        return None if self._caught_up else "reading campaign events"

    async def run(self, stop: Stop) -> None:
        """Until told to stop."""
        await self._consumer.handle(self._keep, stop)

    async def catch_up(self, stop: Stop) -> None:
        """Returns once the table has held every event that was in the stream at some time after the start."""
        while not self._caught_up and not await stop.pause(LOOK_EVERY_S):
            self._caught_up = await self._consumer.caught_up()

    async def _keep(self, batch: list[Delivery]) -> None:
        events = [each.message for each in batch if isinstance(each.message, GateEvent)]
        await self._table.apply([change_of(event) for event in events])
