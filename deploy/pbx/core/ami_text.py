"""Actions and messages as they stand on the wire."""

from typing import Final

from deploy.pbx.core.effects import Event, Reply
from deploy.pbx.core.state import Fields

END: Final = b"\r\n\r\n"


def action_of(block: bytes) -> dict[str, str]:
    """The fields of an action, keys in lower case; of a repeated key the first, as Asterisk reads it."""
    action: dict[str, str] = {}
    for line in block.decode(errors="replace").strip().split("\r\n"):
        name, _, value = line.partition(":")
        action.setdefault(name.strip().lower(), value.strip())
    return action


def text_of(message: Reply | Event) -> str:
    """As it stands on the wire."""
    return "".join(f"{name}: {value}\r\n" for name, value in _fields(message)) + "\r\n"


def _fields(message: Reply | Event) -> Fields:
    if isinstance(message, Reply):
        return message.fields
    first, *rest = message.fields
    return (first, ("Privilege", f"{message.privilege},all"), *rest)
