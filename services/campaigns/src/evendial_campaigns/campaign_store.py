"""What the events of each campaign add up to, kept beside them for the look-ups of the API."""

from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec
from evendial_chassis.outbox import Connection

from evendial_campaigns.core.campaign import Campaign

_SAVE = """
insert into campaign(campaign_id, owner_id, state, created_at, updated_at) values ($1, $2, $3, $4, $4)
on conflict (campaign_id) do update set state = excluded.state, updated_at = excluded.updated_at
"""
_FIND = """
select seq, state, created_at,
    not exists(select from unconfirmed_stop where unconfirmed_stop.campaign_id = campaign.campaign_id)
        as stop_confirmed
from campaign where campaign_id = $1 and ($2::uuid is null or owner_id = $2) and not deleted
"""


class KeptCampaign(msgspec.Struct, frozen=True):
    """A campaign, when it was made, and whether it is certain that its last stop has taken effect."""

    campaign: Campaign
    created_at: datetime
    stop_confirmed: bool


async def save(connection: Connection, campaign: Campaign, at: datetime) -> None:
    """Replaces what is kept, in the transaction of the events that changed it at this time."""
    await connection.execute(_SAVE, campaign.campaign_id, campaign.owner_id, campaign, at)


async def find(pool: asyncpg.Pool, campaign_id: UUID, owner_id: UUID | None) -> KeptCampaign | None:
    """A campaign of one owner, or of anybody when `owner_id` is None; one that was deleted is not there."""
    row = await pool.fetchrow(_FIND, campaign_id, owner_id)
    return _kept(row) if row else None


def _kept(row: asyncpg.Record) -> KeptCampaign:
    return KeptCampaign(msgspec.convert(row["state"], Campaign), row["created_at"], row["stop_confirmed"])
