"""Rows as CSV (RFC 4180), safe to be opened in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a spreadsheet take text for a formula when it comes first (OWASP, "CSV Injection"); the last are
the wide forms of the first."""


def lines(rows: Iterable[Sequence[object]]) -> bytes:
    """The rows in UTF-8; None is an empty cell, times are RFC 3339 in UTC, dicts JSON."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([[_cell(value) for value in row] for row in rows])
    return out.getvalue().encode()


def _cell(value: object) -> object:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    if isinstance(value, dict):
        return msgspec.json.encode(value).decode() if value else None
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value
