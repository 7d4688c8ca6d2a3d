"""JSON Schemas of all messages: `python -m evendial_contracts.schemas FOLDER` writes one file each."""

import sys
from pathlib import Path
from typing import Any

import msgspec

from evendial_contracts.codec import MESSAGES
from evendial_contracts.message import Message, tag_of


def schema_of(message: type[Message]) -> bytes:
    """The JSON Schema (2020-12) of one message, as indented text."""
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": tag_of(message),
    }
    return msgspec.json.format(msgspec.json.encode(schema | msgspec.json.schema(message)), indent=2) + b"\n"


def write(folder: Path) -> None:
    """Writes `<type>.json` for every message there is."""
    folder.mkdir(parents=True, exist_ok=True)
    for message in MESSAGES:
        (folder / f"{tag_of(message)}.json").write_bytes(schema_of(message))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
