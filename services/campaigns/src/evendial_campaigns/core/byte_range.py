"""Which part of a file a client asks for (RFC 9110, section 14)."""

import re

_one_range = re.compile(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*", re.ASCII).fullmatch


class Unsatisfiable(Exception):
    """The range lies beyond the end."""


def asked_for(header: str | None, size: int) -> range | None:
    """The bytes of a file of that size that a Range header asks for; None: send the whole.

    Several ranges, other units and what cannot be read are passed over, as the RFC allows. Raises
    `Unsatisfiable`.
    """
    match = _one_range(header or "")
    if match is None or match[1] == match[2] == "":
        return None
    if not match[1]:
        return _within(max(size - int(match[2]), 0), size - 1, size)
    first, last = int(match[1]), int(match[2] or size - 1)
    if match[2] and last < first:
        return None
    return _within(first, min(last, size - 1), size)


def _within(first: int, last: int, size: int) -> range:
    if first >= size or last < first:
        raise Unsatisfiable
    return range(first, last + 1)
