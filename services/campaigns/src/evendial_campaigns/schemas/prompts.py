"""Prompts, as the API takes them."""

from typing import Annotated

from msgspec import Meta

from evendial_campaigns.schemas.body import Body


class PromptPatch(Body, frozen=True, kw_only=True):
    """Another name."""

    name: Annotated[str, Meta(examples=["Spring greeting"])]
