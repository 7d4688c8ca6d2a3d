"""Trunks, devices, ivrs and limits: what admins have defined, written with the events that say so."""

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

import asyncpg
import msgspec
from evendial_chassis.outbox import Connection
from evendial_contracts.message import tag_of
from evendial_contracts.resources import DeviceDefined, IvrDefined, LimitsDefined, TrunkDefined

from evendial_campaigns import event_store
from evendial_campaigns.page import Page, Window

logger = logging.getLogger(__name__)

Definition = TypeVar("Definition", TrunkDefined, DeviceDefined, IvrDefined, LimitsDefined)
AnyDefinition = TrunkDefined | DeviceDefined | IvrDefined | LimitsDefined

Also = Callable[[Connection], Awaitable[None]]
"""More writes for the transaction that records a definition."""

_SAVE = """
insert into definition(kind, id, owner_id, data) values ($1, $2, $3, $4)
on conflict (kind, id) do update set owner_id = excluded.owner_id, data = excluded.data
"""
_FIND = "select data from definition where kind = $1 and id = $2"
_LIST = """
select seq, data from definition
where kind = $1 and ($2::uuid is null or owner_id = $2) and ($3::bigint is null or seq > $3)
    and not coalesce((data->>'deleted')::boolean, false)
order by seq limit $4
"""


class Definitions:
    """The newest definition of each."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def define(self, definition: AnyDefinition, also: Also | None = None) -> None:
        """Records it under its `revision`; raises `Conflict` if that one is taken."""
        kind, id, _ = key_of(definition)
        async with self._pool.acquire() as connection, connection.transaction():
            await record(connection, definition)
            if also:
                await also(connection)
        logger.info("recorded", extra={"action": "recorded", "type": kind, "id": id})

    async def find(self, kind: type[Definition], id: UUID) -> Definition | None:
        """One definition, whoever owns it."""
        data = await self._pool.fetchval(_FIND, tag_of(kind), id)
        return msgspec.convert(data, kind) if data else None

    async def page(self, kind: type[Definition], owner_id: UUID | None, window: Window) -> Page[Definition]:
        """All of a kind, or those of one owner, oldest first."""
        rows = await self._pool.fetch(_LIST, tag_of(kind), owner_id, window.cursor, window.limit + 1)
        return Page.of(rows, window, lambda row: msgspec.convert(row["data"], kind))


async def record(connection: Connection, definition: AnyDefinition) -> None:
    """Adds it to the record and to what is defined, in the caller's transaction; raises `Conflict`."""
    kind, id, owner_id = key_of(definition)
    stream = f"{kind.split('.')[0]}:{id}"
    await event_store.append(connection, stream, definition.revision - 1, [definition])
    await connection.execute(_SAVE, kind, id, owner_id, definition)


def key_of(definition: AnyDefinition) -> tuple[str, UUID, UUID | None]:
    """Its kind, its id, and whose it is."""
    match definition:
        case TrunkDefined():
            return tag_of(definition), definition.trunk_id, None
        case DeviceDefined():
            return tag_of(definition), definition.device_id, definition.owner_id
        case IvrDefined():
            return tag_of(definition), definition.ivr_id, None
        case LimitsDefined():
            return tag_of(definition), definition.owner_id, definition.owner_id
