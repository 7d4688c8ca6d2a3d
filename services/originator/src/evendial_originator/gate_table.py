"""What the ledger knows of each campaign: the table that claims are checked against."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg
import msgspec
from evendial_contracts.campaigns import CampaignActivated, CampaignFinished, CampaignStopped
from evendial_contracts.requests import CloseGate
from msgspec.structs import replace

_APPLY = """
insert into gate(campaign_id, epoch, active, hang_up_below)
select * from unnest($1::uuid[], $2::bigint[], $3::boolean[], $4::bigint[])
on conflict (campaign_id) do update
set epoch = greatest(gate.epoch, excluded.epoch),
    active = case when gate.epoch < excluded.epoch then excluded.active else gate.active end,
    hang_up_below = greatest(gate.hang_up_below, excluded.hang_up_below), changed_at = clock_timestamp()
where gate.epoch < excluded.epoch or gate.hang_up_below < excluded.hang_up_below
"""
_TO_HANG_UP = """
select command_id from attempt join gate using (campaign_id)
where live and asterisk = $1 and attempt.epoch < hang_up_below
"""
_EPOCH = "select epoch from gate where campaign_id = $1"

GateEvent = CampaignActivated | CampaignStopped | CampaignFinished


class GateChange(msgspec.Struct, frozen=True, kw_only=True):
    """From this epoch on the campaign does, or does not, dial.

    Calls of epochs below `hang_up_below` are to be ended.
    """

    campaign_id: UUID
    epoch: int
    active: bool
    hang_up_below: int = 0


def change_of(event: GateEvent) -> GateChange:
    """What an event does to the gate of its campaign."""
    active = isinstance(event, CampaignActivated)
    below = event.epoch if isinstance(event, CampaignStopped) and event.hang_up else 0
    return GateChange(campaign_id=event.campaign_id, epoch=event.epoch, active=active, hang_up_below=below)


def closed(request: CloseGate) -> GateChange:
    """What is asked for when a campaign was stopped."""
    below = request.epoch if request.hang_up else 0
    return GateChange(campaign_id=request.campaign_id, epoch=request.epoch, active=False, hang_up_below=below)


def newest(changes: Sequence[GateChange]) -> list[GateChange]:
    """What they come to, one for each campaign."""
    known: dict[UUID, GateChange] = {}
    for change in sorted(changes, key=lambda each: each.epoch):
        before = known.get(change.campaign_id, change)
        below = max(before.hang_up_below, change.hang_up_below)
        known[change.campaign_id] = replace(change, hang_up_below=below)
    return [known[campaign_id] for campaign_id in sorted(known)]


class GateTable:
    """Only ever forward: what is older than the row changes nothing."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def apply(self, changes: Sequence[GateChange]) -> None:
        """Waits for the claims in flight: none of an older epoch can commit after it returns."""
        rows = newest(changes)
        await self._pool.execute(
            _APPLY,
            [row.campaign_id for row in rows],
            [row.epoch for row in rows],
            [row.active for row in rows],
            [row.hang_up_below for row in rows],
        )

    async def epoch(self, campaign_id: UUID) -> int:
        """Where the gate stands; 0 for a campaign that was never heard of."""
        return await self._pool.fetchval(_EPOCH, campaign_id) or 0

    async def to_hang_up(self, asterisk: str) -> list[UUID]:
        """The commands whose calls on that Asterisk are to be ended, and have not ended yet."""
        return [row["command_id"] for row in await self._pool.fetch(_TO_HANG_UP, asterisk)]
