"""The loop that takes note of calls that the agi service served: a call answered while nobody listened."""

import asyncio
from uuid import UUID

from evendial_chassis.bus import Bus
from evendial_chassis.consumer import Consumer, Delivery
from evendial_chassis.run import Stop
from evendial_contracts.actions import ActionCompleted, SequenceEnded
from evendial_contracts.subjects import events_of

from evendial_originator.core.proof import Proof, facts_of, proof_of, together
from evendial_originator.tracker import Tracker
from evendial_originator.witness_table import WitnessTable

DURABLE = "originator-witness"
LOOK_EVERY_S = 0.05


class AgiWitness:
    """Consumes through one durable that all originators of a ledger share."""

    def __init__(self, bus: Bus, table: WitnessTable, tracker: Tracker) -> None:
        self._consumer = Consumer(bus, DURABLE, events_of(ActionCompleted, SequenceEnded))
        self._table = table
        self._tracker = tracker

    async def run(self, stop: Stop) -> None:
        """Until told to stop."""
        await self._consumer.handle(self._keep, stop)

    async def heard_out(self, within_s: float) -> bool:
        """Whether all that was said before now has been noted within that time."""
        try:
            async with asyncio.timeout(within_s):
                for _ in range(round(within_s / LOOK_EVERY_S)):
                    if await self._consumer.caught_up():
                        return True
                    await asyncio.sleep(LOOK_EVERY_S)
        except TimeoutError:
            pass
        return False

    async def _keep(self, batch: list[Delivery]) -> None:
        others: dict[UUID, Proof] = {}
        for each in batch:
            if not isinstance(each.message, ActionCompleted | SequenceEnded):
                continue
            said = proof_of(each.message, each.envelope.time)
            if self._tracker.knows(each.message.command_id):
                for fact in facts_of(each.message, said):
                    self._tracker.hear(fact)
            else:
                before = others.get(each.message.command_id)
                others[each.message.command_id] = together(before, said) if before else said
        if others:
            await self._table.note(others)
