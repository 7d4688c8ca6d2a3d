"""The way in when nobody could sign in as an admin: a token that only the operator sees, good for one use."""

import asyncio
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import asyncpg

from evendial_campaigns import access_log
from evendial_campaigns.access_log import Deed, Doer
from evendial_campaigns.core.client_address import site_of
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.core.roles import Role
from evendial_campaigns.core.secret_digest import digest_of
from evendial_campaigns.core.user_change import check_user_name
from evendial_campaigns.passwords import Passwords
from evendial_campaigns.people import add_user
from evendial_campaigns.throttle import Throttle

TOKEN_BYTES = 32
LOCK = 0x61646D6E
"""Advisory lock of who makes the first admin ("admn")."""

_ONE_CAN_SIGN_IN = """
select exists(select from person p where p.role = 'admin' and p.disabled_at is null and (
    p.password is not null or exists(
        select from api_key k where k.user_id = p.user_id and 'admin' = any(k.scopes)
            and (k.expires_at is null or k.expires_at > $1))))
"""


class FirstAdmin:
    """Offers a token at each start for as long as no admin can sign in."""

    def __init__(
        self, pool: asyncpg.Pool, passwords: Passwords, throttle: Throttle, now: Callable[[], datetime]
    ) -> None:
        self._pool = pool
        self._passwords = passwords
        self._throttle = throttle
        self._now = now
        self._digest: bytes | None = None
        self._turn = asyncio.Lock()

    async def is_needed(self) -> bool:
        """Whether there is no admin who could sign in."""
        return not await self._pool.fetchval(_ONE_CAN_SIGN_IN, self._now())

    async def offer(self) -> str | None:
        """The token, if one is needed; it ends those offered before."""
        if not await self.is_needed():
            return None
        token = secrets.token_urlsafe(TOKEN_BYTES)
        self._digest = digest_of(token)
        return token

    async def make(self, token: str, user_id: UUID, name: str, password: str, doer: Doer) -> None:
        """Makes the admin and uses the token up; raises `Rejected` and `TooManyAttempts`."""
        attempt = self._throttle.attempt(("address", site_of(doer.address)))
        async with self._turn:
            if self._digest is None or not hmac.compare_digest(self._digest, digest_of(token)):
                await access_log.record(self._pool, doer, Deed.FIRST_ADMIN_REFUSED)
                raise Rejected("wrong_credentials", "The token is wrong or has been used.")
            self._throttle.forgive(attempt)
            check_user_name(name)
            hashed = await self._passwords.hash(password, name)
            await self._add(user_id, name, hashed, doer)
            self._digest = None

    async def _add(self, user_id: UUID, name: str, hashed: str, doer: Doer) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("select pg_advisory_xact_lock($1)", LOCK)
            if await connection.fetchval(_ONE_CAN_SIGN_IN, self._now()):
                raise Rejected("wrong_credentials", "The token is wrong or has been used.")
            if not await add_user(connection, user_id, name, Role.ADMIN, hashed):
                raise Rejected("name_taken", "There is a user of that name.")
            await access_log.record(connection, doer, Deed.FIRST_ADMIN_MADE, user_id)
