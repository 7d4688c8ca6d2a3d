"""What every message has in common."""

import re
from datetime import datetime
from uuid import UUID

import msgspec

TAG = re.compile(r"(?P<aggregate>[a-z]+)\.(?P<fact>[a-z_]+)\.v(?P<version>[0-9]+)")


class Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """One thing said on the bus; its `type` tag is `<aggregate>.<fact>.v<version>`."""


class Event(Message, frozen=True, kw_only=True):
    """An immutable fact, named in the past tense."""


class Command(Message, frozen=True, kw_only=True):
    """An order, named in the imperative; it may be refused."""


class CampaignFact(Event, frozen=True, kw_only=True):
    """A fact about one campaign of one owner."""

    campaign_id: UUID
    owner_id: UUID


class AttemptFact(CampaignFact, frozen=True, kw_only=True):
    """A fact about one attempt at one number, as ordered by one dial command."""

    command_id: UUID
    number_id: int
    generation: int
    attempt_no: int
    slot_at: datetime
    reference: str | None = None


def tag_of(message: Message | type[Message]) -> str:
    """The wire tag, e.g. `call.ended.v1`."""
    tag = message.__struct_config__.tag
    assert isinstance(tag, str), f"{message!r} has no tag"
    return tag
