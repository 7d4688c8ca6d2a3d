"""What a service has decided and not yet said: stored with the decision, published after it.

Relay order is `(xid, pos)` below the oldest running transaction: by `pos` alone, rows of a transaction that
commits late would be passed over.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress

import asyncpg
import msgspec

from evendial_chassis import said
from evendial_chassis.bus import Bus, NotPublished, Outgoing
from evendial_chassis.database import TRANSIENT
from evendial_chassis.run import Stop

logger = logging.getLogger(__name__)

TABLES = (
    """
create table outbox(
    pos bigint generated always as identity primary key,
    xid xid8 not null default pg_current_xact_id(),
    id uuid not null unique,
    subject text not null,
    type text not null,
    headers jsonb not null,
    data bytea not null);
create index outbox_order on outbox(xid, pos);
"""
    + said.TABLES
)
"""The tables as every service's migrations make them."""

SAFETY_POLL_S = 0.5
HELD_POLL_S = 0.01
"""While rows wait for an older transaction to end: nobody tells when it does."""
BATCH = 500

_INSERT = """
insert into outbox(id, subject, type, headers, data)
select * from unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[], $5::bytea[]) on conflict (id) do nothing
"""
_NEXT = """
select pos, id, subject, type, headers, data from outbox
where xid < pg_snapshot_xmin(pg_current_snapshot()) order by xid, pos limit $1
"""
_HELD = "select exists(select from outbox)"

Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy


async def store(connection: Connection, outgoing: Sequence[Outgoing]) -> None:
    """Adds messages to the outbox, in the caller's transaction; a known id is passed over."""
    if outgoing:
        await connection.execute(
            _INSERT,
            [each.id for each in outgoing],
            [each.subject for each in outgoing],
            [each.type for each in outgoing],
            [each.headers for each in outgoing],
            [each.data for each in outgoing],
        )


class Relay:
    """The loop that empties an outbox onto the bus, in order, each row at least once."""

    def __init__(self, pool: asyncpg.Pool, bus: Bus) -> None:
        self._pool = pool
        self._bus = bus
        self._said = said.Said(pool)
        self._stored = asyncio.Event()

    def wake(self) -> None:
        """Something was stored: do not wait for the safety poll."""
        self._stored.set()

    async def run(self, stop: Stop) -> None:
        """Until told to stop; then once more, so that nothing decided stays unsaid without need."""
        warned = False
        stopping = asyncio.ensure_future(stop.wait())
        stopping.add_done_callback(lambda _: self.wake())
        while not stop.requested:
            pause_s = SAFETY_POLL_S
            try:
                held = await self.empty()
                await self._said.forget()
                pause_s = HELD_POLL_S if held else SAFETY_POLL_S
                warned = False
            except (*TRANSIENT, NotPublished) as error:
                if not warned:
                    logger.warning(
                        "waiting", extra={"action": "waiting", "part": "outbox", "reason": repr(error)}
                    )
                warned = True
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stored.wait(), pause_s)
            self._stored.clear()
        stopping.cancel()
        with suppress(*TRANSIENT, NotPublished):
            await asyncio.wait_for(self.empty(), 2)

    async def empty(self) -> bool:
        """Publishes until nothing is left that may be published; whether there is more that may not yet.

        Raises `NotPublished`.

        What was not acknowledged is said again from there on, in order; the bus passes over what it has.
        If the stream has been lost since, it is first told again what it was told in the last hour.
        """
        made_at = self._bus.made_at(said.STREAM)
        if made_at is None:
            raise NotPublished(f"stream {said.STREAM} is looked for")
        await self._said.keep_step(made_at)
        while rows := await self._pool.fetch(_NEXT, BATCH):
            results = await asyncio.gather(
                *(self._bus.publish_sealed(_outgoing(row), deadline_s=0) for row in rows),
                return_exceptions=True,
            )
            failure = next((each for each in results if each is not None), None)
            done = rows[: results.index(failure)] if failure else rows
            more = await self._said.move([row["pos"] for row in done])
            if failure:
                raise failure
            if not more:
                return False
        return bool(await self._pool.fetchval(_HELD))


def _outgoing(row: asyncpg.Record) -> Outgoing:
    return msgspec.convert(
        {name: row[name] for name in ("id", "subject", "type", "headers", "data")}, Outgoing
    )
