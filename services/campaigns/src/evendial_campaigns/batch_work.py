"""What was said of numbers of a list, done chunk by chunk: in the tables first, then for the scheduler."""

from uuid import UUID

import asyncpg
import msgspec
from evendial_chassis.outbox import Connection
from evendial_contracts.numbers import ListedNumber, NumbersChunk

from evendial_campaigns.batch_store import Kind, busy
from evendial_campaigns.core.campaign import Campaign
from evendial_campaigns.core.listing import CHUNK
from evendial_campaigns.core.progress import NumberState
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.core.standing import AGAIN

_HOLD = """
select coalesce(p.state, 'free') as state
from number n join import i on i.import_id = n.import_id and i.state = 'finished'
left join number_progress p on p.number_id = n.number_id
where n.campaign_id = $1 and n.number_id = $2 and not n.deleted for no key update of n
"""
_BUSY = """
select exists(select from batch where campaign_id = $1 and (state = 'preparing' or applied_chunks < chunks))
"""
_SAY_ONE = """
insert into batch(batch_id, campaign_id, owner_id, kind, state, numbers, chunks)
values ($1, $2, $3, $4, 'said', 1, 1)
"""
_TAKE_ONE = "insert into batch_number(batch_id, number_id) values ($1, $2)"
_UNAPPLIED = """
select campaign_id, kind, applied_number_id as after from batch
where batch_id = $1 and state = 'said' and applied_chunks < chunks for update
"""
_CHUNK = (
    "select number_id from batch_number where batch_id = $1 and number_id > $2 order by number_id limit $3"
)
_APPLIED = "update batch set applied_chunks = applied_chunks + 1, applied_number_id = $2 where batch_id = $1"
_REDIAL = """
update number set generation = number.generation + 1
from unnest($2::bigint[]) as chunk(number_id) join number_progress using (number_id)
where number.campaign_id = $1 and number.number_id = chunk.number_id and not deleted
    and number_progress.state = any($3::text[])
"""
_REMOVE = """
update number set deleted = true, unique_in = null, variables = null
where campaign_id = $1 and number_id = any($2::bigint[]) and not deleted
"""
_FREE = """
delete from number_progress using unnest($2::bigint[]) as chunk(number_id) join number using (number_id)
where number.campaign_id = $1 and number_progress.number_id = chunk.number_id
    and (deleted or number.generation > number_progress.generation)
"""
_NEXT = """
select batch_id, campaign_id, owner_id, fed_chunks from batch
where state = 'said' and fed_chunks < least(chunks, applied_chunks) and not exists (
    select from import where import.campaign_id = batch.campaign_id
        and import.state = 'finished' and import.fed_chunks < import.chunks)
order by seq limit 1
"""
"""A list goes before what was done to it: chunks of the same numbers never wait for each other's rows."""
_NUMBERS = """
with chunk as (select number_id from batch_number where batch_id = $1 order by number_id limit $3)
select chunk.number_id, case when deleted then null else e164::text end as e164,
    coalesce(generation, 0) as generation, reference
from chunk left join number n on campaign_id = $2 and n.number_id = chunk.number_id
order by chunk.number_id
"""
_FORGET = """
delete from number where campaign_id = $1 and number_id = any($2::bigint[]) and deleted
    and not exists(select from call where call.number_id = number.number_id)
"""
_DONE = "delete from batch_number where batch_id = $1 and number_id <= $2"
_FED = "update batch set fed_chunks = $2 + 1 where batch_id = $1 and fed_chunks = $2"


class Unfed(msgspec.Struct, frozen=True):
    """A batch of which the next chunk was applied and is still to be fed."""

    batch_id: UUID
    campaign_id: UUID
    owner_id: UUID
    fed_chunks: int


async def refuse_while_busy(connection: Connection, campaign_id: UUID) -> None:
    """Raises `Rejected` while an act on many numbers of a list is not done yet."""
    if await connection.fetchval(_BUSY, campaign_id):
        raise busy()


async def hold_one(connection: Connection, campaign_id: UUID, number_id: int) -> NumberState:
    """Locks a number; where it stands. Raises `Rejected` if it is not there, or the list is busy."""
    await refuse_while_busy(connection, campaign_id)
    state = await connection.fetchval(_HOLD, campaign_id, number_id)
    if state is None:
        raise Rejected("not_found", "There is no such number.")
    return NumberState(state)


async def do_one(
    connection: Connection, batch_id: UUID, campaign: Campaign, kind: Kind, number_id: int
) -> None:
    """A batch of one number, said and applied."""
    await connection.execute(_SAY_ONE, batch_id, campaign.campaign_id, campaign.owner_id, kind)
    await connection.execute(_TAKE_ONE, batch_id, number_id)
    await apply_chunk(connection, batch_id)


async def apply_chunk(connection: Connection, batch_id: UUID) -> bool:
    """Does the next chunk of a batch that was said; false when all are done.

    A redialled number is free in its new generation, which is to say: it has no progress.
    """
    row = await connection.fetchrow(_UNAPPLIED, batch_id)
    if row is None:
        return False
    rows = await connection.fetch(_CHUNK, batch_id, row["after"], CHUNK)
    chunk = [each["number_id"] for each in rows]
    if Kind(row["kind"]) is Kind.REDIAL:
        await connection.execute(_REDIAL, row["campaign_id"], chunk, list(AGAIN))
    else:
        await connection.execute(_REMOVE, row["campaign_id"], chunk)
    await connection.execute(_FREE, row["campaign_id"], chunk)
    await connection.execute(_APPLIED, batch_id, chunk[-1])
    return True


async def next_to_feed(pool: asyncpg.Pool) -> Unfed | None:
    """The oldest batch with a chunk for the scheduler."""
    row = await pool.fetchrow(_NEXT)
    return msgspec.convert(dict(row), Unfed) if row else None


async def chunk_of(pool: asyncpg.Pool, unfed: Unfed) -> NumbersChunk:
    """What is said to the scheduler of the next chunk; a number that is gone for good was removed."""
    rows = await pool.fetch(_NUMBERS, unfed.batch_id, unfed.campaign_id, CHUNK)
    return NumbersChunk(
        campaign_id=unfed.campaign_id,
        owner_id=unfed.owner_id,
        import_id=unfed.batch_id,
        chunk_no=unfed.fed_chunks,
        numbers=tuple(_entry(row) for row in rows),
    )


async def fed(connection: Connection, unfed: Unfed, number_ids: list[int]) -> None:
    """The chunk was published: what was removed goes for good unless calls tell of it."""
    await connection.execute(_FORGET, unfed.campaign_id, number_ids)
    await connection.execute(_DONE, unfed.batch_id, number_ids[-1])
    await connection.execute(_FED, unfed.batch_id, unfed.fed_chunks)


def _entry(row: asyncpg.Record) -> ListedNumber:
    if row["e164"] is None:
        return ListedNumber(row["number_id"], "", row["generation"], None, deleted=True)
    return ListedNumber(*row)
