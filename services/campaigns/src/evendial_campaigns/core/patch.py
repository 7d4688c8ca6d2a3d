"""A change that names only what is to change."""

from typing import Any

import msgspec
from msgspec import UNSET


def named(change: msgspec.Struct) -> dict[str, Any]:
    """The fields that are set, by name; the others stay as they are."""
    return {field: value for field, value in msgspec.structs.asdict(change).items() if value is not UNSET}
