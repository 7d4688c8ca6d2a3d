"""What the originators' ledger must know of suppressions, and how much of it it has."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg
import msgspec
from evendial_contracts.suppressions import SuppressionEntry

_ALL = """
select suppression_id, encode(person, 'hex') as person, revision, suppressed, effective, expires_at,
    list_id
from (
    select suppression_id, person, revision, true as suppressed, effective, expires_at, list_id
    from suppression
    union all
    select suppression_id, person, revision, false, effective, null, list_id
    from lifted_suppression) as said
"""
_UNSAID = f"{_ALL} where not effective order by revision limit $1"
_UNSAID_OF = f"{_ALL} where not effective and suppression_id = $1"
_AFTER = f"{_ALL} where revision > $1 order by revision limit $2"
_EFFECTIVE = """
with ours as (
    update suppression set effective = true
    from unnest($1::uuid[], $2::bigint[]) as kept(suppression_id, revision)
    where suppression.suppression_id = kept.suppression_id and suppression.revision = kept.revision)
update lifted_suppression as lifted set effective = true
from unnest($1::uuid[], $2::bigint[]) as kept(suppression_id, revision)
where lifted.suppression_id = kept.suppression_id and lifted.revision = kept.revision
"""
_CONFIRMED = """
select (select count(*) from suppression where effective) as suppressed,
    greatest((select max(revision) from suppression where effective),
        (select max(revision) from lifted_suppression where effective), 0) as newest
"""
_NEWEST = """
select greatest((select max(revision) from suppression), (select max(revision) from lifted_suppression), 0)
"""
_RAISE = "select setval('suppression_revision', greatest($1, nextval('suppression_revision')))"
_AGAIN = """
update suppression set revision = nextval('suppression_revision'), effective = false
where suppression_id = any(array(select suppression_id from suppression where revision <= $1 limit $2))
"""
_LIFTED_AGAIN = """
update lifted_suppression set revision = nextval('suppression_revision'), effective = false
where suppression_id = any(array(select suppression_id from lifted_suppression where revision <= $1 limit $2))
"""
SLICE = 5_000


class Extent(msgspec.Struct, frozen=True):
    """So many entries the ledger has taken, and the newest revision of an entry or a deletion among them."""

    suppressed: int
    newest: int


class SuppressionChanges:
    """The tables `suppression` and `lifted_suppression`, as they are told to the ledger."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def unsaid(self, limit: int) -> list[SuppressionEntry]:
        """The oldest of what the ledger may not have."""
        return _entries(await self._pool.fetch(_UNSAID, limit))

    async def unsaid_of(self, suppression_id: UUID) -> list[SuppressionEntry]:
        """What the ledger may not have of one entry: nothing, or how it stands."""
        return _entries(await self._pool.fetch(_UNSAID_OF, suppression_id))

    async def after(self, revision: int, limit: int) -> list[SuppressionEntry]:
        """All there is, page by page."""
        return _entries(await self._pool.fetch(_AFTER, revision, limit))

    async def effective(self, entries: Sequence[SuppressionEntry]) -> None:
        """The ledger has these."""
        ids, revisions = [each.suppression_id for each in entries], [each.revision for each in entries]
        await self._pool.execute(_EFFECTIVE, ids, revisions)

    async def confirmed(self) -> Extent:
        """How much the ledger should know at least."""
        return msgspec.convert(dict(await self._pool.fetchrow(_CONFIRMED) or {}), Extent)

    async def newest(self) -> int:
        """The highest revision that the ledger can have heard of."""
        return int(await self._pool.fetchval(_NEWEST))

    async def renumber(self, above: int) -> None:
        """All is to be said anew, under revisions that are newer than this one; in short transactions."""
        floor = await self._pool.fetchval(_RAISE, above)
        for statement in (_AGAIN, _LIFTED_AGAIN):
            while await self._pool.execute(statement, floor, SLICE) != "UPDATE 0":
                pass


def _entries(rows: Sequence[asyncpg.Record]) -> list[SuppressionEntry]:
    return [msgspec.convert(dict(row), SuppressionEntry) for row in rows]
