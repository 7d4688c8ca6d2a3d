"""Every change of every clock that the pinned time zone database knows, read from its files."""

import struct
from collections.abc import Iterator
from importlib import resources
from itertools import pairwise
from typing import NamedTuple

FIRST, LAST = 631_152_000, 2_208_988_800
"""1990-01-01 and 2040-01-01, UTC, in seconds since 1970."""

_HEADER = struct.Struct(">4sc15x6l")
_TYPE = struct.Struct(">lbb")


class Clock(NamedTuple):
    """A zone as its file has it: when its offset from UTC changes, and to how many seconds."""

    name: str
    changes: tuple[int, ...]
    offsets: tuple[int, ...]

    def within(self) -> list[int]:
        """The changes from 1990 to 2040."""
        return [at for at in self.changes if FIRST <= at < LAST]


def clocks() -> Iterator[Clock]:
    """One for all zones that share a history."""
    seen: set[bytes] = set()
    for name in (resources.files("tzdata") / "zones").read_text().split():
        data = resources.files("tzdata.zoneinfo").joinpath(*name.split("/")).read_bytes()
        if data not in seen:
            seen.add(data)
            yield _clock(name, data)


def _clock(name: str, data: bytes) -> Clock:
    """RFC 8536: the second part of the file, with 64 bits for each time."""
    _, _, utc, standard, leaps, times, types, letters = _HEADER.unpack_from(data)
    at = _HEADER.size + times * 5 + types * 6 + letters + leaps * 8 + standard + utc
    _, _, utc, standard, leaps, times, types, letters = _HEADER.unpack_from(data, at)
    at += _HEADER.size
    changes = struct.unpack_from(f">{times}q", data, at)
    kinds = data[at + 8 * times : at + 9 * times]
    offsets = [_TYPE.unpack_from(data, at + 9 * times + 6 * kind)[0] for kind in range(types)]
    told = [(change, offsets[kind]) for change, kind in zip(changes, kinds, strict=True)]
    moved = [after for before, after in pairwise([(0, None), *told]) if before[1] != after[1]]
    return Clock(name, tuple(change for change, _ in moved), tuple(offset for _, offset in moved))
