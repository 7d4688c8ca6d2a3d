"""An AMI Originate: what Asterisk refuses at once, and what it takes (main/manager.c, action_originate)."""

import re
from collections.abc import Mapping

from deploy.pbx.core.state import Channel, Place, Setup

_LONGEST_ID = 149
_DEFAULT_TIMEOUT_MS = "30000"
_CALLER = re.compile(r'^(?:"?.*?"?\s*<(?P<inside>[^>]*)>|(?P<plain>.*))$')


class Refused(ValueError):
    """Asterisk answers `Response: Error` with this message."""


def order(setup: Setup, fields: Mapping[str, str], *, made_up_id: str, now: float) -> Channel:
    """The channel that is to be made. `fields` has its keys in lower case. Raises Refused."""
    dialled = fields.get("channel", "")
    if not dialled:
        raise Refused("Channel not specified")
    technology, slash, data = dialled.partition("/")
    if not (technology and slash):
        raise Refused("Invalid channel")
    timeout_ms = fields.get("timeout") or _DEFAULT_TIMEOUT_MS
    if not re.fullmatch(r"-?[0-9]+", timeout_ms):
        raise Refused("Invalid timeout")
    if fields.get("application"):
        raise Refused(_forbidden(setup))
    channel_id = fields.get("channelid", "")
    if len(channel_id) > _LONGEST_ID:
        raise Refused(f"Uniqueid length exceeds maximum of {_LONGEST_ID}\n")
    number, _, endpoint = data.partition("@")
    return Channel(
        id=channel_id or made_up_id,
        action_id=fields.get("actionid", ""),
        dialled=dialled,
        number=number,
        endpoint=endpoint if technology.upper() == "PJSIP" else "",
        caller=_caller(fields.get("callerid", "")),
        account=fields.get("account", ""),
        variables=_variables(fields.get("variable", "")),
        target=_target(setup, fields),
        timeout_s=int(timeout_ms) / 1000,
        due_at=now + setup.setup_s,
    )


def is_taken(setup: Setup, live: Mapping[str, Channel], channel_id: str) -> bool:
    """Whether a live channel stands in the way of a new one with this id.

    Case does not count; 22 compares no more than the length of the new id, so a prefix is taken too.
    """
    wanted = channel_id.lower()
    if setup.major >= 22:
        return any(each.lower().startswith(wanted) for each in live)
    return any(each.lower() == wanted for each in live)


def _target(setup: Setup, fields: Mapping[str, str]) -> Place:
    context, extension = fields.get("context", ""), fields.get("exten", "")
    priority = fields.get("priority", "1")
    exists = context in setup.contexts and extension == "s" and priority in ("1", "2", "3", "4")
    if not exists:
        raise Refused("Extension does not exist.")
    return Place(context, extension, int(priority))


def _forbidden(setup: Setup) -> str:
    return "Originate Access Forbidden: " + (
        "app or data blacklisted" if setup.major >= 22 else "Application"
    )


def _caller(text: str) -> str:
    found = _CALLER.match(text)
    return (found["inside"] or found["plain"] or "").strip() if found else ""


def _variables(text: str) -> dict[str, str]:
    """A comma starts another assignment; what is none is lost."""
    pairs = (each.partition("=") for each in text.split(","))
    return {name.strip(): value for name, equals, value in pairs if equals}
