"""Which calls were let in, and how far each came: the record that outlives this process."""

import asyncio
from collections.abc import Sequence as List
from datetime import UTC, datetime
from uuid import UUID, uuid5

import asyncpg
from evendial_chassis import outbox
from evendial_chassis.bus import Outgoing, sealed
from evendial_chassis.database import TRANSIENT
from evendial_contracts.actions import ActionCompleted, ActionResult, SequenceEnded, SequenceResult
from evendial_contracts.call_token import CallToken

SERVICE = "agi"

Report = ActionCompleted | SequenceEnded

_CLAIM = """
insert into served(
    command_id, campaign_id, sequence_version, owner_id, instance, actions_total, token_expires_at, ended)
values ($1, $2, $3, $4, $5, $6, to_timestamp($7), $4::uuid is null) on conflict do nothing returning true
"""
_NOTE = """
update served set actions_done = greatest(actions_done, done), ended = over
from (select command_id, max(done) as done, bool_or(over) as over
      from unnest($1::uuid[], $2::integer[], $3::boolean[]) as report(command_id, done, over)
      group by command_id) as latest
where served.command_id = latest.command_id and not ended returning served.command_id
"""
_OPEN = """
select command_id, campaign_id, sequence_version, owner_id, actions_done, actions_total
from served where instance = $1 and not ended
"""
_PRUNE = "delete from served where ended and token_expires_at < clock_timestamp() - interval '1 day'"


class Served:
    """The table `served` and its outbox."""

    def __init__(self, pool: asyncpg.Pool, instance: str) -> None:
        self._pool = pool
        self._instance = instance

    async def claim(self, token: CallToken, *, owner_id: UUID | None, actions_total: int) -> bool:
        """Lets the call of this command in; False when it was let in before. Without owner it has no end."""
        claimed = await self._pool.fetchval(
            _CLAIM,
            token.command_id,
            token.campaign_id,
            token.sequence_version,
            owner_id,
            self._instance,
            actions_total,
            token.expires_at,
        )
        return claimed is not None

    async def record(self, reports: List[Report]) -> None:
        """Stores reports and their messages in one transaction; after the end of a call nothing counts."""
        facts = [(each.command_id, _done(each), isinstance(each, SequenceEnded)) for each in reports]
        async with self._pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(_NOTE, *(list(column) for column in zip(*facts, strict=True)))
            open_until_now = {row["command_id"] for row in rows}
            new = [_sealed(each) for each in reports if each.command_id in open_until_now]
            await outbox.store(connection, new)

    async def end_interrupted(self) -> int:
        """Ends the calls that this instance left open when it died, before it serves; returns how many."""
        rows = await self._pool.fetch(_OPEN, self._instance)
        if rows:
            await self.record([SequenceEnded(result=SequenceResult.INTERRUPTED, **row) for row in rows])
        return len(rows)

    async def prune(self) -> None:
        """Forgets calls whose token expired more than a day ago: the expiry refuses it from then on."""
        await self._pool.execute(_PRUNE)

    async def trouble(self, *, deadline_s: float) -> str | None:
        """Why the database could not let a call in now; None when it could."""
        try:
            await asyncio.wait_for(self._pool.fetchval("select 1 from served limit 1"), deadline_s)
        except (*TRANSIENT, asyncpg.PostgresError) as error:
            return repr(error)
        return None


def _done(report: Report) -> int:
    """How many actions had run to their end by then."""
    match report:
        case SequenceEnded():
            return report.actions_done
        case ActionCompleted(result=ActionResult.DONE):
            return report.index + 1
        case ActionCompleted():
            return report.index


def _sealed(report: Report) -> Outgoing:
    """The id follows from the command: however often a fact is stored, it is one message."""
    name = "ended" if isinstance(report, SequenceEnded) else f"action {report.index}"
    return sealed(report, SERVICE, id=uuid5(report.command_id, name), at=datetime.now(UTC))
