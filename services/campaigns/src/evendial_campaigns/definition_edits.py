"""Trunks, devices and IVRs made, changed and deleted, with those who use them held meanwhile."""

import logging
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

import asyncpg
import msgspec
from evendial_chassis.outbox import Connection
from evendial_contracts.message import tag_of
from evendial_contracts.resources import DeviceDefined, IvrDefined, TrunkDefined

from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.core.resources import Uses, check_change
from evendial_campaigns.core.versions import Expected, check_version
from evendial_campaigns.definition_store import key_of, record
from evendial_campaigns.event_store import Conflict

logger = logging.getLogger(__name__)

Kind = TypeVar("Kind", TrunkDefined, DeviceDefined, IvrDefined)

_FIND = "select data from definition where kind = $1 and id = $2 and ($3::uuid is null or owner_id = $3)"
_LOCK = "select data from definition where kind = $1 and id = $2 for update"
_HOLD = "select data from definition where kind = $1 and id = $2 for share"
_DEVICES_ON = """
select count(*) from definition
where kind = $1 and data->>'trunk_id' = $2::uuid::text and not coalesce((data->>'deleted')::boolean, false)
"""
_CAMPAIGNS_THROUGH = """
select state->'rules'->>'caller_id' as caller_id, count(*) as campaigns from campaign
where device_id = $1 and not archived and not deleted group by 1
"""
_CAMPAIGNS_ENDING_IN = """
select count(*) from campaign where not archived and not deleted
    and state->'actions' @> jsonb_build_array(jsonb_build_object('ivr_id', $1::uuid::text))
"""


class DefinitionEdits:
    """What admins do to trunks, devices and IVRs.

    A row lock on the definition makes one wait for the other: who changes it, and the campaigns that begin to
    use it at the same time.
    """

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def find(self, kind: type[Kind], id: UUID, owner_id: UUID | None) -> Kind:
        """One of an owner, or of anybody when `owner_id` is None. Raises `Rejected` when there is none."""
        data = await self._pool.fetchval(_FIND, tag_of(kind), id, owner_id)
        return _there(data, kind)

    async def make(self, definition: Kind) -> Kind:
        """Records its first revision; what was made under this id before stays. Raises `Rejected`."""
        kind = type(definition)
        _, id, _ = key_of(definition)
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                check_change(None, definition, await _uses(connection, definition))
                await record(connection, definition)
        except Conflict:
            return await self.find(kind, id, None)
        _tell(definition)
        return definition

    async def change(
        self, kind: type[Kind], id: UUID, change: Callable[[Kind], Kind], expected: Expected
    ) -> Kind:
        """Records the next revision, if anything changes. Raises `Rejected`."""
        async with self._pool.acquire() as connection, connection.transaction():
            before = _there(await connection.fetchval(_LOCK, tag_of(kind), id), kind)
            check_version(before.revision, expected)
            after = change(before)
            if after == before:
                return before
            check_change(before, after, await _uses(connection, after))
            after = msgspec.structs.replace(after, revision=before.revision + 1)
            await record(connection, after)
        _tell(after)
        return after

    async def delete(self, kind: type[Kind], id: UUID, expected: Expected) -> None:
        """Records that it is gone. Raises `Rejected` while somebody uses it."""
        await self.change(kind, id, lambda each: msgspec.structs.replace(each, deleted=True), expected)


async def _uses(connection: Connection, definition: TrunkDefined | DeviceDefined | IvrDefined) -> Uses:
    match definition:
        case TrunkDefined():
            query = (_DEVICES_ON, tag_of(DeviceDefined), definition.trunk_id)
            return Uses(devices=await connection.fetchval(*query))
        case DeviceDefined():
            rows = await connection.fetch(_CAMPAIGNS_THROUGH, definition.device_id)
            trunk = await connection.fetchval(_HOLD, tag_of(TrunkDefined), definition.trunk_id)
            return Uses(
                campaigns=sum(row["campaigns"] for row in rows),
                caller_ids={row["caller_id"]: row["campaigns"] for row in rows if row["caller_id"]},
                trunk=msgspec.convert(trunk, TrunkDefined) if trunk else None,
            )
        case IvrDefined():
            return Uses(campaigns=await connection.fetchval(_CAMPAIGNS_ENDING_IN, definition.ivr_id))


def _there(data: object, kind: type[Kind]) -> Kind:
    definition = msgspec.convert(data, kind) if data else None
    if definition is None or definition.deleted:
        raise Rejected("not_found", f"There is no such {tag_of(kind).split('.')[0]}.")
    return definition


def _tell(definition: TrunkDefined | DeviceDefined | IvrDefined) -> None:
    kind, id, _ = key_of(definition)
    logger.info("recorded", extra={"action": "recorded", "type": kind, "id": id})
