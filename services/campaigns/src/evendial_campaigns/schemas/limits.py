"""How much an owner may call, as the API takes and shows it."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from evendial_campaigns.schemas.body import Body
from evendial_campaigns.schemas.person_caps import PersonCaps

Prefix = Annotated[
    str,
    Meta(
        pattern="^[1-9][0-9]{0,14}$(?!\\n)",
        description="digits only, 1 to 15, with the country code first and no + or 0 before it",
        examples=["49"],
    ),
]
Prefixes = Annotated[tuple[Prefix, ...], Meta(min_length=1, max_length=1000)]


class LimitsPut(Body, frozen=True, kw_only=True):
    """All limits of a user, each of them named; null is without limit.

    `person_caps` may be left out: then those that hold stay.
    """

    max_campaigns: Annotated[int, Meta(ge=0, le=1_000_000)] | None
    calls_per_minute: Annotated[int, Meta(ge=1, le=1_000_000)] | None
    max_concurrent_calls: Annotated[int, Meta(ge=1, le=100_000)] | None
    allowed_prefixes: Prefixes | None
    premium: bool
    person_caps: PersonCaps | UnsetType = UNSET


class LimitsView(msgspec.Struct, frozen=True, kw_only=True):
    """Limits as they are; `revision` is 0 while the defaults hold.

    `calls_per_minute` is the sum over the active campaigns. A number may be called if it begins with one of
    `allowed_prefixes` (null: any), and, unless `premium`, is no premium-rate, shared-cost or satellite one.
    """

    owner_id: UUID
    revision: int
    max_campaigns: int | None
    calls_per_minute: int | None
    max_concurrent_calls: int | None
    allowed_prefixes: tuple[str, ...] | None
    premium: bool
    person_caps: PersonCaps
