"""Which numbers of a list an act is about: gathered in slices, then said at once."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from evendial_chassis.outbox import Connection

from evendial_campaigns.core.campaign import Campaign
from evendial_campaigns.core.progress import NumberState
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.core.standing import IN_A_CALL

SLICE = 20_000
STALE_S = 120
"""A batch that is being prepared and gained nothing for so long has nobody any more who prepares it."""

_BEGIN = "insert into batch(batch_id, campaign_id, owner_id, kind) values ($1, $2, $3, $4)"
_IMPORTING = "select exists(select from import where campaign_id = $1 and state = 'running')"
_FIND = """
select numbers, kept from batch where batch_id = $1 and campaign_id = $2 and state = 'said'
"""
_FAILED = """
select number_id from number_progress
where campaign_id = $2 and number_id > $3 and state = any($5::text[])
"""
_NOT_IN_A_CALL = """
select n.number_id from number n join import i on i.import_id = n.import_id and i.state = 'finished'
where n.campaign_id = $2 and n.number_id > $3 and not n.deleted and not exists(
    select from number_progress p where p.number_id = n.number_id and p.state = any($5::text[]))
"""
_NEVER_CALLED = """
select n.number_id from number n join import i on i.import_id = n.import_id and i.state = 'finished'
where n.campaign_id = $2 and n.number_id > $3 and not n.deleted and not exists(
        select from number_progress p where p.number_id = n.number_id and p.state = any($5::text[]))
    and n.import_id = $6 and n.generation = 0
    and not exists(select from call where call.number_id = n.number_id)
"""
_GATHER = """
with preparing as (
    update batch set touched_at = clock_timestamp() where batch_id = $1 and state = 'preparing'
    returning batch_id),
chosen as ({chosen} order by number_id limit $4),
stored as (
    insert into batch_number(batch_id, number_id) select batch_id, number_id from preparing cross join chosen
    returning number_id)
