"""The block of `name: value` lines that Asterisk sends first on a FastAGI connection."""

from collections.abc import Sequence

import msgspec

FIRST_LINE = "agi_network"
"""Every FastAGI connection of Asterisk opens with `agi_network: yes`."""


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """What we use of it. `arguments` are those of the dialplan's AGI(), in order."""

    request: str
    channel: str
    unique_id: str
    arguments: tuple[str, ...]


class BadHeader(Exception):
    """Not the header of a FastAGI call; the message says what is wrong, without quoting it."""


def check_first(line: str) -> None:
    """Raises BadHeader at once when the peer is no Asterisk."""
    if not line.startswith(f"{FIRST_LINE}:"):
        raise BadHeader(f"the first line is not {FIRST_LINE}")


def parse(lines: Sequence[str]) -> Header:
    """Reads the block's lines, without line breaks and the blank line that ends it. Raises BadHeader."""
    fields: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise BadHeader("a line without a colon")
        fields[name] = value.removeprefix(" ")
    if "agi_request" not in fields:
        raise BadHeader("agi_request is missing")
    return Header(
        request=fields["agi_request"],
        channel=fields.get("agi_channel", ""),
        unique_id=fields.get("agi_uniqueid", ""),
        arguments=_arguments(fields),
    )


def _arguments(fields: dict[str, str]) -> tuple[str, ...]:
    arguments: list[str] = []
    while (value := fields.get(f"agi_arg_{len(arguments) + 1}")) is not None:
        arguments.append(value)
    return tuple(arguments)
