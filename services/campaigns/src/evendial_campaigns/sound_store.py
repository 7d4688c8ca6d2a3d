"""The sounds behind the prompts, and whether the agi services can have each yet."""

from collections.abc import Iterable
from uuid import UUID

import asyncpg
import msgspec

UNUSED_KEPT_S = 86_400
"""A call may still run an older sequence: it lasts 4 h at most, and its command waited 1 h at most."""

_NEXT = "select owner_id, sha256, state, audio from sound where state <> 'published' order by seq limit 1"
_PUBLISHED = "update sound set state = 'published' where owner_id = $1 and sha256 = $2 and state = 'new'"
_FORGET = "delete from sound where owner_id = $1 and sha256 = $2 and state = 'withdrawn'"
_WITHDRAW = """
update sound set state = 'withdrawn'
where unused_since < clock_timestamp() - make_interval(secs => $1) and state <> 'withdrawn'
    and not exists(
        select from campaign where campaign.owner_id = sound.owner_id
        and campaign.state->'actions' @> jsonb_build_array(jsonb_build_object('sha256', sound.sha256))
        and not campaign.deleted)
"""
_PUBLISHED_NAMES = "select owner_id, sha256 from sound where state = 'published'"
_LOST = """
update sound set state = 'new' from unnest($1::uuid[], $2::text[]) as lost(owner_id, sha256)
where sound.owner_id = lost.owner_id and sound.sha256 = lost.sha256 and state = 'published'
"""


class SoundToMove(msgspec.Struct, frozen=True, kw_only=True):
    """A sound to be put into the object store, or taken out of it."""

    owner_id: UUID
    sha256: str
    withdrawn: bool
    audio: bytes

    @property
    def name(self) -> str:
        """The object's name."""
        return object_name(self.owner_id, self.sha256)


class Sounds:
    """The table `sound`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def next_to_move(self) -> SoundToMove | None:
        """The oldest that is not where it should be."""
        row = await self._pool.fetchrow(_NEXT)
        if row is None:
            return None
        withdrawn = row["state"] == "withdrawn"
        return SoundToMove(
            owner_id=row["owner_id"], sha256=row["sha256"], withdrawn=withdrawn, audio=row["audio"]
        )

    async def published(self, sound: SoundToMove) -> None:
        """It is in the object store; it is not put again: replacing an object cuts off who is reading it."""
        await self._pool.execute(_PUBLISHED, sound.owner_id, sound.sha256)

    async def forget(self, sound: SoundToMove) -> None:
        """It is in the object store no more; one that was sent again meanwhile is put there once more."""
        await self._pool.execute(_FORGET, sound.owner_id, sound.sha256)

    async def withdraw_unused(self, unused_for_s: float = UNUSED_KEPT_S) -> None:
        """Withdraws what no prompt has had for so long and no campaign plays, archived ones included."""
        await self._pool.execute(_WITHDRAW, unused_for_s)

    async def missing(self, there: Iterable[str]) -> int:
        """What should be among these objects and is not is to be put again; returns how many that were."""
        names = set(there)
        rows = await self._pool.fetch(_PUBLISHED_NAMES)
        lost = [row for row in rows if object_name(row["owner_id"], row["sha256"]) not in names]
        await self._pool.execute(_LOST, [row["owner_id"] for row in lost], [row["sha256"] for row in lost])
        return len(lost)


def object_name(owner_id: UUID, sha256: str) -> str:
    """`<owner_id>/<sha256>`, as the agi services ask for it."""
    return f"{owner_id}/{sha256}"
