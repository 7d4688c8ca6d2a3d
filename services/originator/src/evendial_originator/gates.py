"""Brings campaign events into the gate table."""

from collections.abc import Sequence

from evendial_chassis.bus import Bus
from evendial_contracts.campaigns import CampaignActivated, CampaignFinished, CampaignStopped
from evendial_contracts.message import Message

from evendial_originator.event_reader import EventReader
from evendial_originator.gate_table import GateEvent, GateTable, change_of

DURABLE = "originator-gates"


def gate_reader(bus: Bus, table: GateTable) -> EventReader:
    """Which campaigns dial, and since when."""

    async def keep(messages: Sequence[Message]) -> None:
        await table.apply([change_of(each) for each in messages if isinstance(each, GateEvent)])

    kinds = (CampaignActivated, CampaignStopped, CampaignFinished)
    return EventReader(bus, DURABLE, kinds, keep, about="campaigns")