select exists(select from preparing) as preparing, count(*) as numbers, max(number_id) as last from stored
"""
_LEFT_OF_IMPORT = """
select count(*) from number where campaign_id = $1 and import_id = $2 and not deleted
"""
_LEFT_IN_CALLS = "select count(*) from number_progress where campaign_id = $1 and state = any($2::text[])"
_SAY = """
update batch set state = 'said', numbers = $2, kept = $3, chunks = $4
where batch_id = $1 and state = 'preparing' returning batch_id
"""
_UNDONE = "update import set undone_at = clock_timestamp() where import_id = $1"
_ABANDON = "update batch set state = 'abandoned' where batch_id = any($1::uuid[]) and state = 'preparing'"
_ABANDON_OLD = """
update batch set state = 'abandoned'
where state = 'preparing' and touched_at < clock_timestamp() - make_interval(secs => $1)
"""
_ABANDONED = "select batch_id from batch where state = 'abandoned' order by seq"
_DISCARD = """
delete from batch_number where ctid = any(array(select ctid from batch_number where batch_id = $1 limit $2))
"""
_FORGET = "delete from batch where batch_id = $1 and state in ('preparing', 'abandoned')"


class Kind(StrEnum):
    """What is done with the numbers of a batch."""

    REDIAL = "redial"
    REMOVAL = "removal"


class Done(msgspec.Struct, frozen=True):
    """So many numbers an act was about; `kept` were left out, for it could not be done with them."""

    numbers: int
    kept: int


class Choice(msgspec.Struct, frozen=True):
    """Which numbers of a campaign: a fragment of SQL of this file, and what it needs."""

    sql: str
    arguments: tuple[Any, ...]


def all_failed() -> Choice:
    """Attempts used up, or no number at all; never those of unknown outcome."""
    return Choice(_FAILED, ([NumberState.FAILED],))


def all_not_in_a_call() -> Choice:
    """The whole list but for those in the hands of a dial command."""
    return Choice(_NOT_IN_A_CALL, (list(IN_A_CALL),))


def never_called_of(import_id: UUID) -> Choice:
    """What came with one import and was never called."""
    return Choice(_NEVER_CALLED, (list(IN_A_CALL), import_id))


class Batches:
    """The tables `batch` and `batch_number` while an act is being prepared."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def find(self, batch_id: UUID, campaign_id: UUID) -> Done | None:
        """What was done under this id before."""
        row = await self._pool.fetchrow(_FIND, batch_id, campaign_id)
        return msgspec.convert(dict(row), Done) if row else None

    async def begin(self, batch_id: UUID, campaign: Campaign, kind: Kind) -> None:
        """Opens a batch; raises `Rejected` while something else is done to the list."""
        try:
            await self._pool.execute(_BEGIN, batch_id, campaign.campaign_id, campaign.owner_id, kind)
        except asyncpg.UniqueViolationError as error:
            raise busy() from error
        if kind is Kind.REMOVAL and await self._pool.fetchval(_IMPORTING, campaign.campaign_id):
            await self.forget(batch_id)
            detail = "A list is being imported into this campaign; try again when that is done."
            raise Rejected("import_running", detail)

    async def gather(self, batch_id: UUID, campaign_id: UUID, choice: Choice) -> int:
        """Fixes the numbers, slice by slice, and returns how many they are."""
        query = _GATHER.format(chosen=choice.sql)
        total, last, numbers = 0, 0, SLICE
        while numbers == SLICE:
            row: Any = await self._pool.fetchrow(query, batch_id, campaign_id, last, SLICE, *choice.arguments)
            if not row["preparing"]:
                raise Rejected("interrupted", "The service was restarted meanwhile; nothing was done.")
            numbers, last = row["numbers"], row["last"]
            total += numbers
        return total

    async def in_calls(self, campaign_id: UUID) -> int:
        """How many numbers are in the hands of a dial command."""
        count: int = await self._pool.fetchval(_LEFT_IN_CALLS, campaign_id, list(IN_A_CALL))
        return count

    async def left_of_import(self, campaign_id: UUID, import_id: UUID) -> int:
        """How many numbers of an import are on the list."""
        count: int = await self._pool.fetchval(_LEFT_OF_IMPORT, campaign_id, import_id)
        return count

    async def say(self, connection: Connection, batch_id: UUID, done: Done, chunks: int) -> None:
        """Fixes the batch, in the transaction of the event that says it."""
        if await connection.fetchval(_SAY, batch_id, done.numbers, done.kept, chunks) is None:
            raise Rejected("interrupted", "The service was restarted meanwhile; nothing was done.")

    async def import_undone(self, connection: Connection, import_id: UUID) -> None:
        """Notes it on the import, in the transaction of the event that says it."""
        await connection.execute(_UNDONE, import_id)

    async def abandon(self, batch_ids: Sequence[UUID]) -> None:
        """Gives up these; their numbers go with the next `discard`."""
        await self._pool.execute(_ABANDON, batch_ids)

    async def abandon_old(self, older_than_s: float) -> None:
        """Gives up those in preparation that have gained nothing for so long."""
        await self._pool.execute(_ABANDON_OLD, older_than_s)

    async def discard(self) -> int:
        """Deletes what was given up, in short transactions; returns how many batches that were."""
        abandoned = await self._pool.fetch(_ABANDONED)
        for row in abandoned:
            while await self._pool.execute(_DISCARD, row["batch_id"], SLICE) != "DELETE 0":
                pass
            await self.forget(row["batch_id"])
        return len(abandoned)

    async def forget(self, batch_id: UUID) -> None:
        """One that holds no numbers was never begun."""
        await self._pool.execute(_FORGET, batch_id)


def busy() -> Rejected:
    """Another act on the list is not done yet."""
    detail = "Numbers of this campaign are being removed or redialled; try again when that is done."
    return Rejected("list_busy", detail)
