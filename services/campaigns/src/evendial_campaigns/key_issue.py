"""Making keys and taking them back."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import asyncpg

from evendial_campaigns import access_log, key_store
from evendial_campaigns.access_log import Deed, Doer
from evendial_campaigns.auth import Access
from evendial_campaigns.core.idempotency import ALREADY_DONE
from evendial_campaigns.core.rejected import Rejected, invalid
from evendial_campaigns.core.roles import Role, check_scopes, in_order
from evendial_campaigns.core.rules import check_name
from evendial_campaigns.key_store import KeyView
from evendial_campaigns.people import People
from evendial_campaigns.schemas.keys import KeyCreate, NewKey


class KeyIssue:
    """Checks what is asked for, and writes down who did it."""

    def __init__(self, pool: asyncpg.Pool, now: Callable[[], datetime]) -> None:
        self._pool = pool
        self._people = People(pool)
        self._now = now

    async def issue(self, key_id: UUID, wanted: KeyCreate, access: Access) -> NewKey:
        """A new key with its text. Raises `Rejected`."""
        check_name(wanted.name)
        owner_id = wanted.user_id or access.person.user_id
        scopes = frozenset(wanted.scopes)
        check_scopes(scopes, await self._role_of(owner_id, access), access.scopes)
        self._check_expiry(wanted.expires_at, access)
        async with self._pool.acquire() as connection, connection.transaction():
            text = await key_store.add(connection, key_id, owner_id, wanted.name, scopes, wanted.expires_at)
            if text is None:
                raise Rejected("already_done", ALREADY_DONE)
            await access_log.record(connection, access.doer, Deed.KEY_MADE, owner_id, key_id)
        return NewKey(
            key_id=key_id,
            user_id=owner_id,
            name=wanted.name,
            scopes=in_order(scopes),
            expires_at=wanted.expires_at,
            key=text,
        )

    async def revoke(self, key: KeyView, doer: Doer) -> None:
        """From the commit on it is not known any more. Raises `Rejected`."""
        async with self._pool.acquire() as connection, connection.transaction():
            if await key_store.revoke(connection, key.key_id):
                await access_log.record(connection, doer, Deed.KEY_REVOKED, key.user_id, key.key_id)
            elif key.from_setting:
                raise Rejected("key_of_a_setting", "This key stands in the settings of the service.")

    async def revoke_all(self, user_id: UUID, doer: Doer) -> tuple[UUID, ...]:
        """Which keys of a user were revoked: all but one of the settings."""
        async with self._pool.acquire() as connection, connection.transaction():
            revoked = await key_store.revoke_all(connection, user_id)
            for key_id in revoked:
                await access_log.record(connection, doer, Deed.KEY_REVOKED, user_id, key_id)
        return tuple(revoked)

    async def _role_of(self, owner_id: UUID, access: Access) -> Role:
        if owner_id == access.person.user_id:
            return access.person.role
        owner = await self._people.find(owner_id) if access.person.is_admin else None
        if owner is None:
            raise invalid("user_id", "must be you, or, for an admin, a user")
        return owner.role

    def _check_expiry(self, expires_at: datetime | None, access: Access) -> None:
        """Else a key that is about to end could live on in one that it made."""
        if expires_at is not None and expires_at <= self._now():
            raise invalid("expires_at", "must be in the future")
        last = access.expires_at
        if last is not None and (expires_at is None or expires_at > last):
            raise invalid("expires_at", f"must not be after {last.isoformat()}, when your own key ends")
