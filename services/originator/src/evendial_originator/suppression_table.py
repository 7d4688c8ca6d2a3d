"""What the ledger knows of persons that are not to be called: checked by each claim."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg
from evendial_contracts.requests import SuppressionsKnown
from evendial_contracts.suppressions import SuppressionEntry

NO_LIST = UUID(int=0)

_APPLY = """
insert into suppression(person, list_id, suppression_id, revision, suppressed, expires_at)
select distinct on (person, list_id) person, list_id, suppression_id, revision, suppressed, expires_at
from unnest($1::bytea[], $2::uuid[], $3::uuid[], $4::bigint[], $5::boolean[], $6::timestamptz[])
    as said(person, list_id, suppression_id, revision, suppressed, expires_at)
order by person, list_id, revision desc
on conflict (person, list_id) do update
set suppression_id = excluded.suppression_id, revision = excluded.revision, suppressed = excluded.suppressed,
    expires_at = excluded.expires_at
where suppression.revision < excluded.revision
"""
_STANDING = """
select count(*) from unnest($1::bytea[], $2::uuid[], $3::uuid[], $4::bigint[], $5::boolean[])
    as said(person, list_id, suppression_id, revision, suppressed)
join suppression using (person, list_id, suppression_id, revision, suppressed)
"""
_KNOWN = """
select count(*) filter (where suppressed) as suppressed, coalesce(max(revision), 0) as newest from suppression
"""


class SuppressionTable:
    """Only ever forward: of what is said of a person on one list, or on none, the highest revision stays."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def apply(self, entries: Sequence[SuppressionEntry]) -> int:
        """Every claim that is asked for after it returns is checked against these; how many stand as said."""
        said = (
            [bytes.fromhex(each.person) for each in entries],
            [each.list_id or NO_LIST for each in entries],
            [each.suppression_id for each in entries],
            [each.revision for each in entries],
            [each.suppressed for each in entries],
        )
        await self._pool.execute(_APPLY, *said, [each.expires_at for each in entries])
        standing: int = await self._pool.fetchval(_STANDING, *said)
        return standing

    async def known(self) -> SuppressionsKnown:
        """How much there is."""
        row = await self._pool.fetchrow(_KNOWN)
        assert row is not None, "it is an aggregate"
        return SuppressionsKnown(suppressed=row["suppressed"], newest=row["newest"])
