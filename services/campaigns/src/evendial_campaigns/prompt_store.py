"""Prompts: their converted audio, and whether the agi services can have it yet."""

import hashlib
from datetime import datetime
from uuid import UUID, uuid4

import asyncpg
import msgspec

from evendial_campaigns import event_store
from evendial_campaigns.page import Page, Window
from evendial_campaigns.prompt_converter import duration_ms

_ADD = """
insert into prompt(prompt_id, owner_id, name, sha256, duration_ms, audio, published)
values ($1, $2, $3, $4, $5, $6,
    exists(select from prompt where owner_id = $2 and sha256 = $4 and published))
returning prompt_id, owner_id, name, sha256, duration_ms, created_at
"""
_FIND = """
select prompt_id, owner_id, name, sha256, duration_ms, created_at from prompt
where prompt_id = $1 and owner_id = $2
"""
_LIST = """
select seq, prompt_id, owner_id, name, sha256, duration_ms, created_at from prompt
where ($1::uuid is null or owner_id = $1) and ($2::bigint is null or seq > $2) order by seq limit $3
"""
_UNPUBLISHED = "select owner_id, sha256, audio from prompt where not published order by seq limit 1"
_PUBLISHED = "update prompt set published = true where owner_id = $1 and sha256 = $2"


class Prompt(msgspec.Struct, frozen=True, kw_only=True):
    """A prompt; `sha256` is that of its audio as it is played."""

    prompt_id: UUID
    owner_id: UUID
    name: str
    sha256: str
    duration_ms: int
    created_at: datetime


class UnpublishedPrompt(msgspec.Struct, frozen=True, kw_only=True):
    """A prompt that is not in the object store yet."""

    owner_id: UUID
    sha256: str
    audio: bytes


class Prompts:
    """The table `prompt`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def add(self, owner_id: UUID, name: str, audio: bytes) -> Prompt:
        """Stores u-law audio and wakes who publishes it."""
        digest = hashlib.sha256(audio).hexdigest()
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(_ADD, uuid4(), owner_id, name, digest, duration_ms(audio), audio)
            await event_store.wake(connection)
        assert row is not None, "an insert returns its row"
        return msgspec.convert(dict(row), Prompt)

    async def find(self, prompt_id: UUID, owner_id: UUID) -> Prompt | None:
        """A prompt of that owner."""
        row = await self._pool.fetchrow(_FIND, prompt_id, owner_id)
        return msgspec.convert(dict(row), Prompt) if row else None

    async def page(self, owner_id: UUID | None, window: Window) -> Page[Prompt]:
        """The prompts of one owner, or all, oldest first."""
        rows = await self._pool.fetch(_LIST, owner_id, window.cursor, window.limit + 1)
        return Page.of(rows, window, lambda row: msgspec.convert(dict(row), Prompt))

    async def unpublished(self) -> UnpublishedPrompt | None:
        """The oldest prompt that is not in the object store."""
        row = await self._pool.fetchrow(_UNPUBLISHED)
        return UnpublishedPrompt(**dict(row)) if row else None

    async def published(self, owner_id: UUID, sha256: str) -> None:
        """This audio of that owner is in the object store now.

        It is not put again for another prompt: replacing an object cuts off who is reading it.
        """
        await self._pool.execute(_PUBLISHED, owner_id, sha256)
