"""A dial command as the one AMI Originate that carries it out."""

import re
from uuid import UUID

import msgspec
from evendial_contracts.call_token import TOKEN_LENGTH
from evendial_contracts.dialing import DialNumber

CONTEXT = "evendial"
"""The fixed dialplan context of `deploy/asterisk`; its only extensions are `s` and `h`."""

TOKEN_VARIABLE = "EVENDIAL_CALL"
SERVED_VARIABLE = "EVENDIAL_SERVED"
"""The agi service sets it on the channel before the first action, so that it can be asked for at any time."""

CHANNEL_ID = re.compile(r"ed-[0-9a-f]{32}")

RING_TIMEOUT_S = range(1, 601)
MAX_CALL_S = range(1, 14_401)
LASTS_AT_MOST_MORE_S = 10
"""So much later than we do the dialplan ends a call by itself, whoever is away."""

_DIGITS = re.compile(r"[0-9]{3,15}")
_ENDPOINT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_ACCOUNT = re.compile(r"[A-Za-z0-9_-]{1,20}")
_TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}")


class BadCommand(ValueError):
    """A dial command that must not reach Asterisk; the message names the field and what would be right."""


class Originate(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of one AMI Originate, each as it stands on the wire."""

    channel_id: str
    channel: str
    caller_id: str | None
    account: str
    timeout_ms: int
    variable: str


def channel_id(command_id: UUID) -> str:
    """The channel of a command, of fixed width: Asterisk 22 compares these ids by prefix."""
    return f"ed-{command_id.hex}"


def originate(command: DialNumber, token: str) -> Originate:
    """Raises `BadCommand` for anything but plain digits, names and numbers."""
    _check("e164", command.e164, _DIGITS)
    _check("endpoint", command.endpoint, _ENDPOINT)
    _check("account_code", command.account_code, _ACCOUNT)
    _check("token", token, _TOKEN)
    if command.caller_id is not None:
        _check("caller_id", command.caller_id, _DIGITS)
    _check_range("ring_timeout_s", command.ring_timeout_s, RING_TIMEOUT_S)
    _check_range("max_call_s", command.max_call_s, MAX_CALL_S)
    return Originate(
        channel_id=channel_id(command.command_id),
        channel=f"PJSIP/{command.e164}@{command.endpoint}",
        caller_id=command.caller_id,
        account=command.account_code,
        timeout_ms=command.ring_timeout_s * 1000,
        variable=f"{TOKEN_VARIABLE}={token}{command.max_call_s + LASTS_AT_MOST_MORE_S:05}",
    )


def _check(field: str, value: str, pattern: re.Pattern[str]) -> None:
    if not pattern.fullmatch(value):
        raise BadCommand(f"{field} must match {pattern.pattern}")


def _check_range(field: str, value: int, allowed: range) -> None:
    if value not in allowed:
        raise BadCommand(f"{field} must be {allowed.start} to {allowed.stop - 1}, not {value}")
