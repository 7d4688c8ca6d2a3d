"""What the ledger knows of persons that are not to be called: checked by each claim."""

from collections.abc import Sequence

import asyncpg
from evendial_contracts.requests import SuppressionEntry, SuppressionsKnown
from evendial_contracts.suppressions import SuppressionAdded, SuppressionFact

_APPLY = """
insert into suppression(person, suppression_id, revision, suppressed)
select distinct on (person) person, suppression_id, revision, suppressed
from unnest($1::bytea[], $2::uuid[], $3::bigint[], $4::boolean[])
    as said(person, suppression_id, revision, suppressed)
order by person, revision desc
on conflict (person) do update
set suppression_id = excluded.suppression_id, revision = excluded.revision, suppressed = excluded.suppressed
where suppression.revision < excluded.revision
"""
_STANDING = """
select count(*) from unnest($1::bytea[], $2::uuid[], $3::bigint[], $4::boolean[])
    as said(person, suppression_id, revision, suppressed)
join suppression using (person, suppression_id, revision, suppressed)
"""
_KNOWN = """
select count(*) filter (where suppressed) as suppressed, coalesce(max(revision), 0) as newest from suppression
"""


def entry_of(fact: SuppressionFact) -> SuppressionEntry:
    """What an event says of a person."""
    return SuppressionEntry(
        suppression_id=fact.suppression_id,
        person=fact.person,
        revision=fact.revision,
        suppressed=isinstance(fact, SuppressionAdded),
    )


class SuppressionTable:
    """Only ever forward: of what is said about one person the highest revision stays."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def apply(self, entries: Sequence[SuppressionEntry]) -> int:
        """Every claim that is asked for after it returns is checked against these; how many stand as said."""
        columns = (
            [bytes.fromhex(each.person) for each in entries],
            [each.suppression_id for each in entries],
            [each.revision for each in entries],
            [each.suppressed for each in entries],
        )
        await self._pool.execute(_APPLY, *columns)
        standing: int = await self._pool.fetchval(_STANDING, *columns)
        return standing

    async def known(self) -> SuppressionsKnown:
        """How much there is."""
        row = await self._pool.fetchrow(_KNOWN)
        assert row is not None, "it is an aggregate"
        return SuppressionsKnown(suppressed=row["suppressed"], newest=row["newest"])
