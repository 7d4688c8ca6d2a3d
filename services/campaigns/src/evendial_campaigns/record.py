"""The record as it is read: recorded facts, each with its place in the order of the record."""

import re
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec
from evendial_contracts.codec import UnknownMessage, decode
from evendial_contracts.message import Message

_PLACE = re.compile(r"(0|[1-9][0-9]{0,18})-(0|[1-9][0-9]{0,18})")
_BIGINT_MAX = 2**63 - 1


class Place(msgspec.Struct, frozen=True, order=True):
    """Where a fact stands in the order `(xid, pos)`; evendial_chassis.outbox says why it is that one."""

    xid: int
    pos: int

    def __str__(self) -> str:
        return f"{self.xid}-{self.pos}"


BEFORE_ALL = Place(0, 0)
AFTER_ALL = Place(_BIGINT_MAX, _BIGINT_MAX)


def place_of(text: str) -> Place:
    """Reads `str(place)`; raises ValueError."""
    found = _PLACE.fullmatch(text)
    place = Place(int(found[1]), int(found[2])) if found else AFTER_ALL
    if place.xid >= _BIGINT_MAX or place.pos >= _BIGINT_MAX:
        raise ValueError(f"{text!r} is no place in the record")
    return place


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """A fact, as and where it was recorded. `data` is its JSON."""

    place: Place
    id: UUID
    type: str
    source: str
    at: datetime
    data: str
    fact: Message | UnknownMessage


def recorded(row: asyncpg.Record) -> Recorded:
    """From a row with `xid` and `data` as text."""
    return Recorded(
        place=Place(int(row["xid"]), row["pos"]),
        id=row["id"],
        type=row["type"],
        source=row["source"],
        at=row["at"],
        data=row["data"],
        fact=decode(row["type"], row["data"].encode()),
    )
