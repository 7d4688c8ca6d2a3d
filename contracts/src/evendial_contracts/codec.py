"""Messages to bytes and back, by their type tag."""

import msgspec

from evendial_contracts.actions import ActionCompleted, SequenceEnded
from evendial_contracts.calls import CallAnswered, CallEnded, CallOriginated
from evendial_contracts.campaigns import (
    CampaignActivated,
    CampaignArchived,
    CampaignCreated,
    CampaignDeleted,
    CampaignExhausted,
    CampaignFinished,
    CampaignRestored,
    CampaignRulesChanged,
    CampaignStopped,
    NumbersImported,
    NumbersRedialled,
    NumbersRemoved,
    SequenceChanged,
)
from evendial_contracts.claims import AttemptClaimed
from evendial_contracts.dialing import DialNumber, NumberDialVoided
from evendial_contracts.message import Message, tag_of
from evendial_contracts.numbers import (
    NumberFailed,
    NumberReleased,
    NumberScheduled,
    NumbersChunk,
    NumberSuppressed,
    NumberWaitingRetry,
)
from evendial_contracts.resources import DeviceDefined, IvrDefined, LimitsDefined, TrunkDefined
from evendial_contracts.suppressions import (
    SuppressionAdded,
    SuppressionRemoved,
    SuppressionsDelisted,
    SuppressionsListed,
)
from evendial_contracts.trunks import TrunkCarried, TrunkDegraded, TrunkFailing, TrunkRecovered

MESSAGES: tuple[type[Message], ...] = (
    CampaignCreated,
    CampaignRulesChanged,
    SequenceChanged,
    NumbersImported,
    NumbersRemoved,
    NumbersRedialled,
    CampaignActivated,
    CampaignStopped,
    CampaignFinished,
    CampaignExhausted,
    CampaignArchived,
    CampaignRestored,
    CampaignDeleted,
    TrunkDefined,
    DeviceDefined,
    IvrDefined,
    LimitsDefined,
    TrunkDegraded,
    TrunkRecovered,
    TrunkFailing,
    TrunkCarried,
    SuppressionAdded,
    SuppressionRemoved,
    SuppressionsListed,
    SuppressionsDelisted,
    NumbersChunk,
    NumberScheduled,
    NumberWaitingRetry,
    NumberFailed,
    NumberReleased,
    NumberSuppressed,
    NumberDialVoided,
    DialNumber,
    AttemptClaimed,
    CallOriginated,
    CallAnswered,
    CallEnded,
    ActionCompleted,
    SequenceEnded,
)
"""Every message there is, oldest version first."""

_decoders = {tag_of(message): msgspec.json.Decoder(message) for message in MESSAGES}
_encoder = msgspec.json.Encoder()


class UnknownMessage(msgspec.Struct, frozen=True):
    """A message of a newer version than this reader: to be skipped and counted."""

    type: str


class MalformedMessage(ValueError):
    """The bytes are not what their tag says; they will never be."""


def encode(message: Message) -> bytes:
    """JSON (RFC 8259) with times in RFC 3339, UTC."""
    return _encoder.encode(message)


def decode(type: str, data: bytes) -> Message | UnknownMessage:
    """Reads a message by the tag its envelope gives; raises `MalformedMessage`, which names the field."""
    decoder = _decoders.get(type)
    if decoder is None:
        return UnknownMessage(type)
    try:
        return decoder.decode(data)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise MalformedMessage(f"{type}: {error}") from error
