"""Caps on how often one person is called, as the API takes and shows them."""

from typing import Annotated

from msgspec import Meta

from evendial_campaigns.core.person_caps import ATTEMPTS_MAX, CAPS_MAX, HOURS_MAX
from evendial_campaigns.schemas.body import Body


class PersonCapBody(Body, frozen=True, kw_only=True):
    """No more than so many attempts in any `hours` that follow each other."""

    attempts: Annotated[int, Meta(ge=1, le=ATTEMPTS_MAX, examples=[3])]
    hours: Annotated[int, Meta(ge=1, le=HOURS_MAX, examples=[24])]


PersonCaps = Annotated[
    tuple[PersonCapBody, ...],
    Meta(
        max_length=CAPS_MAX,
        description="How often a person is called at most, in all campaigns of the owner together.",
    ),
]
