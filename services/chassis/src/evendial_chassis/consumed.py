"""How far a durable consumer has come in its service's database: if that goes back in time, so does it.

JetStream does not deliver again what was acknowledged. A database that was restored from a backup has
forgotten some of it; whoever handles messages so that a repeat changes nothing learns it anew.
"""

from datetime import datetime

import asyncpg

TABLE = """
create table consumed(
    durable text primary key,
    stream_made_at timestamptz not null,
    handled_seq bigint not null
) with (fillfactor = 50);
"""
"""The table as every service's migrations make it."""

_PLACE = "select handled_seq from consumed where durable = $1 and stream_made_at = $2"
_NOTE = """
insert into consumed as place(durable, stream_made_at, handled_seq) select $1, $2, $3
where $4 = 0 or exists (select from consumed where durable = $1 and stream_made_at = $2 and handled_seq >= $4)
on conflict (durable) do update set stream_made_at = excluded.stream_made_at, handled_seq =
    case when place.stream_made_at = excluded.stream_made_at
        then greatest(place.handled_seq, excluded.handled_seq) else excluded.handled_seq end
returning true
"""


class Consumed:
    """One row of the table `consumed`. It may be behind the truth, which costs repeats, but never ahead."""

    def __init__(self, pool: asyncpg.Pool, durable: str) -> None:
        self._pool = pool
        self._durable = durable
        self._noted: tuple[datetime | None, int] = (None, 0)

    async def note(self, made_at: datetime, seq: int) -> bool:
        """All up to this message was handled; false when the database has gone back since the last note."""
        noted = self._noted[1] if self._noted[0] == made_at else 0
        if not await self._pool.fetchval(_NOTE, self._durable, made_at, seq, noted):
            return False
        self._noted = (made_at, max(noted, seq))
        return True

    async def place(self, made_at: datetime) -> int:
        """The last message of that stream that this database knows to be handled."""
        return await self._pool.fetchval(_PLACE, self._durable, made_at) or 0

    def forget(self) -> None:
        """The consumer starts again from the database's place."""
        self._noted = (None, 0)
