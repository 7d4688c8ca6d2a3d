"""Brings suppression events into the ledger: also what was said while no originator could be asked."""

from collections.abc import Sequence

from evendial_chassis.bus import Bus
from evendial_contracts.message import Message
from evendial_contracts.suppressions import (
    SuppressionAdded,
    SuppressionRemoved,
    SuppressionSaid,
    SuppressionsDelisted,
    SuppressionsListed,
    entries_of,
)

from evendial_originator.event_reader import EventReader
from evendial_originator.suppression_table import SuppressionTable

HEARD = (SuppressionAdded, SuppressionRemoved, SuppressionsListed, SuppressionsDelisted)
DURABLE = "originator-suppressions"


def suppression_reader(bus: Bus, table: SuppressionTable) -> EventReader:
    """Who is not to be called."""

    async def keep(messages: Sequence[Message]) -> None:
        for each in messages:
            if isinstance(each, SuppressionSaid):
                await table.apply(list(entries_of(each)))

    return EventReader(bus, DURABLE, HEARD, keep, about="suppressions")
