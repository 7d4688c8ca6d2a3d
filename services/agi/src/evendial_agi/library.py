"""The sequences of all campaigns, each version for good, as announced on the bus."""

import asyncio
from collections.abc import Sequence as List
from uuid import UUID

import asyncpg
import msgspec
from evendial_contracts.actions import Action
from evendial_contracts.campaigns import SequenceChanged

from evendial_agi.core.sequence import Sequence

POLL_S = 0.05
KNOWN_AT_MOST = 1000

_KEEP = """
insert into sequence(campaign_id, version, owner_id, actions)
select * from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::jsonb[]) on conflict do nothing
"""
_FIND = "select owner_id, actions from sequence where campaign_id = $1 and version = $2"
_OWNER = "select owner_id from sequence where campaign_id = $1 limit 1"


class Library:
    """The table `sequence`: a version never changes, so one that was read is kept in memory.

    Several agi services may share the table, so a miss is asked again, not waited for.
    """

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._known: dict[tuple[UUID, int], Sequence] = {}

    async def keep(self, changes: List[SequenceChanged]) -> None:
        """Adds versions; one that is there already stays as it is."""
        await self._pool.execute(
            _KEEP,
            [each.campaign_id for each in changes],
            [each.sequence_version for each in changes],
            [each.owner_id for each in changes],
            [each.actions for each in changes],
        )

    async def find(self, campaign_id: UUID, version: int, *, wait_s: float) -> Sequence | None:
        """That version; None when it is not here after `wait_s`, for its announcement may be on its way."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + wait_s
        while (found := await self._look_up(campaign_id, version)) is None:
            if loop.time() >= deadline:
                return None
            await asyncio.sleep(POLL_S)
        return found

    async def owner_of(self, campaign_id: UUID) -> UUID | None:
        """Whose campaign it is, when any of its versions is known."""
        owner: UUID | None = await self._pool.fetchval(_OWNER, campaign_id)
        return owner

    async def _look_up(self, campaign_id: UUID, version: int) -> Sequence | None:
        if (known := self._known.get((campaign_id, version))) is not None:
            return known
        row = await self._pool.fetchrow(_FIND, campaign_id, version)
        if row is None:
            return None
        if len(self._known) >= KNOWN_AT_MOST:
            self._known.clear()
        actions = msgspec.convert(row["actions"], tuple[Action, ...])
        found = Sequence(owner_id=row["owner_id"], actions=actions)
        self._known[campaign_id, version] = found
        return found
