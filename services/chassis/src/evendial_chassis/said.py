"""What an outbox has said in the last hour: kept, to be said again to a stream that was lost with its store.

Only events are kept. A dial command that was lost is never repeated, and it holds digits.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

import asyncpg
from evendial_contracts.subjects import EVENTS

from evendial_chassis.clock import HOST_CLOCK
from evendial_chassis.streams import stream_of

logger = logging.getLogger(__name__)

TABLES = """
create table said(
    pos bigint primary key,
    xid xid8 not null,
    id uuid not null,
    subject text not null,
    type text not null,
    headers jsonb not null,
    data bytea not null,
    said_at timestamptz not null default clock_timestamp());
create index said_at on said(said_at);
create table said_to(stream text primary key, made_at timestamptz not null);
"""
"""The tables as every service's migration makes them."""

STREAM = stream_of([EVENTS])
KEPT_S = 3600
FORGET_EVERY_S = 30.0
SLICE = 1000
"""Rows moved in one transaction: a long one would hold up the relay."""

_MOVE = """
with done as (delete from outbox where pos = any($1::bigint[]) returning *),
kept as (
    insert into said(pos, xid, id, subject, type, headers, data)
    select pos, xid, id, subject, type, headers, data from done where subject like $2)
select exists (select from outbox where pos <> all($1::bigint[]))
"""
_MOVE_BACK = """
with kept as (
    delete from said where pos = any(array(select pos from said order by pos limit $1 for update skip locked))
    returning *),
unsaid as (
    insert into outbox(pos, xid, id, subject, type, headers, data) overriding system value
    select pos, xid, id, subject, type, headers, data from kept on conflict do nothing)
select count(*) from kept
"""
_SAID_TO = "select made_at from said_to where stream = $1"
_NOW_SAID_TO = """
insert into said_to(stream, made_at) values ($1, $2)
on conflict (stream) do update set made_at = excluded.made_at
"""
_FORGET = """
with old as (
    delete from said where pos = any(array(
        select pos from said where said_at < clock_timestamp() - make_interval(secs => $1)
        order by said_at limit $2 for update skip locked))
    returning 1)
select count(*) from old
"""


class Said:
    """The tables `said` and `said_to` beside one outbox."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._made_at: datetime | None = None
        self._forget_at = HOST_CLOCK.monotonic() + FORGET_EVERY_S

    async def move(self, rows: Sequence[int]) -> bool:
        """The stream has these rows of the outbox, by `pos`; whether the outbox held others a moment ago."""
        return bool(await self._pool.fetchval(_MOVE, rows, EVENTS.replace(">", "%")))

    async def keep_step(self, made_at: datetime) -> None:
        """Has all that is kept said again, in its old order, if the stream is not the one it was said to."""
        if made_at == self._made_at:
            return
        before = await self._pool.fetchval(_SAID_TO, STREAM)
        if before not in (None, made_at):
            await self._move_back()
        await self._pool.execute(_NOW_SAID_TO, STREAM, made_at)
        self._made_at = made_at

    async def forget(self) -> None:
        """Now and then removes what was said more than an hour ago."""
        if HOST_CLOCK.monotonic() < self._forget_at:
            return
        while await self._pool.fetchval(_FORGET, KEPT_S, SLICE) == SLICE:
            pass
        self._forget_at = HOST_CLOCK.monotonic() + FORGET_EVERY_S

    async def _move_back(self) -> None:
        count = 0
        while moved := await self._pool.fetchval(_MOVE_BACK, SLICE):
            count += moved
        logger.warning("said again to a new stream", extra={"action": "said_again", "messages": count})
