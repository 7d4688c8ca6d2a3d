"""Who signs in, as the API takes and shows them."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from evendial_campaigns.core.roles import Role, Scope
from evendial_campaigns.schemas.body import Body
from evendial_campaigns.schemas.limits import LimitsView

Password = Annotated[str, Meta(max_length=1024, examples=["seven lamps by the harbour"])]
"""Its least length and strength are checked where it is set, so that a sign-in tells nothing of them."""
UserName = Annotated[str, Meta(max_length=200, examples=["mira"])]


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Who you are, what you may do here, and how much; `csrf_token` is there when you came by a session."""

    user_id: UUID
    name: str
    role: Role
    scopes: tuple[Scope, ...]
    limits: LimitsView
    csrf_token: str | None = None


class UserCreate(Body, frozen=True, kw_only=True):
    """A new user; without a password they sign in with keys alone."""

    name: UserName
    role: Role = Role.USER
    password: Password | None = None


class UserPatch(Body, frozen=True, kw_only=True):
    """What is to change."""

    name: UserName | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    password: Password | UnsetType = UNSET
    disabled: bool | UnsetType = UNSET


class PasswordPut(Body, frozen=True, kw_only=True):
    """Another password of one's own."""

    old_password: Password
    new_password: Password


class SessionCreate(Body, frozen=True, kw_only=True):
    """Who signs in."""

    name: UserName
    password: Password


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed in. Send `csrf_token` as X-CSRF-Token with each request that changes something."""

    user_id: UUID
    name: str
    role: Role
    csrf_token: str


class SessionStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The browser's session, null while nobody is signed in; whether there is no admin who could sign in."""

    session: SessionView | None
    first_admin_needed: bool


class FirstAdminCreate(Body, frozen=True, kw_only=True):
    """The first admin, by the token that the service printed at its start."""

    token: Annotated[str, Meta(max_length=512)]
    name: UserName
    password: Password
