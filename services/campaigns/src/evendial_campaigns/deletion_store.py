"""What is left of deleted campaigns: their numbers, and what was noted of those."""

from uuid import UUID

import asyncpg

SLICE = 20_000

# What still goes on with a list comes to its end first: those loops count on the rows that they go through.
_TO_SWEEP = """
select campaign_id from campaign c where deleted and not swept and not exists(
        select from import i where i.campaign_id = c.campaign_id
            and (i.state in ('running', 'abandoned') or i.state = 'finished' and i.fed_chunks < i.chunks))
    and not exists(
        select from batch b where b.campaign_id = c.campaign_id
            and (b.state in ('preparing', 'abandoned') or b.fed_chunks < b.chunks))
order by seq
"""


def _slice_of(table: str, which: str) -> str:
    return f"delete from {table} where ctid = any(array(select ctid from {table} where {which} limit $2))"  # noqa: S608


_SLICES = (
    _slice_of("number", "campaign_id = $1"),
    _slice_of("number_progress", "campaign_id = $1"),
    _slice_of("call", "campaign_id = $1"),
    _slice_of("batch_number", "batch_id = any(array(select batch_id from batch where campaign_id = $1))"),
    _slice_of("batch", "campaign_id = $1"),
    _slice_of("refused_line", "import_id = any(array(select import_id from import where campaign_id = $1))"),
    _slice_of("import", "campaign_id = $1"),
)
_SWEPT = "update campaign set swept = true where campaign_id = $1"


async def to_sweep(pool: asyncpg.Pool) -> list[UUID]:
    """The deleted campaigns of which something may be left that nobody works with any more."""
    return [row["campaign_id"] for row in await pool.fetch(_TO_SWEEP)]


async def sweep(pool: asyncpg.Pool, campaign_id: UUID) -> None:
    """Deletes what is left of one, each slice in a transaction of its own; safe to begin again."""
    for statement in _SLICES:
        while await pool.execute(statement, campaign_id, SLICE) != "DELETE 0":
            pass
    await pool.execute(_SWEPT, campaign_id)
