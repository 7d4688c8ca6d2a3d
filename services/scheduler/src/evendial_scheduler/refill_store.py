"""How far the schedule is filled from the record, and what was put by meanwhile."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import msgspec
from evendial_contracts.codec import UnknownMessage, decode, encode
from evendial_contracts.message import AttemptFact, Message, tag_of
from evendial_contracts.record import HeardUpTo, ListDone

from evendial_scheduler.core.refill import Refilled
from evendial_scheduler.store import Connection, Pool

# State numbers as in core/state.py: 2 scheduled, 3 calling, 7 removed.

_LISTED = "select listed_at is not null from refill"
_LIST = "update refill set listed_at = clock_timestamp()"
_HOLD = """
update campaign set refilled_to = 0
where campaign_id = any($1::uuid[]) and not deleted and refilled_to is null
"""
_HOLD_ALL = "update campaign set refilled_to = 0 where not deleted"
_UNLIST = "update refill set listed_at = null"
_PLACE = """
insert into consumed(durable, stream_made_at, handled_seq) values ($1, $2, $3) on conflict do nothing
"""
_NEXT = """
select campaign_id, owner_id, refilled_to from campaign where refilled_to is not null
order by active desc, campaign_id limit 1
"""
_LEFT = "select count(*) from campaign where refilled_to is not null"
_DONE_LIST = """
with new as (
    insert into import_chunk(import_id, chunk_no) select $1, generate_series(0, $3::integer - 1)
    on conflict do nothing returning chunk_no)
insert into import(import_id, campaign_id, received) select $1, $2, count(*) from new
on conflict (import_id) do update set received = import.received + excluded.received
"""
_STAND = """
update number set state = known.state, attempts = known.attempts, system_failures = known.system_failures,
    failing_since = known.failing_since, due_at = known.due_at, command_id = known.command_id,
    slot_at = known.slot_at, not_after = known.not_after, suppression_id = known.suppression_id,
    ends = known.ends, disposition = known.disposition
from (
    select $1::uuid as campaign_id, * from unnest(
        $2::bigint[], $3::integer[], $4::smallint[], $5::smallint[], $6::integer[], $7::timestamptz[],
        $8::timestamptz[], $9::uuid[], $10::timestamptz[], $11::timestamptz[], $12::uuid[], $13::jsonb[],
        $14::text[])
        as told(number_id, generation, state, attempts, system_failures, failing_since, due_at, command_id,
            slot_at, not_after, suppression_id, ends, disposition)
    offset 0) as known
where number.campaign_id = known.campaign_id and number.number_id = known.number_id
    and number.generation = known.generation and number.state + 0 <> 7
    and (number.slot_at is null or number.slot_at < known.slot_at
        or number.slot_at = known.slot_at and number.state + 0 in (2, 3) and known.state not in (2, 3))
"""
"""The newest attempt wins, and its end over it: where this database knows as much, it knows best.

With `offset 0` each number is looked up by its key; by the campaign alone, all of a short list would be read.
"""
_ANCHOR = "update campaign set last_slot_at = greatest(last_slot_at, $2) where campaign_id = $1"
_TOLD = "update campaign set refilled_to = greatest(refilled_to, $2) where campaign_id = $1"
_UNFILLED = """
select campaign_id from campaign where campaign_id = any($1::uuid[]) and refilled_to is not null
order by campaign_id for share
"""
_PUT_BY = """
insert into put_by(campaign_id, type, data)
select campaign_id, type, data
from unnest($1::uuid[], $2::text[], $3::bytea[]) with ordinality as fact(campaign_id, type, data, n)
order by n
"""
_LOCK = "select refilled_to from campaign where campaign_id = $1 and refilled_to is not null for update"
_TAKE_OUT = """
delete from put_by where pos = any(array(
    select pos from put_by where campaign_id = $1 order by pos limit $2)) returning pos, type, data
"""
_FILLED = "update campaign set refilled_to = null where campaign_id = $1"


_ALONE = "select pg_try_advisory_lock($1)"
_NOT_ALONE = "select pg_advisory_unlock($1)"
_FILLING = 0x66696C6C
"""Advisory lock of the one process that fills the schedule ("fill")."""


class Unfilled(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign of which the numbers after `refilled_to` are still to be told."""

    campaign_id: UUID
    owner_id: UUID
    refilled_to: int


