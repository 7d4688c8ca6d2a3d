"""Stops that are decided and of which it is not certain yet that they have taken effect."""

from uuid import UUID

import asyncpg
import msgspec
from evendial_chassis.outbox import Connection
from evendial_contracts.requests import CloseGate

_NOTE = """
insert into unconfirmed_stop(campaign_id, epoch, hang_up)
select campaign_id, (state ->> 'epoch')::bigint, (state ->> 'hung_up')::boolean from campaign
where campaign_id = $1
on conflict (campaign_id) do update set epoch = excluded.epoch, hang_up = excluded.hang_up
"""
_CONFIRM = "delete from unconfirmed_stop where campaign_id = $1 and epoch <= $2"
_UNCONFIRMED = "select campaign_id, epoch, hang_up from unconfirmed_stop order by campaign_id limit $1"


async def note(connection: Connection, campaign_id: UUID) -> None:
    """In the transaction that stops the campaign: whoever dies after it, the gate will be closed."""
    await connection.execute(_NOTE, campaign_id)


async def confirm(pool: asyncpg.Pool, campaign_id: UUID, epoch: int) -> None:
    """The gate stands at this epoch in the ledger."""
    await pool.execute(_CONFIRM, campaign_id, epoch)


async def unconfirmed(pool: asyncpg.Pool, limit: int) -> list[CloseGate]:
    """What is still to be asked for."""
    return [msgspec.convert(dict(row), CloseGate) for row in await pool.fetch(_UNCONFIRMED, limit)]
