"""AMI actions of a session that has logged in as the user of `deploy/asterisk/evendial-manager.conf`."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from msgspec.structs import replace

from deploy.pbx.core import calls
from deploy.pbx.core.effects import Effect, Reply, Turn
from deploy.pbx.core.events import shown
from deploy.pbx.core.originate import Refused, order
from deploy.pbx.core.state import Channel, Fields, Pbx

VERSIONS: Final = {22: "11.0.0", 16: "5.0.4"}
"""Of the manager interface, as its banner says."""

_NOT_FOR_US: Final = frozenset(
    {"command", "filter", "reload", "userevent", "getconfig", "updateconfig", "moduleload", "dbput", "dbget"}
    | {"pjsipshowendpoints", "modulecheck", "loggerrotate", "coreshowchannelmap", "aocmessage", "sendtext"}
)
"""Actions that Asterisk has and the user may not; `write = originate,call,reporting` lacks their class."""


def perform(pbx: Pbx, action: Mapping[str, str], now: float) -> Turn:
    """One action, keys in lower case. Its replies come first, as on a real connection."""
    match action.get("action", "").lower():
        case "":
            return pbx, (error(action, "Missing action in request"),)
        case "ping":
            return pbx, (success(action, ("Ping", "Pong"), ("Timestamp", f"{now:.6f}")),)
        case "corestatus":
            return pbx, (success(action, *_status(pbx)),)
        case "coreshowchannels":
            return pbx, _channels(pbx, action, now)
        case "originate":
            return _originate(pbx, action, now)
        case "hangup":
            return _hangup(pbx, action, now)
        case "getvar":
            return pbx, (_variable(pbx, action),)
        case "login":
            return pbx, (success(action, ("Message", "Already authenticated")),)
        case name if name in _NOT_FOR_US:
            return pbx, (error(action, "Permission denied"),)
        case _:
            hint = "Use Action: ListCommands to show available commands."
            return pbx, (error(action, f"Invalid/unknown command: {action['action']}. {hint}"),)


def success(action: Mapping[str, str], *fields: tuple[str, str]) -> Reply:
    """`Response: Success` to this action."""
    return Reply((("Response", "Success"), *_id(action), *fields))


def error(action: Mapping[str, str], message: str) -> Reply:
    """`Response: Error` to this action."""
    return Reply((("Response", "Error"), *_id(action), ("Message", message)))


def _originate(pbx: Pbx, action: Mapping[str, str], now: float) -> Turn:
    made_up_id = f"{int(pbx.booted_at)}.{pbx.made + len(pbx.queued)}"
    if pbx.booting:
        return pbx, (error(action, "Extension does not exist."),)
    try:
        channel = order(pbx.setup, action, made_up_id=made_up_id, now=now)
    except Refused as refusal:
        return pbx, (error(action, str(refusal)),)
    queued = success(action, ("Message", "Originate successfully queued"))
    return replace(pbx, queued=(*pbx.queued, channel)), (queued,)


def _hangup(pbx: Pbx, action: Mapping[str, str], now: float) -> Turn:
    wanted = action.get("channel", "")
    if not wanted:
        return pbx, (error(action, "No channel specified"),)
    channel = _named(pbx, wanted)
    if channel is None:
        return pbx, (error(action, "No such channel"),)
    cause = action.get("cause", "")
    reply = success(action, ("Message", "Channel Hungup"))
    pbx, effects = calls.hang_up(pbx, channel, now, int(cause) if re.fullmatch("[0-9]{1,3}", cause) else 0)
    return pbx, (reply, *effects)


def _variable(pbx: Pbx, action: Mapping[str, str]) -> Reply:
    """A channel's variable; one that is not set is empty. Of global ones there is none."""
    name, wanted = action.get("variable", ""), action.get("channel", "")
    if not name:
        return error(action, "No variable specified")
    channel = _named(pbx, wanted)
    if wanted and channel is None:
        return error(action, "No such channel")
    value = channel.variables.get(name, "") if channel else ""
    return success(action, ("Variable", name), ("Value", value))


def _named(pbx: Pbx, wanted: str) -> Channel | None:
    """By name or id; case does not count."""
    wanted = wanted.lower()
    channels = pbx.channels.values()
    return next((each for each in channels if wanted in (each.name.lower(), each.id.lower())), None)


def _status(pbx: Pbx) -> Fields:
    booted = datetime.fromtimestamp(pbx.booted_at, UTC)
    date, time = f"{booted:%Y-%m-%d}", f"{booted:%H:%M:%S}"
    running = sum(channel.agi is not None for channel in pbx.channels.values())
    processed = (("CoreProcessedCalls", str(pbx.processed)),) if pbx.setup.major >= 22 else ()
    return (
        ("CoreStartupDate", date),
        ("CoreStartupTime", time),
        ("CoreReloadDate", date),
        ("CoreReloadTime", time),
        ("CoreCurrentCalls", str(running)),
        *processed,
    )


def _channels(pbx: Pbx, action: Mapping[str, str], now: float) -> tuple[Effect, ...]:
    start = success(action, ("EventList", "start"), ("Message", "Channels will follow"))
    channels = pbx.channels.values()
    shows = (Reply((("Event", "CoreShowChannel"), *_id(action), *shown(each, now))) for each in channels)
    end = (("EventList", "Complete"), ("ListItems", str(len(channels))))
    return start, *shows, Reply((("Event", "CoreShowChannelsComplete"), *_id(action), *end))


def _id(action: Mapping[str, str]) -> Fields:
    return (("ActionID", action["actionid"]),) if action.get("actionid") else ()
