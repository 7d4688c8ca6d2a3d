"""Brings campaign events into the gate table."""

from collections.abc import Sequence

from evendial_chassis.bus import Bus
from evendial_contracts.campaigns import CampaignActivated, CampaignFinished, CampaignStopped
from evendial_contracts.message import Message
from evendial_contracts.requests import HangUpCalls
from evendial_contracts.subjects import HANG_UP_CALLS

from evendial_originator.event_reader import EventReader
from evendial_originator.gate_table import GateEvent, GateTable, change_of

DURABLE = "originator-gates"


def gate_reader(bus: Bus, table: GateTable) -> EventReader:
    """Which campaigns dial, and since when."""

    async def keep(messages: Sequence[Message]) -> None:
        changes = [change_of(each) for each in messages if isinstance(each, GateEvent)]
        await table.apply(changes)
        for each in changes:
            if each.hang_up_below:
                await bus.tell(HANG_UP_CALLS, HangUpCalls(campaign_id=each.campaign_id))

    kinds = (CampaignActivated, CampaignStopped, CampaignFinished)
    return EventReader(bus, DURABLE, kinds, keep, about="campaigns")
