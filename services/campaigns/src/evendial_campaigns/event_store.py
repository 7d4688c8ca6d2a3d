"""The record of everything: facts decided here, in versioned streams, and facts heard from others."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg
from evendial_chassis import outbox
from evendial_chassis.bus import Outgoing, sealed
from evendial_chassis.consumer import Delivery
from evendial_chassis.outbox import Connection
from evendial_contracts.codec import UnknownMessage, decode, encode
from evendial_contracts.envelope import open_envelope
from evendial_contracts.message import Event, Message, tag_of
from evendial_contracts.trunks import TrunkDegraded, TrunkRecovered

SERVICE = "campaigns"
WAKE_CHANNEL = "evendial_campaigns_stored"

_APPEND = """
insert into event(id, stream, version, type, data, source, at)
select id, $1, $2 + ord, type, data::jsonb, source, at
from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
    with ordinality as fact(id, type, data, source, at, ord)
"""
_HEAR = """
insert into event(id, stream, type, data, source, at)
select id, stream, type, data::jsonb, source, at
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
    as fact(id, stream, type, data, source, at)
on conflict (id) do nothing
"""
_LOAD = """
select version, type, data::text as data from event
where stream = $1 and version is not null order by version
"""


class Conflict(Exception):
    """Another writer has appended to the stream since it was read."""


class History:
    """The facts of one stream, and the version of the last (0: there is none)."""

    def __init__(self, events: list[Message], version: int) -> None:
        self.events = events
        self.version = version


def campaign_stream(campaign_id: UUID) -> str:
    """The stream of a campaign."""
    return f"campaign:{campaign_id}"


def trunk_stream(trunk_id: UUID) -> str:
    """The stream of a trunk."""
    return f"trunk:{trunk_id}"


async def load(connection: Connection | asyncpg.Pool, stream: str) -> History:
    """All that was decided in a stream; what others said of it is not part of that."""
    rows = await connection.fetch(_LOAD, stream)
    decoded = [decode(row["type"], row["data"].encode()) for row in rows]
    events = [event for event in decoded if not isinstance(event, UnknownMessage)]
    return History(events, rows[-1]["version"] if rows else 0)


async def append(
    connection: Connection, stream: str, expected_version: int, events: Sequence[Event]
) -> list[Outgoing]:
    """Adds decided facts and has them published, in the caller's transaction; raises `Conflict`."""
    outgoing = [sealed(event, SERVICE) for event in events]
    envelopes = [open_envelope(each.headers) for each in outgoing]
    try:
        await connection.execute(
            _APPEND,
            stream,
            expected_version,
            [each.id for each in envelopes],
            [each.type for each in envelopes],
            [each.data.decode() for each in outgoing],
            [each.source for each in envelopes],
            [each.time for each in envelopes],
        )
    except asyncpg.UniqueViolationError as error:
        raise Conflict(stream) from error
    await outbox.store(connection, outgoing)
    await wake(connection)
    return outgoing


async def hear(connection: Connection, deliveries: Sequence[Delivery]) -> None:
    """Adds facts of other services, in the caller's transaction; one that is known is passed over."""
    await connection.execute(
        _HEAR,
        [each.envelope.id for each in deliveries],
        [_stream(each.message) for each in deliveries],
        [tag_of(each.message) for each in deliveries],
        [encode(each.message).decode() for each in deliveries],
        [each.envelope.source for each in deliveries],
        [each.envelope.time for each in deliveries],
    )


async def wake(connection: Connection) -> None:
    """Tells the loops of every process on this database, at commit, that something was stored."""
    await connection.execute("select pg_notify($1, '')", WAKE_CHANNEL)


def _stream(message: Message) -> str:
    if isinstance(message, TrunkDegraded | TrunkRecovered):
        return trunk_stream(message.trunk_id)
    campaign_id: UUID | None = getattr(message, "campaign_id", None)
    return campaign_stream(campaign_id) if campaign_id else tag_of(message)
