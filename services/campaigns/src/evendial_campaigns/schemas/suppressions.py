"""Numbers that are not to be called, as the API takes them; it never gives one back."""

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


class SuppressionCreate(Body, frozen=True, kw_only=True):
    """Who is not to be called: by you or, if an admin says `system`, by anybody."""

    number: Number
    system: bool = False


class SuppressionFind(Body, frozen=True, kw_only=True):
    """Whose entries are wanted. In a body, not in the address: addresses end up in logs."""

    number: Number
