"""Keeps what the next plan carries on from: last slots, and how far shares have come."""

from collections.abc import Sequence
from datetime import datetime

from evendial_scheduler import campaign_store, ceiling_store, resource_store
from evendial_scheduler.core.orders import slots_to_keep
from evendial_scheduler.core.pacing import Slot
from evendial_scheduler.core.room import System
from evendial_scheduler.core.roster import Active
from evendial_scheduler.store import Connection


async def keep(
    connection: Connection,
    slots: Sequence[Slot],
    campaigns: Sequence[Active],
    system: System,
    start: datetime,
) -> None:
    """After these slots, in the order of time, were given; nobody plans one before `start` any more."""
    await campaign_store.keep_anchors(connection, slots)
    last = {slot.trunk_id: slot for slot in slots}
    for trunk in {each.trunk.trunk_id: each.trunk for each in campaigns}.values():
        if slot := last.get(trunk.trunk_id):
            here = [each for each in slots if each.trunk_id == trunk.trunk_id]
            kept = slots_to_keep(trunk.slots, here, trunk.calls_per_second, start)
            await resource_store.keep_slots(connection, kept, slot)
    if system.calls_per_second is not None:
        kept = slots_to_keep(system.slots, slots, system.calls_per_second, start)
        await ceiling_store.keep(connection, kept)
