"""Settings from the environment, as a typed Struct."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

SettingsT = TypeVar("SettingsT", bound=msgspec.Struct)

PREFIX = "EVENDIAL"


class BadSettings(Exception):
    """Some settings are missing or unreadable; the message names every one of them."""


def load(kind: type[SettingsT], service: str, environ: Mapping[str, str]) -> SettingsT:
    """Reads each field `name` from `EVENDIAL_<SERVICE>_<NAME>`, else `EVENDIAL_<NAME>`.

    Either may carry the suffix `_FILE`: then it names a file that holds the value (for secrets).
    Raises `BadSettings` with one line per field that is missing or wrong.
    """
    values: dict[str, object] = {}
    problems: list[str] = []
    for field in msgspec.structs.fields(kind):
        name = f"{PREFIX}_{service.upper()}_{field.name.upper()}"
        shared = f"{PREFIX}_{field.name.upper()}"
        try:
            text = _read(name, environ) or _read(shared, environ)
            if text is not None:
                values[field.name] = msgspec.convert(text, field.type, strict=False)
            elif field.required:
                problems.append(f"{name} (or {shared}) is missing")
        except OSError as error:
            problems.append(f"{name}_FILE cannot be read: {error.strerror}")
        except msgspec.ValidationError as error:
            problems.append(f"{name}: {error}")
    if problems:
        raise BadSettings("\n".join(problems))
    return kind(**values)


def _read(name: str, environ: Mapping[str, str]) -> str | None:
    if path := environ.get(f"{name}_FILE"):
        return Path(path).read_text().strip() or None
    return environ.get(name) or None
