"""Server-sent events of the live feed (WHATWG HTML, 9.2)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

from evendial_campaigns.core.campaign import Campaign
from evendial_campaigns.progress_store import Progress
from evendial_campaigns.record import Place, Recorded
from evendial_campaigns.schemas.progress import progress_view
from evendial_campaigns.schemas.timeline import LogEntryView, entry_view

RETRY_MS = 2000
HEARTBEAT = b":\n\n"

_encode = msgspec.json.Encoder().encode


class End(StrEnum):
    """Why a feed is at its end."""

    GONE = "gone"
    SHUTDOWN = "shutdown"


class LiveFact(LogEntryView, frozen=True, kw_only=True):
    """A fact as it was recorded: its entry in the log, and all its data."""

    data: Any


def opening(place: Place, *, lost: bool) -> bytes:
    """The first event: where the feed begins; `reset` when the last id is not one of this record."""
    name = "reset" if lost else "open"
    return f"retry: {RETRY_MS}\n".encode() + _event(name, {"id": str(place)}, place)


def fact_frame(recorded: Recorded, names: Mapping[UUID, str]) -> bytes:
    """One fact; its id is what to resume with."""
    entry = msgspec.structs.asdict(entry_view(recorded, names))
    return _event("fact", LiveFact(data=_without_digits(recorded), **entry), recorded.place)


def progress_frame(campaign: Campaign, progress: Progress) -> bytes:
    """How far the campaign is."""
    return _event("progress", progress_view(campaign, progress))


def closing(end: End) -> bytes:
    """The last event."""
    return _event("end", {"reason": end})


def _without_digits(recorded: Recorded) -> Any:
    """The data of the fact; the caller id in the rules is the one phone number that facts have."""
    if '"rules"' not in recorded.data:
        return msgspec.Raw(recorded.data.encode())
    data = msgspec.json.decode(recorded.data)
    data.get("rules", {}).pop("caller_id", None)
    return data


def _event(name: str, data: Any, place: Place | None = None) -> bytes:
    id_line = f"id: {place}\n" if place else ""
    return f"{id_line}event: {name}\ndata: ".encode() + _encode(data) + b"\n\n"
