"""AMI events as facts about our channels (Asterisk 16 to 22). Everything else is passed over."""

from collections.abc import Mapping
from datetime import datetime

from evendial_originator.core.facts import (
    Answered,
    CallFact,
    ChannelCreated,
    DialEnded,
    HungUp,
    NotAnswered,
    Phase,
    Progress,
    Ringing,
    Served,
    Sighted,
)
from evendial_originator.core.originate import CHANNEL_ID

WANTED = frozenset(
    {"Newchannel", "Newstate", "DialState", "DialEnd", "OriginateResponse", "Hangup", "UserEvent"}
)
"""The events that carry facts (read classes `call` and `user`); the AMI user's filter passes no others."""

SERVING = "EvendialServing"
"""The UserEvent that the agi service has Asterisk send before the first action of a call."""

_PHASES = {"Ringing": Phase.RINGING, "Ring": Phase.RINGING, "Up": Phase.UP}


class UnreadableEvent(ValueError):
    """An event about one of our channels without what its kind always has; the message names the field."""


def fact_of(event: Mapping[str, str], at: datetime) -> CallFact | None:
    """The fact in an event, or None. Keys are in lower case."""
    kind = event.get("event", "")
    channel_id = event.get("destuniqueid" if kind.startswith("Dial") else "uniqueid", "")
    if kind not in WANTED or not CHANNEL_ID.fullmatch(channel_id):
        return None
    match kind:
        case "Newchannel":
            return ChannelCreated(channel_id=channel_id, at=at)
        case "Newstate" | "DialState":
            return _state(event, channel_id, at)
        case "DialEnd":
            return _dial_end(event, channel_id, at)
        case "UserEvent":
            return Served(channel_id=channel_id, at=at) if event.get("userevent") == SERVING else None
        case "OriginateResponse":
            return _originate_response(event, channel_id, at)
        case _:
            return _hangup(event, channel_id, at)


def sighting_of(event: Mapping[str, str], at: datetime) -> Sighted | None:
    """One line of CoreShowChannels, if it is a channel of ours."""
    channel_id = event.get("uniqueid", "")
    if not CHANNEL_ID.fullmatch(channel_id):
        return None
    return Sighted(channel_id=channel_id, at=at, phase=phase_of(event))


def phase_of(event: Mapping[str, str]) -> Phase:
    """What ChannelStateDesc says."""
    return _PHASES.get(event.get("channelstatedesc", ""), Phase.DOWN)


def _state(event: Mapping[str, str], channel_id: str, at: datetime) -> CallFact | None:
    if event.get("dialstatus") == "RINGING" or event.get("channelstatedesc") == "Ringing":
        return Ringing(channel_id=channel_id, at=at)
    return Progress(channel_id=channel_id, at=at) if event.get("dialstatus") == "PROGRESS" else None


def _dial_end(event: Mapping[str, str], channel_id: str, at: datetime) -> CallFact:
    status = event.get("dialstatus", "")
    if status == "ANSWER":
        return Answered(channel_id=channel_id, at=at)
    return DialEnded(channel_id=channel_id, at=at, status=status)


def _originate_response(event: Mapping[str, str], channel_id: str, at: datetime) -> CallFact | None:
    if event.get("actionid") != channel_id:
        return None  # somebody else's originate with the id of our live channel
    if event.get("response") == "Success":
        return Answered(channel_id=channel_id, at=at)
    return NotAnswered(channel_id=channel_id, at=at, reason=_number(event, "reason"))


def _hangup(event: Mapping[str, str], channel_id: str, at: datetime) -> CallFact:
    code = _number(event, "techcause") if event.get("techcause") else None
    cause = _number(event, "cause")
    return HungUp(channel_id=channel_id, at=at, cause=cause, phase=phase_of(event), sip_code=code)


def _number(event: Mapping[str, str], field: str) -> int:
    try:
        return int(event[field])
    except (KeyError, ValueError) as error:
        raise UnreadableEvent(f"{event.get('event')} without a number in {field}") from error
