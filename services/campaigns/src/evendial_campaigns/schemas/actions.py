"""Sequences of actions, as the API takes and shows them."""

from typing import Annotated
from uuid import UUID

import msgspec
from evendial_contracts.actions import Action
from msgspec import Meta

from evendial_campaigns.schemas.body import Body


class WaitBody(Body, frozen=True, kw_only=True, tag_field="kind", tag="wait"):
    """Say nothing for so long."""

    seconds: Annotated[float, Meta(gt=0, le=3600)]


class PlayBody(Body, frozen=True, kw_only=True, tag_field="kind", tag="play"):
    """Play one of the owner's prompts."""

    prompt_id: UUID


class IvrBody(Body, frozen=True, kw_only=True, tag_field="kind", tag="ivr"):
    """Hand the call over; the last action, and the admin's alone."""

    ivr_id: UUID


class ActionsPut(Body, frozen=True, kw_only=True):
    """The whole sequence."""

    actions: list[WaitBody | PlayBody | IvrBody]


class ActionsView(msgspec.Struct, frozen=True, kw_only=True):
    """The sequence as it is; calls keep the one they began with. `version` is the campaign's."""

    version: int
    sequence_version: int
    actions: tuple[Action, ...]
