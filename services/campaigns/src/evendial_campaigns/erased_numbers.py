"""Numbers of lists that belong to an erased person: removed for good, and said so without a digit."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID, uuid4

import asyncpg
import msgspec
from evendial_chassis.outbox import Connection
from evendial_contracts.campaigns import RemovalReason

from evendial_campaigns import erasure_store
from evendial_campaigns.command_handler import CommandHandler
from evendial_campaigns.core.commands import Actor, RecordRemoval
from evendial_campaigns.core.erasure import Erasing, Place
from evendial_campaigns.core.rejected import Rejected

SLICE = 10_000

_STANDING = """
select wanted.erasure_id, n.campaign_id, campaign.owner_id, n.number_id, n.deleted
from unnest($1::uuid[], $2::uuid[], $3::bigint[]) as wanted(erasure_id, owner_id, e164)
join number n using (e164) join campaign using (campaign_id) join import i using (import_id)
where (wanted.owner_id is null or campaign.owner_id = wanted.owner_id)
    and i.state not in ('running', 'abandoned') and i.fed_chunks >= i.chunks
order by n.campaign_id, n.number_id limit $4
"""
_LEFT = """
select exists(
    select from unnest($1::uuid[], $2::bigint[]) as wanted(owner_id, e164)
    join number using (e164) join campaign using (campaign_id)
    where wanted.owner_id is null or campaign.owner_id = wanted.owner_id)
"""
_BATCHES = "select coalesce(max(seq), 0) from batch"
_UNSAID = "select exists(select from batch where seq <= $1 and state = 'said' and fed_chunks < chunks)"
_OPEN = """
insert into batch(batch_id, campaign_id, owner_id, kind, state, numbers, chunks)
values ($1, $2, $3, 'removal', 'said', $4, 1)
"""
_TAKE = "insert into batch_number(batch_id, number_id) select $1, * from unnest($2::bigint[])"
_DELETE = (
    "delete from number where campaign_id = $1 and number_id = any($2::bigint[]) returning number_id, deleted"
)
_FREE = "delete from number_progress where campaign_id = $1 and number_id = any($2::bigint[])"
_APPLIED = "update batch set applied_chunks = 1, applied_number_id = $2 where batch_id = $1"


class _Changed(Exception):
    """What stood on the list is not what stands there now."""


class _Found(msgspec.Struct, frozen=True):
    """Numbers of one campaign; `listed` of them are on its list, the others were taken off before."""

    campaign_id: UUID
    owner_id: UUID
    erasing: Erasing
    number_ids: list[int]
    listed: int


class ErasedNumbers:
    """The table `number`, as erasures leave it."""

    def __init__(self, pool: asyncpg.Pool, handler: CommandHandler) -> None:
        self._pool = pool
        self._handler = handler

    async def remove(self, erasing: Sequence[Erasing]) -> bool:
        """Removes what can be removed now; whether there was anything."""
        found = await self._find(erasing)
        for each in found:
            try:
                await self._remove(each)
            except (_Changed, asyncpg.UniqueViolationError):
                continue  # another act on the list is under way; it is looked at again
        return bool(found)

    async def left(self, erasing: Sequence[Erasing]) -> bool:
        """Whether any of them stands anywhere, lists on their way included."""
        left: bool = await self._pool.fetchval(
            _LEFT, [each.owner_id for each in erasing], [each.e164 for each in erasing]
        )
        return left

    async def removals(self) -> int:
        """The last act on a list so far."""
        last: int = await self._pool.fetchval(_BATCHES)
        return last

    async def unsaid(self, through: int) -> bool:
        """Whether the bus was not told yet of some act up to this one."""
        unsaid: bool = await self._pool.fetchval(_UNSAID, through)
        return unsaid

    async def _find(self, erasing: Sequence[Erasing]) -> list[_Found]:
        rows = await self._pool.fetch(
            _STANDING,
            [each.erasure_id for each in erasing],
            [each.owner_id for each in erasing],
            [each.e164 for each in erasing],
            SLICE,
        )
        by_id = {each.erasure_id: each for each in erasing}
        grouped: dict[tuple[UUID, UUID, UUID], dict[int, bool]] = defaultdict(dict)
        for row in rows:
            key = (row["campaign_id"], row["owner_id"], row["erasure_id"])
            grouped[key][row["number_id"]] = row["deleted"]
        return [
            _Found(campaign_id, owner_id, by_id[erasure_id], list(ids), list(ids.values()).count(False))
            for (campaign_id, owner_id, erasure_id), ids in grouped.items()
        ]

    async def _remove(self, found: _Found) -> None:
        batch_id = uuid4()
        command = RecordRemoval(
            by=Actor(user_id=found.erasing.created_by),
            batch_id=batch_id,
            reason=RemovalReason.ERASED,
            numbers=found.listed,
            chunks=1,
        )

        async def also(connection: Connection) -> None:
            await _delete(connection, found, batch_id)

        try:
            if found.listed:
                await self._handler.handle(found.campaign_id, command, also)
                return
        except Rejected:
            pass  # the campaign was deleted: nobody is to be told what its list lost
        async with self._pool.acquire() as connection, connection.transaction():
            await _delete(connection, found, batch_id)


async def _delete(connection: Connection, found: _Found, batch_id: UUID) -> None:
    """In the transaction of the event; no other act on the list is under way in it."""
    await connection.execute(_OPEN, batch_id, found.campaign_id, found.owner_id, len(found.number_ids))
    await connection.execute(_TAKE, batch_id, found.number_ids)
    rows = await connection.fetch(_DELETE, found.campaign_id, found.number_ids)
    if [row["deleted"] for row in rows].count(False) != found.listed:
        raise _Changed
    await connection.execute(_FREE, found.campaign_id, found.number_ids)
    await connection.execute(_APPLIED, batch_id, max(found.number_ids))
    await erasure_store.count(connection, found.erasing.erasure_id, Place.NUMBERS, len(rows))
