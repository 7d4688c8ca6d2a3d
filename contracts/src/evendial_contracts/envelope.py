"""CloudEvents 1.0, binary mode, in NATS headers, with a W3C trace context."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from evendial_contracts.message import Message, tag_of

SPEC_VERSION = "1.0"


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """What is said about a message: `id` is the same however often it is delivered."""

    id: UUID
    type: str
    source: str
    time: datetime
    traceparent: str | None = None

    def headers(self) -> dict[str, str]:
        """As NATS headers; `Nats-Msg-Id` lets JetStream drop a repeat."""
        headers = {
            "Nats-Msg-Id": str(self.id),
            "ce-id": str(self.id),
            "ce-type": self.type,
            "ce-source": self.source,
            "ce-time": self.time.isoformat(),
            "ce-specversion": SPEC_VERSION,
        }
        return headers | ({"traceparent": self.traceparent} if self.traceparent else {})


class BadEnvelope(ValueError):
    """A header is missing or unreadable; the message names it."""


def seal(message: Message, *, id: UUID, source: str, time: datetime) -> Envelope:
    """The envelope of a message that `source` (a service's name) says now."""
    trace = traceparent(message, id)
    return Envelope(id=id, type=tag_of(message), source=f"evendial/{source}", time=time, traceparent=trace)


def open_envelope(headers: Mapping[str, str] | None) -> Envelope:
    """Reads the headers of a delivered message; raises `BadEnvelope`."""
    given = headers or {}
    for name in ("ce-id", "ce-type", "ce-source", "ce-time"):
        if not given.get(name):
            raise BadEnvelope(f"header {name} is missing")
    try:
        return Envelope(
            id=UUID(given["ce-id"]),
            type=given["ce-type"],
            source=given["ce-source"],
            time=datetime.fromisoformat(given["ce-time"]),
            traceparent=given.get("traceparent"),
        )
    except ValueError as error:
        raise BadEnvelope(f"header ce-id or ce-time is unreadable: {error}") from error


def traceparent(message: Message, id: UUID) -> str:
    """Trace context (W3C level 1): all that concerns one dial command, else one campaign, is one trace."""
    trace: UUID = getattr(message, "command_id", None) or getattr(message, "campaign_id", None) or id
    return f"00-{trace.hex}-{id.hex[:16]}-01"
