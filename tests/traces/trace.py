"""A recorded call: what AMI said of it, and when. As text, without its ids, digits and serial numbers."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.unit.originator.samples import CHANNEL, COMMAND

FOLDER = Path(__file__).parents[1] / "unit/originator/traces"

LINK_LOST = "link lost"
BOOTED_ANEW = "link up: Asterisk was started anew"

_SERIAL = re.compile(r"(?<=-)[0-9a-f]{8}\b")


@dataclass(frozen=True)
class Said:
    """One message of AMI, or `LINK_LOST`, or `BOOTED_ANEW`; so many seconds after the slot."""

    at_s: float
    text: str


Trace = tuple[Said, ...]


def anonymous(text: str, *, channel: str, digits: str, caller: str) -> str:
    """The same for each recording."""
    named = (
        text.replace(channel, CHANNEL).replace(digits, COMMAND.e164).replace(caller, COMMAND.caller_id or "")
    )
    return _SERIAL.sub("00000001", named)


def fields(message: str) -> dict[str, str]:
    """A message as the originator's client hands it on: keys in lower case, the first of repeated ones."""
    read: dict[str, str] = {}
    for line in message.splitlines():
        name, _, value = line.partition(":")
        read.setdefault(name.strip().lower(), value.strip())
    return read


def path_of(major: int, name: str) -> Path:
    """Where the trace of a row on that version lies."""
    return FOLDER / str(major) / f"{name}.txt"


def write(path: Path, trace: Trace, *headlines: str) -> None:
    """Replaces what was recorded before."""
    blocks = ["\n".join(f"# {line}" for line in headlines)]
    blocks += [f"@{said.at_s:.2f}\n" + "\n".join(said.text.splitlines()) for said in trace]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join(blocks) + "\n")


def read(path: Path) -> Trace:
    """What `write` wrote."""
    _, *blocks = path.read_text().rstrip("\n").split("\n\n")
    return tuple(_said(block) for block in blocks)


def _said(block: str) -> Said:
    at, _, text = block.partition("\n")
    return Said(float(at.removeprefix("@")), text)
