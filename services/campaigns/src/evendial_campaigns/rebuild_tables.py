"""The read models' tables, made anew beside the old ones and put in their place."""

import asyncpg
from evendial_chassis.outbox import Connection

TABLES = ("campaign", "definition", "number_progress", "call")
"""In the order in which everybody locks them."""
NUMBERED = ("campaign", "definition")
"""Those whose rows are numbered in the order in which they were made: `seq`."""

LOCK = 0x65766472
"""Session lock of the one rebuild that may run ("evdr")."""

_TAKE = "select pg_try_advisory_lock($1)"
_LEFTOVERS = (
    "drop table if exists campaign_rebuilt, definition_rebuilt, number_progress_rebuilt, call_rebuilt"
)
_IS_FREE = "select pg_try_advisory_xact_lock($1)"
_MAKE = """
create table campaign_rebuilt (like campaign including all excluding indexes);
create table definition_rebuilt (like definition including all excluding indexes);
create table number_progress_rebuilt (like number_progress including all excluding indexes);
create table call_rebuilt (like call including all excluding indexes);
"""
_INDEXES = r"""
select case when c.conname is null
    then regexp_replace(pg_get_indexdef(x.indexrelid), '^(CREATE (?:UNIQUE )?INDEX) \S+ ON \S+ USING',
        format('\1 %I ON %I USING', i.relname || '_rebuilt', t.relname || '_rebuilt'))
    else format('alter table %I add constraint %I %s', t.relname || '_rebuilt', i.relname || '_rebuilt',
        pg_get_constraintdef(c.oid)) end as make,
    format('alter index %I rename to %I', i.relname || '_rebuilt', i.relname) as rename
from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
left join pg_constraint c on c.conindid = x.indexrelid and c.contype in ('p', 'u')
where x.indrelid = any($1::text[]::regclass[]) order by i.relname
"""
_LOCK_ALL = "lock table campaign, definition, number_progress, call in access exclusive mode"
_NUMBER_ON = """
select setval(pg_get_serial_sequence('campaign_rebuilt', 'seq'),
        nextval(pg_get_serial_sequence('campaign', 'seq'))),
    setval(pg_get_serial_sequence('definition_rebuilt', 'seq'),
        nextval(pg_get_serial_sequence('definition', 'seq')))
"""
_SEQUENCES = """
select format('alter sequence %s rename to %I', pg_get_serial_sequence(name || '_rebuilt', 'seq'),
    name || '_seq_seq') as rename
from unnest($1::text[]) as name
"""
_SWAP = """
drop table campaign, definition, number_progress, call;
alter table campaign_rebuilt rename to campaign;
alter table definition_rebuilt rename to definition;
alter table number_progress_rebuilt rename to number_progress;
alter table call_rebuilt rename to call;
"""
_SETTLE = (
    "vacuum (analyze) campaign_rebuilt",
    "vacuum (analyze) definition_rebuilt",
    "vacuum (analyze) number_progress_rebuilt",
    "vacuum (analyze) call_rebuilt",
)


async def take(connection: Connection) -> bool:
    """Whether this connection may rebuild; it may until it is closed."""
    taken: bool = await connection.fetchval(_TAKE, LOCK)
    return taken


async def remove_leftovers(pool: asyncpg.Pool) -> None:
    """Removes what a rebuild that was cut off has left, unless one is running."""
    async with pool.acquire() as connection, connection.transaction():
        if await connection.fetchval(_IS_FREE, LOCK):
            await connection.execute(_LEFTOVERS)


async def make(connection: asyncpg.Connection) -> None:
    """Empty tables like those there are; what was left of an earlier rebuild is removed."""
    async with connection.transaction():
        await connection.execute(_LEFTOVERS)
        await connection.execute(_MAKE)
        for index in await connection.fetch(_INDEXES, list(TABLES)):
            await connection.execute(index["make"])


async def settle(connection: asyncpg.Connection) -> None:
    """Lets the planner know what is in the new tables."""
    for statement in _SETTLE:
        await connection.execute(statement)


async def lock(connection: asyncpg.Connection, wait_ms: int) -> None:
    """Keeps everybody off the old tables; raises `LockNotAvailableError` when somebody does not let go.

    The wait for each is to be shorter than Postgres' `deadlock_timeout` (1 s), so that it is never the
    others who are turned away.
    """
    await connection.execute("select set_config('lock_timeout', $1, true)", str(wait_ms))
    await connection.execute(_LOCK_ALL)


async def swap(connection: asyncpg.Connection) -> None:
    """The new tables in the place of the old ones, under their names and those of their indexes."""
    renames = [row["rename"] for row in await connection.fetch(_INDEXES, list(TABLES))]
    renames += [row["rename"] for row in await connection.fetch(_SEQUENCES, list(NUMBERED))]
    await connection.fetchrow(_NUMBER_ON)
    await connection.execute(_SWAP)
    for statement in renames:
        await connection.execute(statement)
