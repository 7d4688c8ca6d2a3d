"""Brings suppression events into the ledger: also what was said while no originator could be asked."""

from collections.abc import Sequence

from evendial_chassis.bus import Bus
from evendial_contracts.message import Message
from evendial_contracts.suppressions import SuppressionAdded, SuppressionRemoved

from evendial_originator.event_reader import EventReader
from evendial_originator.suppression_table import SuppressionTable, entry_of

DURABLE = "originator-suppressions"


def suppression_reader(bus: Bus, table: SuppressionTable) -> EventReader:
    """Who is not to be called."""

    async def keep(messages: Sequence[Message]) -> None:
        await table.apply(
            [entry_of(each) for each in messages if isinstance(each, SuppressionAdded | SuppressionRemoved)]
        )

    return EventReader(bus, DURABLE, (SuppressionAdded, SuppressionRemoved), keep, about="suppressions")
