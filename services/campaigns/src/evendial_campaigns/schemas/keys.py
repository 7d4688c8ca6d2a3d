"""API keys, as the API takes and shows them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from evendial_campaigns.core.roles import Scope
from evendial_campaigns.schemas.body import Body


class KeyCreate(Body, frozen=True, kw_only=True):
    """A new key of yours, or, made by an admin, of `user_id`; without `expires_at` it holds until revoked."""

    name: Annotated[str, Meta(max_length=200, examples=["nightly report"])]
    scopes: Annotated[tuple[Scope, ...], Meta(min_length=1, max_length=3, examples=[["read"]])]
    expires_at: Annotated[datetime, Meta(tz=True, examples=["2027-06-30T00:00:00Z"])] | None = None
    user_id: UUID | None = None


class NewKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key; `key` is shown this once."""

    key_id: UUID
    user_id: UUID
    name: str
    scopes: tuple[Scope, ...]
    expires_at: datetime | None
    key: str


class Revoked(msgspec.Struct, frozen=True, kw_only=True):
    """The keys that are worth nothing any more."""

    revoked: tuple[UUID, ...]
