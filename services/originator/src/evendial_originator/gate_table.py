"""What the ledger knows of each campaign: the table that claims are checked against."""

from uuid import UUID

import asyncpg
import msgspec
from evendial_contracts.campaigns import CampaignActivated, CampaignFinished, CampaignStopped

_APPLY = """
insert into gate(campaign_id, epoch, active) select * from unnest($1::uuid[], $2::bigint[], $3::boolean[])
on conflict (campaign_id) do update
set epoch = excluded.epoch, active = excluded.active, changed_at = clock_timestamp()
where gate.epoch < excluded.epoch
"""
_EPOCH = "select epoch from gate where campaign_id = $1"

GateEvent = CampaignActivated | CampaignStopped | CampaignFinished


class GateChange(msgspec.Struct, frozen=True, kw_only=True):
    """From this epoch on the campaign does, or does not, dial."""

    campaign_id: UUID
    epoch: int
    active: bool


def change_of(event: GateEvent) -> GateChange:
    """What an event does to the gate of its campaign."""
    active = isinstance(event, CampaignActivated)
    return GateChange(campaign_id=event.campaign_id, epoch=event.epoch, active=active)


class GateTable:
    """Only ever forward: what is older than the row changes nothing."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def apply(self, changes: list[GateChange]) -> None:
        """Waits for the claims in flight: none of an older epoch can commit after it returns."""
        newest: dict[UUID, GateChange] = {}
        for change in sorted(changes, key=lambda each: each.epoch):
            newest[change.campaign_id] = change
        rows = [newest[campaign_id] for campaign_id in sorted(newest)]
        await self._pool.execute(
            _APPLY, [r.campaign_id for r in rows], [r.epoch for r in rows], [r.active for r in rows]
        )

    async def epoch(self, campaign_id: UUID) -> int:
        """Where the gate stands; 0 for a campaign that was never heard of."""
        return await self._pool.fetchval(_EPOCH, campaign_id) or 0
