"""Prompts: names that an owner has given to sounds."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from evendial_chassis.outbox import Connection
from evendial_contracts.actions import Action, Play

from evendial_campaigns import event_store
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.page import Page, Window
from evendial_campaigns.prompt_converter import PromptWarning, Sound, duration_ms

_KEEP_SOUND = """
insert into sound(owner_id, sha256, audio) values ($1, $2, $3)
on conflict (owner_id, sha256) do update set unused_since = null,
    state = case when sound.state = 'withdrawn' then 'new' else sound.state end
"""
_ADD = """
insert into prompt(prompt_id, owner_id, name, sha256, duration_ms, loudness_dbfs, peak_dbfs, warning)
values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (prompt_id) do update set name = prompt.name returning *
"""
_FIND = "select * from prompt where prompt_id = $1 and ($2::uuid is null or owner_id = $2)"
_LIST = """
select * from prompt
where ($1::uuid is null or owner_id = $1) and ($2::bigint is null or seq > $2) order by seq limit $3
"""
_AUDIO = """
select prompt.sha256, sound.audio from prompt join sound using (owner_id, sha256)
where prompt_id = $1 and ($2::uuid is null or owner_id = $2)
"""
_RENAME = """
update prompt set name = $3 where prompt_id = $1 and ($2::uuid is null or owner_id = $2) returning *
"""
_HOLD = """
select prompt_id from prompt where owner_id = $1 and prompt_id = any($2::uuid[])
order by prompt_id for key share
"""
_LOCK = """
select owner_id, sha256 from prompt where prompt_id = $1 and ($2::uuid is null or owner_id = $2) for update
"""
_PLAYED_BY = """
select count(*) from campaign
where owner_id = $1 and state->'actions' @> jsonb_build_array(jsonb_build_object('prompt_id', $2::text))
    and not archived and not deleted
"""
_DELETE = "delete from prompt where prompt_id = $1"
_LET_GO = """
update sound set unused_since = clock_timestamp()
where owner_id = $1 and sha256 = $2
    and not exists(select from prompt where prompt.owner_id = $1 and prompt.sha256 = $2)
"""


class Prompt(msgspec.Struct, frozen=True, kw_only=True):
    """A prompt; `sha256` is that of its audio as it is played.

    `loudness_dbfs` is its RMS level, pauses left out, and `peak_dbfs` that of its loudest sample, relative to
    full scale. `warning`: `very_quiet` as it was sent, so it was raised; `clipped` where it was too loud.
    """

    prompt_id: UUID
    owner_id: UUID
    name: str
    sha256: str
    duration_ms: int
    loudness_dbfs: float | None
    peak_dbfs: float | None
    warning: PromptWarning | None
    created_at: datetime


class Audio(msgspec.Struct, frozen=True):
    """G.711 u-law and its hash."""

    sha256: str
    ulaw: bytes


class Prompts:
    """The table `prompt`; with each change what becomes of its sound."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def add(self, prompt_id: UUID, owner_id: UUID, name: str, sound: Sound) -> Prompt:
        """Stores it and wakes who publishes sounds; what is there under this id already stays as it is."""
        digest = hashlib.sha256(sound.audio).hexdigest()
        measures = (sound.measures.loudness_dbfs, sound.measures.peak_dbfs, sound.measures.warning)
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_KEEP_SOUND, owner_id, digest, sound.audio)
            row = await connection.fetchrow(
                _ADD, prompt_id, owner_id, name, digest, duration_ms(sound.audio), *measures
            )
            await connection.execute(_LET_GO, owner_id, digest)
            await event_store.wake(connection)
        return _prompt(row)

    async def find(self, prompt_id: UUID, owner_id: UUID | None) -> Prompt | None:
        """A prompt of that owner, or of anybody when `owner_id` is None."""
        row = await self._pool.fetchrow(_FIND, prompt_id, owner_id)
        return _prompt(row) if row else None

    async def audio(self, prompt_id: UUID, owner_id: UUID | None) -> Audio | None:
        """What callees hear."""
        row = await self._pool.fetchrow(_AUDIO, prompt_id, owner_id)
        return Audio(row["sha256"], row["audio"]) if row else None

    async def page(self, owner_id: UUID | None, window: Window) -> Page[Prompt]:
        """The prompts of one owner, or all, oldest first."""
        rows = await self._pool.fetch(_LIST, owner_id, window.cursor, window.limit + 1)
        return Page.of(rows, window, _prompt)

    async def rename(self, prompt_id: UUID, owner_id: UUID | None, name: str) -> Prompt | None:
        """Gives it another name; None when there is no such prompt."""
        row = await self._pool.fetchrow(_RENAME, prompt_id, owner_id, name)
        return _prompt(row) if row else None

    async def hold(self, connection: Connection, owner_id: UUID, actions: Sequence[Action]) -> None:
        """Keeps what a sequence plays from being deleted until the caller's transaction has ended.

        Raises `Rejected` when one of them is gone.
        """
        wanted = {action.prompt_id for action in actions if isinstance(action, Play)}
        held = await connection.fetch(_HOLD, owner_id, list(wanted))
        if len(held) < len(wanted):
            raise Rejected("invalid_field", "plays a prompt that was deleted just now", field="actions")

    async def delete(self, prompt_id: UUID, owner_id: UUID | None) -> bool:
        """Deletes it, and lets go of its sound when no other has it; false when there is no such prompt.

        Raises `Rejected` while campaigns that are not archived play it.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(_LOCK, prompt_id, owner_id)
            if row is None:
                return False
            if campaigns := await connection.fetchval(_PLAYED_BY, row["owner_id"], str(prompt_id)):
                raise _in_use(campaigns)
            await connection.execute(_DELETE, prompt_id)
            await connection.execute(_LET_GO, row["owner_id"], row["sha256"])
        return True


def _prompt(row: Any) -> Prompt:
    return msgspec.convert(dict(row), Prompt)


def _in_use(campaigns: int) -> Rejected:
    plays = "1 campaign plays" if campaigns == 1 else f"{campaigns} campaigns play"
    return Rejected("in_use", f"{plays} this prompt: change their actions or archive them first.")
