"""An AMI connection before and after its login."""

from collections.abc import Mapping
from hmac import compare_digest
from typing import Final

import msgspec
from msgspec.structs import replace

from deploy.pbx.core.asterisk import fully_booted
from deploy.pbx.core.effects import Event, Reply
from deploy.pbx.core.manager import VERSIONS, error, success
from deploy.pbx.core.state import Pbx

REFUSED_AFTER_S: Final = 1.0
"""Asterisk takes its time to say no, then hangs up."""

Said = tuple[Reply | Event, ...]


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """Who may log in."""

    user: str
    secret: str
    refused: bool = False
    """A fault: nobody may."""


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One connection."""

    logged_in: bool = False
    hears: bool = False
    """Events are sent to it."""
    over: bool = False
    """Asterisk hangs up after what it says now; a refused login says it late."""


def banner(pbx: Pbx) -> str:
    """The line that opens a connection."""
    return f"Asterisk Call Manager/{VERSIONS[pbx.setup.major]}\r\n"


def take(
    session: Session, access: Access, pbx: Pbx, action: Mapping[str, str], now: float
) -> tuple[Session, Said] | None:
    """What the connection itself answers; None for an action that Asterisk is to carry out."""
    name = action.get("action", "").lower()
    if name == "logoff":
        goodbye = {"Response": "Goodbye"} | dict(success(action).fields[1:])
        fish = (*goodbye.items(), ("Message", "Thanks for all the fish."))
        return replace(session, over=True), (Reply(tuple(fish)),)
    if not session.logged_in:
        return _log_in(session, access, pbx, action, now) if name == "login" else _not_yet(session, action)
    if name == "events":
        return _events(session, action)
    return None


def _log_in(
    session: Session, access: Access, pbx: Pbx, action: Mapping[str, str], now: float
) -> tuple[Session, Said]:
    known = _same(action.get("username", ""), access.user) and _same(action.get("secret", ""), access.secret)
    if not known or access.refused:
        return replace(session, over=True), (error(action, "Authentication failed"),)
    session = replace(session, logged_in=True, hears=action.get("events", "on").lower() != "off")
    accepted = success(action, ("Message", "Authentication accepted"))
    told = (fully_booted(pbx, now),) if session.hears and not pbx.booting else ()
    return session, (accepted, *told)


def _not_yet(session: Session, action: Mapping[str, str]) -> tuple[Session, Said]:
    return session, (error(action, "Permission denied"),)


def _events(session: Session, action: Mapping[str, str]) -> tuple[Session, Said]:
    mask = action.get("eventmask", "").lower()
    if not mask:
        return session, (error(action, "Invalid event mask"),)
    hears = mask != "off"
    return replace(session, hears=hears), (success(action, ("Events", "On" if hears else "Off")),)


def _same(given: str, right: str) -> bool:
    return compare_digest(given.encode(), right.encode())
