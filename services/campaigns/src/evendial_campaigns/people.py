"""Who may sign in, and the keys they do it with. Keys are kept as hashes only."""

import hashlib
import hmac
import secrets
from enum import StrEnum
from uuid import UUID, uuid4

import asyncpg
import msgspec

KEY_BYTES = 32

_FIND_BY_KEY = """
select p.user_id, p.name, p.role, k.sha256 from api_key k join person p using (user_id) where k.sha256 = $1
"""
_EXISTS = "select exists(select from person where user_id = $1)"
_ADD = """
insert into person(user_id, name, role) values ($1, $2, $3) on conflict (name) do nothing returning user_id
"""
_FIND_BY_NAME = "select user_id from person where name = $1"
_REPLACE_KEY = "delete from api_key where user_id = $1 and origin = $2 and sha256 <> $3"
_ADD_KEY = "insert into api_key(sha256, user_id, origin) values ($1, $2, $3) on conflict (sha256) do nothing"


class Role(StrEnum):
    """An admin sees and manages everyone's, a user their own."""

    ADMIN = "admin"
    USER = "user"


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Who signs in."""

    user_id: UUID
    name: str
    role: Role

    @property
    def is_admin(self) -> bool:
        """Whether they may do everything."""
        return self.role is Role.ADMIN

    @property
    def sees(self) -> UUID | None:
        """The one owner whose things they see; None: everybody's."""
        return None if self.is_admin else self.user_id


class People:
    """The tables `person` and `api_key`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def find_by_key(self, key: str) -> Person | None:
        """Whose key it is."""
        digest = _digest(key)
        row = await self._pool.fetchrow(_FIND_BY_KEY, digest)
        if row is None or not hmac.compare_digest(row["sha256"], digest):
            return None
        return Person(user_id=row["user_id"], name=row["name"], role=Role(row["role"]))

    async def exists(self, user_id: UUID) -> bool:
        """Whether there is such a user."""
        found: bool = await self._pool.fetchval(_EXISTS, user_id)
        return found

    async def add(self, name: str, role: Role) -> Person:
        """A new user without a key; raises `ValueError` if the name is taken."""
        user_id = await self._pool.fetchval(_ADD, uuid4(), name, role)
        if user_id is None:
            raise ValueError(f"there is a user {name} already")
        return Person(user_id=user_id, name=name, role=role)

    async def add_key(self, user_id: UUID, key: str, origin: str = "made") -> None:
        """Lets the key sign that user in."""
        await self._pool.execute(_ADD_KEY, _digest(key), user_id, origin)

    async def ensure(self, role: Role, key_setting: str | None) -> str | None:
        """Makes the first user of a role, named like it; returns the key if one had to be generated.

        A key that is set always signs in; the one that was set before then does no longer.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            made = await connection.fetchval(_ADD, uuid4(), role, role)
            if made is None and key_setting is None:
                return None
            user_id = made or await connection.fetchval(_FIND_BY_NAME, role)
            key = key_setting or secrets.token_urlsafe(KEY_BYTES)
            await connection.execute(_REPLACE_KEY, user_id, "first", _digest(key))
            await connection.execute(_ADD_KEY, _digest(key), user_id, "first")
        return None if key_setting else key


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
