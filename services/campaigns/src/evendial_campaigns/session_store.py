"""Sessions of the console: what a browser's cookie stands for. Only its hash is kept."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec
from evendial_chassis.outbox import Connection

from evendial_campaigns.core.roles import Role
from evendial_campaigns.core.secret_digest import digest_of

TOKEN_BYTES = 32
AGE_MAX = timedelta(hours=12)
IDLE_MAX = timedelta(minutes=30)
PER_USER_MAX = 20

_ADD = """
insert into session(sha256, session_id, user_id, created_at, last_seen_at) values ($1, $2, $3, $4, $4)
"""
_FIND = """
select s.sha256, s.session_id, s.last_seen_at, p.user_id, p.name, p.role
from session s join person p using (user_id)
where s.sha256 = $1 and s.created_at > $2 and s.last_seen_at > $3 and p.disabled_at is null
"""
_END = "delete from session where session_id = $1"
_END_TOKEN = "delete from session where sha256 = $1"
_END_OTHERS = "delete from session where user_id = $1 and session_id is distinct from $2"
_CLEAN = "delete from session where created_at <= $1 or last_seen_at <= $2"
_CROWDED = """
delete from session where session_id in
    (select session_id from session where user_id = $1 order by created_at desc, session_id offset $2)
"""
SEEN = "update session set last_seen_at = $2 where session_id = $1 and last_seen_at < $2"


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed in, and when they were last seen."""

    session_id: UUID
    user_id: UUID
    name: str
    role: Role
    last_seen_at: datetime


class Sessions:
    """The table `session`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def find(self, token: str, now: datetime) -> Session | None:
        """The session of a cookie, if it lives and its user is not disabled."""
        digest = digest_of(token)
        row = await self._pool.fetchrow(_FIND, digest, now - AGE_MAX, now - IDLE_MAX)
        if row is None or not hmac.compare_digest(row["sha256"], digest):
            return None
        return msgspec.convert(dict(row), Session)


async def begin(connection: Connection, session_id: UUID, user_id: UUID, now: datetime) -> str:
    """A new session's token; what is over is cleaned away."""
    await connection.execute(_CLEAN, now - AGE_MAX, now - IDLE_MAX)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    await connection.execute(_ADD, digest_of(token), session_id, user_id, now)
    await connection.execute(_CROWDED, user_id, PER_USER_MAX)
    return token


async def end(connection: Connection, session_id: UUID) -> None:
    """The cookie is worth nothing any more."""
    await connection.execute(_END, session_id)


async def end_token(connection: Connection, token: str) -> None:
    """Ends the session of a cookie."""
    await connection.execute(_END_TOKEN, digest_of(token))


async def end_others(connection: Connection, user_id: UUID, but: UUID | None) -> None:
    """Ends all sessions of a user but one."""
    await connection.execute(_END_OTHERS, user_id, but)


def csrf_token(token: str) -> str:
    """What a page of ours sends along with the cookie; it can be made from the cookie alone."""
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()
