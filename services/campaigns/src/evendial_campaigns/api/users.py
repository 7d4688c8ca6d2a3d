"""Users: an admin makes, changes, disables and limits them."""

from uuid import UUID

import asyncpg
from evendial_contracts.resources import LimitsDefined
from litestar import Controller, Response, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import UNSET

from evendial_campaigns import access_log
from evendial_campaigns.access_log import Deed
from evendial_campaigns.api.idempotency import SECRET
from evendial_campaigns.api.tagged import ETAG, tagged
from evendial_campaigns.auth import Access, admin_only
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.core.user_change import UserChange, check_user_name
from evendial_campaigns.core.versions import Expected
from evendial_campaigns.limits import Limits, limits_view
from evendial_campaigns.page import Page, Window
from evendial_campaigns.passwords import Passwords
from evendial_campaigns.people import People, User, add_user
from evendial_campaigns.schemas.limits import LimitsPut, LimitsView
from evendial_campaigns.schemas.people import UserCreate, UserPatch
from evendial_campaigns.views import person_caps_of


class Users(Controller):
    """Who may sign in."""

    path = "/users"
    tags = ("users",)
    guards = (admin_only,)

    @post(operation_id="CreateUser", opt={SECRET: True, "problems": ("name_taken", "already_done", "busy")})
    async def create(
        self,
        data: JSONBody[UserCreate],
        new_id: NamedDependency[UUID],
        people: NamedDependency[People],
        passwords: NamedDependency[Passwords],
        access: NamedDependency[Access],
        database: NamedDependency[asyncpg.Pool],
    ) -> User:
        """Makes a user."""
        check_user_name(data.name)
        hashed = None if data.password is None else await passwords.hash(data.password, data.name)
        async with database.acquire() as connection, connection.transaction():
            if await add_user(connection, new_id, data.name, data.role, hashed):
                await access_log.record(connection, access.doer, Deed.USER_MADE, new_id)
        made = await people.find(new_id)
        if made is None:
            raise Rejected("name_taken", "There is a user of that name.")
        return made

    @get(operation_id="ListUsers")
    async def list(self, people: NamedDependency[People], page_window: NamedDependency[Window]) -> Page[User]:
        """All users, oldest first."""
        return await people.page(page_window)

    @get("/{user_id:uuid}", operation_id="GetUser")
    async def read(self, user_id: FromPath[UUID], people: NamedDependency[People]) -> User:
        """One user."""
        return await _found(people, user_id)

    @patch(
        "/{user_id:uuid}",
        operation_id="ChangeUser",
        opt={"problems": ("own_admin_role", "last_admin", "name_taken", "busy")},
    )
    async def change(
        self,
        user_id: FromPath[UUID],
        data: JSONBody[UserPatch],
        people: NamedDependency[People],
        passwords: NamedDependency[Passwords],
        access: NamedDependency[Access],
    ) -> User:
        """Changes a user at once, keys and sessions in use included.

        Disabling ends their access, not their campaigns: `active_campaigns` tells how many go on; stop those
        that should not. There is always an admin, and nobody takes that role from themselves.
        """
        before = await _found(people, user_id)
        hashed = None
        if data.password is not UNSET:
            hashed = await passwords.hash(data.password, before.name if data.name is UNSET else data.name)
        change = UserChange(
            name=None if data.name is UNSET else data.name,
            role=None if data.role is UNSET else data.role,
            disabled=None if data.disabled is UNSET else data.disabled,
            password=hashed,
        )
        await people.change(user_id, change, access.doer)
        return await _found(people, user_id)

    @get("/{user_id:uuid}/limits", operation_id="GetLimits", response_headers=[ETAG])
    async def read_limits(
        self, user_id: FromPath[UUID], people: NamedDependency[People], limits: NamedDependency[Limits]
    ) -> Response[LimitsView]:
        """How much a user may call."""
        await _found(people, user_id)
        return _tagged(await limits.of(user_id))

    @put(
        "/{user_id:uuid}/limits",
        operation_id="SetLimits",
        response_headers=[ETAG],
        opt={"problems": ("version_mismatch",)},
    )
    async def set_limits(
        self,
        user_id: FromPath[UUID],
        data: JSONBody[LimitsPut],
        people: NamedDependency[People],
        limits: NamedDependency[Limits],
        access: NamedDependency[Access],
        expected: NamedDependency[Expected],
    ) -> Response[LimitsView]:
        """Replaces all limits of a user."""
        await _found(people, user_id)
        prefixes, caps = data.allowed_prefixes, (await limits.of(user_id)).person_caps
        if data.person_caps is not UNSET:
            caps = person_caps_of(data.person_caps)
        wanted = LimitsDefined(
            owner_id=user_id,
            revision=0,
            max_campaigns=data.max_campaigns,
            calls_per_minute=data.calls_per_minute,
            max_concurrent_calls=data.max_concurrent_calls,
            allowed_prefixes=None if prefixes is None else tuple(sorted(set(prefixes))),
            premium=data.premium,
            person_caps=caps,
        )
        return _tagged(await limits.define(wanted, expected, access.doer))


def _tagged(limits: LimitsDefined) -> Response[LimitsView]:
    return tagged(limits_view(limits), limits.revision)


async def _found(people: People, user_id: UUID) -> User:
    user = await people.find(user_id)
    if user is None:
        raise Rejected("not_found", "There is no such user.")
    return user
