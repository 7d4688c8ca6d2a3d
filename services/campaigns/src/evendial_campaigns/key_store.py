"""API keys. A key is random and long, so a plain hash of it is enough to keep."""

import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec
from evendial_chassis.outbox import Connection

from evendial_campaigns.core.roles import Role
from evendial_campaigns.core.secret_digest import digest_of
from evendial_campaigns.page import Page, Window

SECRET_BYTES = 32

_ADD = """
insert into api_key(key_id, sha256, user_id, origin, name, scopes, expires_at)
values ($1, $2, $3, 'made', $4, $5, $6) on conflict do nothing returning key_id
"""
_USED_BY = """
select k.sha256, k.key_id, k.scopes, k.expires_at, k.last_used_at, p.user_id, p.name, p.role
from api_key k join person p using (user_id)
where k.sha256 = $1 and p.disabled_at is null and (k.expires_at is null or k.expires_at > $2)
"""
_LIST = """
select seq, key_id, user_id, name, scopes, created_at, expires_at, last_used_at,
    origin = 'setting' as from_setting
from api_key where ($1::uuid is null or user_id = $1) and ($2::bigint is null or seq > $2)
order by seq limit $3
"""
_FIND = """
select key_id, user_id, name, scopes, created_at, expires_at, last_used_at, origin = 'setting' as from_setting
from api_key where key_id = $1 and ($2::uuid is null or user_id = $2)
"""
_REVOKE = "delete from api_key where key_id = $1 and origin <> 'setting' returning key_id"
_REVOKE_ALL = "delete from api_key where user_id = $1 and origin <> 'setting' returning key_id"
_OTHER_SETTING_KEYS = """
delete from api_key where user_id = $1 and origin = 'setting' and sha256 is distinct from $2
"""
_ADD_SETTING_KEY = """
insert into api_key(sha256, user_id, origin, name) values ($1, $2, 'setting', 'settings')
on conflict (sha256) do nothing
"""
USED = """
update api_key set last_used_at = $2 where key_id = $1 and (last_used_at is null or last_used_at < $2)
"""


class KeyView(msgspec.Struct, frozen=True, kw_only=True):
    """A key without its secret; `from_setting` ones stand in the settings of the service."""

    key_id: UUID
    user_id: UUID
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    from_setting: bool


class UsedKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key that was sent to us, and whose it is."""

    key_id: UUID
    scopes: tuple[str, ...]
    expires_at: datetime | None
    last_used_at: datetime | None
    user_id: UUID
    name: str
    role: Role


class Keys:
    """The table `api_key`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def used(self, text: str, now: datetime) -> UsedKey | None:
        """The key, unless it is not known, has expired, or its owner is disabled."""
        digest = digest_of(text)
        row = await self._pool.fetchrow(_USED_BY, digest, now)
        if row is None or not hmac.compare_digest(row["sha256"], digest):
            return None
        return msgspec.convert(dict(row), UsedKey)

    async def find(self, key_id: UUID, owner_id: UUID | None) -> KeyView | None:
        """A key of one owner, or of anybody."""
        row = await self._pool.fetchrow(_FIND, key_id, owner_id)
        return _shown(row) if row else None

    async def page(self, owner_id: UUID | None, window: Window) -> Page[KeyView]:
        """The keys of one owner, or all, oldest first."""
        rows = await self._pool.fetch(_LIST, owner_id, window.cursor, window.limit + 1)
        return Page.of(rows, window, _shown)


async def add(
    connection: Connection,
    key_id: UUID,
    user_id: UUID,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime | None,
) -> str | None:
    """The text of a new key, not to be had again; None if there is a key under that id."""
    text = f"ed_{key_id.hex}_{secrets.token_urlsafe(SECRET_BYTES)}"
    made = await connection.fetchval(_ADD, key_id, digest_of(text), user_id, name, sorted(scopes), expires_at)
    return text if made else None


async def revoke(connection: Connection, key_id: UUID) -> bool:
    """Whether it is gone: a key of the settings stays."""
    return await connection.fetchval(_REVOKE, key_id) is not None


async def revoke_all(connection: Connection, user_id: UUID) -> list[UUID]:
    """All keys of a user that do not stand in the settings."""
    return [row["key_id"] for row in await connection.fetch(_REVOKE_ALL, user_id)]


async def set_key(connection: Connection, user_id: UUID, key: str | None) -> None:
    """The key that the settings hold for a user, instead of the one before."""
    digest = digest_of(key) if key else None
    await connection.execute(_OTHER_SETTING_KEYS, user_id, digest)
    if digest:
        await connection.execute(_ADD_SETTING_KEY, digest, user_id)


def _shown(row: asyncpg.Record) -> KeyView:
    return msgspec.convert(dict(row), KeyView)
