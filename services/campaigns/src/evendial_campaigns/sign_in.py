"""From a name and a password to a session, and to another password."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

import asyncpg
import msgspec

from evendial_campaigns import access_log, session_store
from evendial_campaigns.access_log import Deed, Doer
from evendial_campaigns.core.client_address import site_of
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.passwords import Passwords
from evendial_campaigns.people import NamedUser, People, Person, set_password
from evendial_campaigns.throttle import Attempt, Throttle, TooManyAttempts


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """Who it is, and what their browser is to carry."""

    user: NamedUser
    token: str


class SignIn:
    """Judges passwords; so many wrong ones a minute for one account or from one address."""

    def __init__(
        self, pool: asyncpg.Pool, passwords: Passwords, throttle: Throttle, now: Callable[[], datetime]
    ) -> None:
        self._pool = pool
        self._people = People(pool)
        self._passwords = passwords
        self._throttle = throttle
        self._now = now

    async def begin(self, name: str, password: str, doer: Doer, *, replaced: str | None) -> SignedIn:
        """A new session, which replaces the one whose token is given.

        Raises `Rejected` for a wrong name or password (which of them, or whether the user is disabled, is not
        told), and `TooManyAttempts`.
        """
        user = await self._people.named(name)
        about = user.user_id if user else None
        attempt = await self._attempt(about or name.casefold(), doer, about)
        right = await self._passwords.verify(user.password if user else None, password)
        if user is None or not right or user.disabled:
            await access_log.record(self._pool, doer, Deed.SIGN_IN_FAILED, about)
            raise Rejected("wrong_credentials", "The name or the password is wrong.")
        self._throttle.forgive(attempt)
        await self._keep_up(user, password)
        session_id = uuid4()
        async with self._pool.acquire() as connection, connection.transaction():
            if replaced:
                await session_store.end_token(connection, replaced)
            token = await session_store.begin(connection, session_id, user.user_id, self._now())
            as_user = msgspec.structs.replace(doer, user_id=user.user_id, session_id=session_id)
            await access_log.record(connection, as_user, Deed.SIGNED_IN, user.user_id)
        return SignedIn(user=user, token=token)

    async def end(self, doer: Doer) -> None:
        """Ends the session by which somebody asks."""
        if doer.session_id is None:
            raise Rejected("no_session", "There is no session: a key is revoked at /v1/api-keys.")
        async with self._pool.acquire() as connection, connection.transaction():
            await session_store.end(connection, doer.session_id)
            await access_log.record(connection, doer, Deed.SIGNED_OUT, doer.user_id)

    async def change_password(self, person: Person, old: str, new: str, doer: Doer) -> None:
        """Takes another password from who knows the one before, and ends their other sessions.

        Raises `Rejected` and `TooManyAttempts`.
        """
        kept = await self._people.password(person.user_id)
        if kept is None:
            raise Rejected("no_password", "You have no password yet: an admin must set the first one.")
        attempt = await self._attempt(person.user_id, doer, person.user_id)
        if not await self._passwords.verify(kept, old):
            await access_log.record(self._pool, doer, Deed.PASSWORD_REFUSED, person.user_id)
            raise Rejected("wrong_password", "old_password is not your password.")
        self._throttle.forgive(attempt)
        hashed = await self._passwords.hash(new, person.name, "new_password")
        async with self._pool.acquire() as connection, connection.transaction():
            await set_password(connection, person.user_id, hashed)
            await session_store.end_others(connection, person.user_id, doer.session_id)
            await access_log.record(connection, doer, Deed.PASSWORD_CHANGED, person.user_id)

    async def _attempt(self, account: object, doer: Doer, about: UUID | None) -> Attempt:
        try:
            return self._throttle.attempt(("account", account), ("address", site_of(doer.address)))
        except TooManyAttempts:
            access_log.say(doer, Deed.SIGN_IN_THROTTLED, about)
            raise

    async def _keep_up(self, user: NamedUser, password: str) -> None:
        assert user.password is not None, "it was right"
        rehashed = await self._passwords.rehash(user.password, password)
        if rehashed:
            await set_password(self._pool, user.user_id, rehashed)
