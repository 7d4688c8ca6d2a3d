"""The tables `import` and `import_chunk`: which lists, redials and removals were announced and are here."""

from collections.abc import Sequence

from evendial_contracts.campaigns import NumbersImported, NumbersRedialled, NumbersRemoved
from evendial_contracts.numbers import NumbersChunk

from evendial_scheduler.store import Connection

_ANNOUNCE = """
insert into import(import_id, campaign_id, chunks) values ($1, $2, $3)
on conflict (import_id) do update set chunks = excluded.chunks
"""
_TAKE = """
insert into import_chunk(import_id, chunk_no) select * from unnest($1::uuid[], $2::integer[])
on conflict do nothing returning import_id, chunk_no
"""
_RECEIVE = """
insert into import(import_id, campaign_id, received)
select import_id, campaign_id, count(*) from unnest($1::uuid[], $2::uuid[]) as chunk(import_id, campaign_id)
group by import_id, campaign_id order by import_id
on conflict (import_id) do update set received = import.received + excluded.received
"""


Announcement = NumbersImported | NumbersRedialled | NumbersRemoved


async def announce(connection: Connection, fact: Announcement) -> None:
    """So many chunks are to come, or have come already."""
    id = fact.import_id if isinstance(fact, NumbersImported) else fact.batch_id
    await connection.execute(_ANNOUNCE, id, fact.campaign_id, fact.chunks)


async def receive(connection: Connection, chunks: Sequence[NumbersChunk]) -> list[NumbersChunk]:
    """Returns those that were never here before, each once."""
    by_key = {(each.import_id, each.chunk_no): each for each in chunks}
    rows = await connection.fetch(_TAKE, [key[0] for key in by_key], [key[1] for key in by_key])
    return [by_key[row["import_id"], row["chunk_no"]] for row in rows]


async def count(connection: Connection, new: Sequence[NumbersChunk]) -> None:
    """Counts what was taken in; last, for other slices of the same list wait for this one from here on."""
    await connection.execute(_RECEIVE, [each.import_id for each in new], [each.campaign_id for each in new])
