"""What is left of deleted campaigns: their numbers, and which lists were here."""

from uuid import UUID

from evendial_scheduler.store import Pool

SLICE = 10_000

_LEFT = """
select campaign_id from campaign where deleted and (
    (select number_id from number where number.campaign_id = campaign.campaign_id limit 1) is not null
    or (select import_id from import where import.campaign_id = campaign.campaign_id limit 1) is not null)
"""
_NUMBERS = """
delete from number where ctid = any(array(select ctid from number where campaign_id = $1 limit $2))
"""
_CHUNKS = """
delete from import_chunk where ctid = any(array(
    select ctid from import_chunk
    where import_id = any(array(select import_id from import where campaign_id = $1)) limit $2))
"""
_ZONES = """
delete from campaign_zone where ctid = any(array(
    select ctid from campaign_zone where campaign_id = $1 limit $2))
"""
_LISTS = """
delete from import where ctid = any(array(select ctid from import where campaign_id = $1 limit $2))
"""


async def left(pool: Pool) -> list[UUID]:
    """The deleted campaigns of which something is here."""
    return [row["campaign_id"] for row in await pool.fetch(_LEFT)]


async def forget(pool: Pool, campaign_id: UUID) -> None:
    """Deletes it, each slice in a transaction of its own: the outbox waits behind long ones."""
    for statement in (_NUMBERS, _CHUNKS, _ZONES, _LISTS):
        while await pool.execute(statement, campaign_id, SLICE) != "DELETE 0":
            pass
