"""Answers what other services ask of the ledger; one originator of all answers each question."""

import asyncio

from evendial_chassis.bus import Bus
from evendial_chassis.outbox import Relay
from evendial_contracts.dialing import VoidReason
from evendial_contracts.requests import (
    AskSuppressions,
    CloseGate,
    CommandKnown,
    EndCommand,
    GateClosed,
    HangUpCalls,
    KeepSuppressions,
    SuppressionsKept,
    SuppressionsKnown,
)
from evendial_contracts.subjects import (
    ASK_SUPPRESSIONS,
    END_COMMAND,
    GATE_CLOSE,
    HANG_UP_CALLS,
    KEEP_SUPPRESSIONS,
)

from evendial_originator import metrics
from evendial_originator.gate_table import GateTable, closed
from evendial_originator.ledger import Ledger
from evendial_originator.sender import CLAIM_LIFE_S
from evendial_originator.suppression_table import SuppressionTable

QUEUE = "originators"


class Requests:
    """No answer means not done: whoever asked asks again."""

    def __init__(
        self, *, bus: Bus, gates: GateTable, suppressions: SuppressionTable, ledger: Ledger, relay: Relay
    ) -> None:
        self._bus = bus
        self._gates = gates
        self._suppressions = suppressions
        self._ledger = ledger
        self._relay = relay

    async def listen(self) -> None:
        """From now on, as long as the bus is open."""
        await self._bus.listen(GATE_CLOSE, CloseGate, self._close_gate, queue=QUEUE)
        await self._bus.listen(END_COMMAND, EndCommand, self._end_command, queue=QUEUE)
        await self._bus.listen(KEEP_SUPPRESSIONS, KeepSuppressions, self._keep_suppressions, queue=QUEUE)
        await self._bus.listen(ASK_SUPPRESSIONS, AskSuppressions, self._known_suppressions, queue=QUEUE)

    async def _close_gate(self, request: CloseGate) -> GateClosed:
        await self._gates.apply([closed(request)])
        await asyncio.sleep(CLAIM_LIFE_S)  # what any originator had claimed before is sent or void by then
        if request.hang_up:
            await self._bus.tell(HANG_UP_CALLS, HangUpCalls(campaign_id=request.campaign_id))
        epoch = await self._gates.epoch(request.campaign_id)
        return GateClosed(campaign_id=request.campaign_id, epoch=epoch)

    async def _keep_suppressions(self, request: KeepSuppressions) -> SuppressionsKept:
        kept = await self._suppressions.apply(request.entries)
        await asyncio.sleep(CLAIM_LIFE_S)
        return SuppressionsKept(kept=kept)

    async def _known_suppressions(self, request: AskSuppressions) -> SuppressionsKnown:
        return await self._suppressions.known()

    async def _end_command(self, request: EndCommand) -> CommandKnown:
        voided = await self._ledger.void(request, VoidReason.TOMBSTONE)
        if voided:
            metrics.voided.labels(VoidReason.TOMBSTONE.value).inc()
            self._relay.wake()
        return CommandKnown(command_id=request.command_id, voided=voided)
