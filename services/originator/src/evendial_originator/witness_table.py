"""What others than Asterisk know of live attempts, in the ledger; and which attempts nobody here follows."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

import asyncpg

from evendial_originator.core.proof import Proof

_NOTE = """
update attempt set answered_at = coalesce(attempt.answered_at, said.answered_at),
    left_at = coalesce(attempt.left_at, said.left_at)
from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) as said(command_id, answered_at, left_at)
where attempt.command_id = said.command_id and live
    and (attempt.answered_at is null or (attempt.left_at is null and said.left_at is not null))
"""
_LIVE = "select command_id from attempt where live and asterisk = $1 and slot_at < $2"


class WitnessTable:
    """Part of the ledger's table of attempts. `asterisk` is the one that this process dials through."""

    def __init__(self, pool: asyncpg.Pool, asterisk: str) -> None:
        self._pool = pool
        self._asterisk = asterisk

    async def note(self, said: Mapping[UUID, Proof]) -> None:
        """Keeps what was said of attempts that are live; what is known already stands."""
        answered_at = [each.answered_at for each in said.values()]
        left_at = [each.left_at for each in said.values()]
        await self._pool.execute(_NOTE, list(said), answered_at, left_at)

    async def unfollowed(self, followed: Collection[UUID], before: datetime) -> bool:
        """Whether an attempt of this Asterisk whose slot was before then is live and not among those."""
        rows = await self._pool.fetch(_LIVE, self._asterisk, before)
        return any(row["command_id"] not in followed for row in rows)
