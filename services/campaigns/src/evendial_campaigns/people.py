"""Who may sign in."""

from datetime import datetime
from uuid import UUID, uuid4

import asyncpg
import msgspec
from evendial_chassis.outbox import Connection

from evendial_campaigns import access_log, key_store, session_store
from evendial_campaigns.access_log import Deed, Doer
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.core.roles import Role as Role
from evendial_campaigns.core.user_change import Standing, UserChange, check_change
from evendial_campaigns.page import Page, Window

_EXISTS = "select exists(select from person where user_id = $1)"
_ADD = """
insert into person(user_id, name, role, password) values ($1, $2, $3, $4)
on conflict do nothing returning user_id
"""
_ADD_OF_SETTING = """
insert into person(user_id, name, role, setting) values ($1, $2, $3, $3)
on conflict do nothing returning user_id
"""
_FIND_OF_SETTING = "select user_id from person where setting = $1"
_BY_NAME = """
select user_id, name, role, password, disabled_at is not null as disabled from person
where lower(name) = lower($1)
"""
_PASSWORD = "select password from person where user_id = $1"
_SET_PASSWORD = "update person set password = $2 where user_id = $1"
_ADMINS = """
select user_id from person where role = 'admin' and disabled_at is null order by user_id for update
"""
_STANDING = """
select user_id, role, disabled_at is not null as disabled from person where user_id = $1 for update
"""
_CHANGE = """
update person set name = coalesce($2, name), role = coalesce($3, role), password = coalesce($4, password),
    disabled_at = case when $5 then coalesce(disabled_at, clock_timestamp()) when not $5 then null
        else disabled_at end
where user_id = $1
"""
_VIEW = """
select p.seq, p.user_id, p.name, p.role, p.disabled_at is not null as disabled,
    p.password is not null as has_password, p.created_at,
    (select count(*) from campaign c where c.owner_id = p.user_id and c.status = 'active')
        as active_campaigns
from person p
where ($1::uuid is null or p.user_id = $1) and ($2::bigint is null or p.seq > $2) order by p.seq limit $3
"""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks; `role` is as whom they act in this request."""

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


class User(msgspec.Struct, frozen=True, kw_only=True):
    """Who may sign in. Campaigns of a disabled user that are active go on; `active_campaigns` counts them."""

    user_id: UUID
    name: str
    role: Role
    disabled: bool
    has_password: bool
    created_at: datetime
    active_campaigns: int


class NamedUser(msgspec.Struct, frozen=True, kw_only=True):
    """What a sign-in needs to know."""

    user_id: UUID
    name: str
    role: Role
    password: str | None
    disabled: bool


class People:
    """The table `person`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def exists(self, user_id: UUID) -> bool:
        """Whether there is such a user."""
        found: bool = await self._pool.fetchval(_EXISTS, user_id)
        return found

    async def find(self, user_id: UUID) -> User | None:
        """One user."""
        row = await self._pool.fetchrow(_VIEW, user_id, None, 1)
        return _user(row) if row else None

    async def page(self, window: Window) -> Page[User]:
        """All users, oldest first."""
        rows = await self._pool.fetch(_VIEW, None, window.cursor, window.limit + 1)
        return Page.of(rows, window, _user)

    async def named(self, name: str) -> NamedUser | None:
        """Who signs in by that name, however it is capitalised."""
        row = await self._pool.fetchrow(_BY_NAME, name)
        return msgspec.convert(dict(row), NamedUser) if row else None

    async def password(self, user_id: UUID) -> str | None:
        """The hash that is kept."""
        kept: str | None = await self._pool.fetchval(_PASSWORD, user_id)
        return kept

    async def change(self, user_id: UUID, change: UserChange, by: Doer) -> None:
        """Raises `Rejected`. A new password, or being disabled, ends the user's other sessions."""
        assert by.user_id is not None, "only somebody who is signed in comes here"
        async with self._pool.acquire() as connection, connection.transaction():
            admins = {row["user_id"] for row in await connection.fetch(_ADMINS)}
            row = await connection.fetchrow(_STANDING, user_id)
            if row is None:
                raise Rejected("not_found", "There is no such user.")
            before = msgspec.convert(dict(row), Standing)
            check_change(before, change, by.user_id, len(admins - {user_id}))
            await _write(connection, user_id, change)
            if change.password or change.disabled:
                await session_store.end_others(connection, user_id, by.session_id)
            for deed in _deeds(before, change):
                await access_log.record(connection, by, deed, user_id)

    async def admit_by_setting(self, role: Role, key: str | None) -> None:
        """Makes the user of a setting, named like its role, and sees to it that this key alone is theirs."""
        async with self._pool.acquire() as connection, connection.transaction():
            user_id = await connection.fetchval(_FIND_OF_SETTING, role)
            if user_id is None and key is not None:
                user_id = await _add_of_setting(connection, role)
            if user_id is not None:
                await key_store.set_key(connection, user_id, key)


async def add_user(
    connection: Connection | asyncpg.Pool, user_id: UUID, name: str, role: Role, password: str | None
) -> bool:
    """A new user; False if there is one with that id or name."""
    return await connection.fetchval(_ADD, user_id, name, role, password) is not None


async def set_password(connection: Connection | asyncpg.Pool, user_id: UUID, password: str) -> None:
    """Keeps another hash."""
    await connection.execute(_SET_PASSWORD, user_id, password)


async def _add_of_setting(connection: Connection, role: Role) -> UUID:
    """Somebody else may have the name: then it is not theirs who sign in by the setting."""
    for name in (role.value, f"{role} of the settings", f"{role} {uuid4()}"):
        user_id: UUID | None = await connection.fetchval(_ADD_OF_SETTING, uuid4(), name, role)
        if user_id is not None:
            return user_id
    raise AssertionError("a name with a new uuid is free")


async def _write(connection: Connection, user_id: UUID, change: UserChange) -> None:
    try:
        await connection.execute(_CHANGE, user_id, change.name, change.role, change.password, change.disabled)
    except asyncpg.UniqueViolationError:
        raise Rejected("name_taken", "There is a user of that name.") from None


def _deeds(before: Standing, change: UserChange) -> list[Deed]:
    role = {Role.ADMIN: Deed.MADE_ADMIN, Role.USER: Deed.MADE_USER}
    done = [
        (change.name is not None, Deed.USER_RENAMED),
        (change.role not in (None, before.role), role[change.role or before.role]),
        (change.disabled is True and not before.disabled, Deed.USER_DISABLED),
        (change.disabled is False and before.disabled, Deed.USER_ENABLED),
        (change.password is not None, Deed.PASSWORD_RESET),
    ]
    return [deed for happened, deed in done if happened]


def _user(row: asyncpg.Record) -> User:
    return msgspec.convert(dict(row), User)