@asynccontextmanager
async def alone(pool: Pool) -> AsyncIterator[bool]:
    """Whether no other process fills this schedule; meanwhile none does."""
    async with pool.acquire() as connection:
        got: bool = await connection.fetchval(_ALONE, _FILLING)
        try:
            yield got
        finally:
            if got:
                await connection.execute(_NOT_ALONE, _FILLING)


async def is_listed(pool: Pool) -> bool:
    """Whether this database was ever told which campaigns there are."""
    listed: bool = await pool.fetchval(_LISTED)
    return listed


async def begin_anew(connection: Connection) -> None:
    """Every campaign is to be told once more; none is planned until it was."""
    await connection.execute(_UNLIST)
    await connection.execute(_HOLD_ALL)


async def hold(connection: Connection, campaigns: Iterable[UUID]) -> None:
    """These are not planned before their numbers are here."""
    await connection.execute(_HOLD, list(campaigns))


async def keep_place(connection: Connection, durable: str, heard: HeardUpTo) -> None:
    """All up to there is in what the record tells: a database that has heard nothing yet begins behind it."""
    await connection.execute(_PLACE, durable, heard.stream_made_at, heard.seq)


async def listed(connection: Connection) -> None:
    """All campaigns that there are have been told."""
    await connection.execute(_LIST)


async def next_unfilled(pool: Pool) -> Unfilled | None:
    """An active one first."""
    row = await pool.fetchrow(_NEXT)
    return msgspec.convert(dict(row), Unfilled) if row else None


async def left(pool: Pool) -> int:
    """How many campaigns are not all here."""
    count: int = await pool.fetchval(_LEFT)
    return count


async def lists_done(connection: Connection, campaign_id: UUID, lists: Sequence[ListDone]) -> None:
    """Their slices are passed over when they come, but for removals: the numbers that are told say it."""
    for each in lists:
        await connection.execute(_DONE_LIST, each.import_id, campaign_id, each.chunks)


async def stand(connection: Connection, campaign_id: UUID, numbers: Sequence[Refilled]) -> None:
    """What has become of numbers that are here, unless more is known of them."""
    if numbers:
        columns = Refilled.__struct_fields__
        await connection.execute(
            _STAND, campaign_id, *([getattr(each, name) for each in numbers] for name in columns)
        )
        await connection.execute(_ANCHOR, campaign_id, max(each.slot_at for each in numbers))


async def told(connection: Connection, campaign_id: UUID, up_to: int) -> None:
    """All numbers up to this one are here."""
    await connection.execute(_TOLD, campaign_id, up_to)


async def put_by(connection: Connection, messages: Sequence[Message]) -> list[Message]:
    """Keeps for later what is about numbers that may not be here yet; returns the others."""
    about = {each.campaign_id for each in messages if isinstance(each, AttemptFact)}
    if not about:
        return list(messages)
    rows = await connection.fetch(_UNFILLED, list(about))
    unfilled = {row["campaign_id"] for row in rows}
    if not unfilled:
        return list(messages)
    early = [each for each in messages if isinstance(each, AttemptFact) and each.campaign_id in unfilled]
    ids, types = [each.campaign_id for each in early], [tag_of(each) for each in early]
    await connection.execute(_PUT_BY, ids, types, [encode(each) for each in early])
    return [each for each in messages if not (isinstance(each, AttemptFact) and each.campaign_id in unfilled)]


async def take_out(connection: Connection, campaign_id: UUID, limit: int) -> list[Message] | None:
    """What was put by, in order; None where nothing is put by any more, for the campaign is filled.

    Whoever hears of the campaign now waits until the transaction ends.
    """
    if await connection.fetchval(_LOCK, campaign_id) is None:
        return None
    rows = sorted(await connection.fetch(_TAKE_OUT, campaign_id, limit), key=lambda row: row["pos"])
    facts = [decode(row["type"], row["data"]) for row in rows]
    return [fact for fact in facts if not isinstance(fact, UnknownMessage)]


async def filled(connection: Connection, campaign_id: UUID) -> None:
    """It may be planned."""
    await connection.execute(_FILLED, campaign_id)
