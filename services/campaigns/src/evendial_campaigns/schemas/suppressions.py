"""Numbers that are not to be called, as the API takes them; it never gives one back."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from evendial_campaigns.schemas.body import Body

Number = Annotated[
    str,
    Meta(
        max_length=64,
        description="In international form: with or without +, blanks and the like are passed over.",
        examples=["+49 151 12345678"],
    ),
]


Note = Annotated[str, Meta(description="Why, in your words; no phone number.", examples=["by letter"])]
ExpiresAt = Annotated[datetime, Meta(tz=True, description="From then on the number may be called again.")]


class GivenSource(StrEnum):
    """Who wishes it: you (`api`), or the person (`opt_out`)."""

    API = "api"
    OPT_OUT = "opt_out"


class SuppressionCreate(Body, frozen=True, kw_only=True):
    """Who is not to be called: by you or, if an admin says `system`, by anybody."""

    number: Number
    system: bool = False
    source: GivenSource = GivenSource.API
    note: Note | None = None
    expires_at: ExpiresAt | None = None


class SuppressionFind(Body, frozen=True, kw_only=True):
    """Whose entries are wanted. In a body, not in the address: addresses end up in logs."""

    number: Number
