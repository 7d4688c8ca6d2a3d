"""AMI's events about a channel, with the fields that Asterisk 16 and 22 give them."""

from itertools import chain
from typing import Final

from msgspec.structs import replace

from deploy.pbx.core.chance import chance
from deploy.pbx.core.effects import Event
from deploy.pbx.core.state import Channel, Fields, Phase, Place, Setup

UNKNOWN: Final = "<unknown>"
_STATES: Final = {Phase.DOWN: "0", Phase.RINGING: "5", Phase.UP: "6"}
_CAUSES: Final = {
    0: "Unknown",
    1: "Unallocated (unassigned) number",
    3: "No route to destination",
    16: "Normal Clearing",
    17: "User busy",
    18: "No user responding",
    19: "User alerting, no answer",
    20: "Subscriber absent",
    21: "Call Rejected",
    22: "Number changed",
    27: "Destination out of order",
    28: "Invalid number format",
    34: "Circuit/channel congestion",
    38: "Network out of order",
    41: "Temporary failure",
    42: "Switching equipment congestion",
}

_FAILED_ORDERS: Final = ((0.64, (0, 1, 2)), (0.89, (1, 0, 2)), (1.0, (0, 2, 1)))
_ANSWERED_ORDERS: Final = ((0.40, (0, 1, 2)), (0.70, (0, 2, 1)), (1.0, (2, 0, 1)))
_RINGING_ORDERS: Final = ((0.5, (0, 1)), (1.0, (1, 0)))


def shuffled(setup: Setup, channel: Channel, *events: Event) -> tuple[Event, ...]:
    """Events that Asterisk sends at the same time from several threads, in one of the orders seen of it.

    Three of a failed call: DialEnd, OriginateResponse, Hangup (Hangup before the response in 11 %); three
    of an answered one: Newstate, DialEnd, OriginateResponse (first in 30 %); two: Newstate and DialState.
    """
    answered = events[0].name == "Newstate"
    orders = _RINGING_ORDERS if len(events) == 2 else _ANSWERED_ORDERS if answered else _FAILED_ORDERS
    drawn = chance(setup.seed, f"{events[0].name} {channel.id}")
    order = next(order for limit, order in orders if drawn < limit)
    return tuple(events[place] for place in order)


def newchannel(channel: Channel) -> Event:
    """Asterisk works on the originate; nothing but the name is set."""
    fields = {**dict(_snapshot(channel)), "AccountCode": ""}
    fields |= dict.fromkeys(("CallerIDNum", "ConnectedLineNum"), UNKNOWN)
    return _call("Newchannel", tuple(fields.items()))


def newstate(channel: Channel) -> Event:
    """Ringing or Up."""
    return _call("Newstate", _snapshot(channel))


def dial_state(channel: Channel, status: str) -> Event:
    """RINGING or PROGRESS."""
    return _call("DialState", (*_snapshot(channel, "Dest"), ("DialStatus", status)))


def dial_end(channel: Channel, status: str) -> Event:
    """ANSWER, BUSY, CONGESTION, CHANUNAVAIL or NOANSWER."""
    return _call("DialEnd", (*_snapshot(channel, "Dest"), ("DialStatus", status)))


def originate_response(channel: Channel, reason: int) -> Event:
    """The answer to the Originate itself: 4 answered, 3 our time-out, 0 anything else."""
    answered = reason == 4
    fields = (
        ("ActionID", channel.action_id),
        ("Response", "Success" if answered else "Failure"),
        ("Channel", channel.name if answered else channel.dialled),
        ("Context", channel.target.context),
        ("Exten", channel.target.extension),
        ("Reason", str(reason)),
        ("Uniqueid", channel.id),
        ("CallerIDNum", channel.caller or UNKNOWN),
        ("CallerIDName", UNKNOWN),
    )
    return _call("OriginateResponse", tuple(field for field in fields if field != ("ActionID", "")))


def hangup(setup: Setup, channel: Channel, sip_status: int | None = None) -> Event:
    """The channel is gone."""
    told = sip_status is not None and setup.major >= 22
    tech = (("TechCause", str(sip_status)),) if told else ()
    causes = (("Cause", str(channel.cause)), ("Cause-txt", _CAUSES.get(channel.cause, "Unknown")))
    return _call("Hangup", (*_snapshot(channel), *causes, *tech))


def user_event(channel: Channel, text: str) -> Event:
    """What the dialplan's UserEvent(name,Field: value,…) sends."""
    name, *rest = text.split(",")
    told = ((key, value.strip()) for key, _, value in (each.partition(":") for each in rest))
    return Event("user", (("Event", "UserEvent"), *_snapshot(channel), ("UserEvent", name), *told))


def in_hangup_extension(channel: Channel, priority: int) -> Channel:
    """The channel while `h` runs: 1 in its first step, 2 after it."""
    return replace(channel, place=Place("evendial", "h", priority))


def shown(channel: Channel, now: float) -> Fields:
    """Its line of CoreShowChannels, without the name of the event."""
    seconds = int(now - channel.created_at)
    application, data = channel.application
    return (
        *_snapshot(channel),
        ("Application", application),
        ("ApplicationData", data),
        ("Duration", f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"),
        ("BridgeId", ""),
    )


def _call(name: str, fields: Fields) -> Event:
    return Event("call", tuple(chain((("Event", name),), fields)))


def _snapshot(channel: Channel, prefix: str = "") -> Fields:
    caller = channel.caller or UNKNOWN
    fields = (
        ("Channel", channel.name),
        ("ChannelState", _STATES[channel.phase]),
        ("ChannelStateDesc", channel.phase.value),
        ("CallerIDNum", caller),
        ("CallerIDName", UNKNOWN),
        ("ConnectedLineNum", caller),
        ("ConnectedLineName", UNKNOWN),
        ("Language", "en"),
        ("AccountCode", channel.account),
        ("Context", channel.place.context),
        ("Exten", channel.place.extension),
        ("Priority", str(channel.place.priority)),
        ("Uniqueid", channel.id),
        ("Linkedid", channel.id),
    )
    return tuple((prefix + key, value) for key, value in fields)
