"""A Postgres of the simulated world: each statement that a service sends is a function over tables in memory.

A transaction happens at one instant: whoever looks sees all of it or nothing. Its answer may be lost.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from tests.sim.process import Process, current
from tests.sim.world import World

Values = Mapping[str, Any]
Statement = Callable[..., "list[Row] | str"]


class Row:
    """asyncpg's Record."""

    __slots__ = ("_values",)

    def __init__(self, **values: Any) -> None:
        self._values = values

    def __getitem__(self, key: str | int) -> Any:
        return self._values[key] if isinstance(key, str) else list(self._values.values())[key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values.values())

    def __len__(self) -> int:
        return len(self._values)

    def keys(self) -> Sequence[str]:
        """Names of the columns."""
        return list(self._values)


class Table:
    """Rows by primary key, with a journal: what a transaction has changed can be taken back."""

    def __init__(self, database: "Database") -> None:
        self._database = database
        self.rows: dict[Any, Values] = {}

    def get(self, key: Any) -> Values | None:
        """The row, or None."""
        return self.rows.get(key)

    def put(self, key: Any, **values: Any) -> Values:
        """Inserts or replaces a whole row."""
        self._database.journal.append((self, key, self.rows.get(key)))
        self.rows[key] = values
        return values

    def change(self, key: Any, **values: Any) -> Values:
        """Updates some columns."""
        return self.put(key, **{**self.rows[key], **values})

    def drop(self, key: Any) -> None:
        """Deletes a row."""
        self._database.journal.append((self, key, self.rows.pop(key)))


class Database:
    """One server. `refused` while it is down; `broken_p`: how often a connection ends around a commit."""

    def __init__(self, world: World, name: str) -> None:
        self.world = world
        self.name = name
        self.journal: list[tuple[Table, Any, Values | None]] = []
        self.statements: dict[str, Statement] = {}
        self.tables: list[Table] = []
        self.down_until_s = -1.0
        self.stalled_until_s = -1.0
        self.broken_p = 0.0
        self.committed: Callable[[Process], None] = lambda _: None
        self.slow_s = 0.004
        self._serial = 0

    def table(self) -> Table:
        """An empty one."""
        made = Table(self)
        self.tables.append(made)
        return made

    def serial(self) -> int:
        """The next value of an identity column; like a sequence it never goes back."""
        self._serial += 1
        return self._serial

    def now(self) -> Any:
        """`clock_timestamp()`: the true time."""
        return self.world.now

    def is_down(self) -> bool:
        """Whether connections are refused."""
        return self.world.now_s < self.down_until_s

    async def way(self) -> None:
        """One way of a request or its answer; waits while the server is stalled. Raises when it is down."""
        stall_s = max(0.0, self.stalled_until_s - self.world.now_s)
        await asyncio.sleep(stall_s + self.world.between(0.0002, self.slow_s))
        if self.is_down():
            raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")

    def roll_back(self) -> None:
        """Undoes what is in the journal."""
        for table, key, before in reversed(self.journal):
            if before is None:
                table.rows.pop(key, None)
            else:
                table.rows[key] = before
        self.journal.clear()

    def copy(self) -> list[dict[Any, Values]]:
        """All that is committed: a base backup."""
        return [dict(table.rows) for table in self.tables]

    def restore(self, backup: list[dict[Any, Values]]) -> None:
        """Goes back in time."""
        for table, rows in zip(self.tables, backup, strict=True):
            table.rows = dict(rows)


class Connection:
    """asyncpg's connection, as far as the services use it. Statements take no time: transactions do."""

    def __init__(self, database: Database, process: Process | None) -> None:
        self._database = database
        self._process = process
        self._open = False

    @asynccontextmanager
    async def transaction(self) -> Any:
        """All or nothing, at the instant at which its statements run."""
        assert not self._open, "transactions are not nested here"
        self._open, began_at = True, self._database.world.steps
        try:
            yield
        except BaseException:
            self._database.roll_back()
            raise
        else:
            assert self._database.world.steps == began_at, "a transaction waited for something else"
            await self._commit()
        finally:
            self._open = False

    async def fetch(self, statement: str, *values: Any) -> list[Any]:
        """All rows."""
        done = await self._run(statement, values)
        assert isinstance(done, list)
        return done

    async def fetchrow(self, statement: str, *values: Any) -> Any:
        """The first row, or None."""
        rows = await self.fetch(statement, *values)
        return rows[0] if rows else None

    async def fetchval(self, statement: str, *values: Any) -> Any:
        """The first column of the first row, or None."""
        row = await self.fetchrow(statement, *values)
        return None if row is None else row[0]

    async def execute(self, statement: str, *values: Any) -> str:
        """What Postgres says was done."""
        done = await self._run(statement, values)
        return done if isinstance(done, str) else f"SELECT {len(done)}"

    async def executemany(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """Once for each row."""
        for row in rows:
            await self._run(statement, row)

    def terminate(self) -> None:
        """Another is made for the next use anyway."""

    async def _run(self, statement: str, values: Sequence[Any]) -> "list[Row] | str":
        known = self._database.statements.get(statement)
        if known is None:
            raise NotImplementedError(f"tests/sim does not know this statement yet: {statement}")
        if self._open:
            return known(*values)
        try:
            done = known(*values)
        except BaseException:
            self._database.roll_back()
            raise
        await self._commit()
        return done

    async def _commit(self) -> None:
        """Done, unless the connection ends before; whoever asked may not hear of it."""
        database, world = self._database, self._database.world
        if self._process and not self._process.alive:
            database.roll_back()
            raise asyncpg.ConnectionDoesNotExistError("the process is dead")
        breaks = world.chance(database.broken_p)
        if breaks and world.chance(0.5):
            database.roll_back()
            raise asyncpg.ConnectionDoesNotExistError("connection was closed before the commit")
        changed = bool(database.journal)
        database.journal.clear()
        if changed:
            if self._process:
                database.committed(self._process)
            await database.way()
        if breaks:
            raise asyncpg.ConnectionDoesNotExistError("connection was closed after the commit")


class Pool:
    """asyncpg's pool."""

    databases: Mapping[str, Database]
    """By DSN; set for each simulation by `surroundings`."""

    def __init__(self, dsn: str, **_: Any) -> None:
        self._database = self.databases[dsn]
        self._process: Process | None = current()

    @classmethod
    def beside(cls, database: Database) -> "Pool":
        """Of no process of the simulated world: for tests that compare the database with a real one."""
        pool = cls.__new__(cls)
        pool._database, pool._process = database, None
        return pool

    def __await__(self) -> Any:
        yield from self._database.way().__await__()
        return self

    @asynccontextmanager
    async def acquire(self, *, timeout: float | None = None) -> Any:
        """A connection, after the time that its first request takes."""
        await self._database.way()
        yield Connection(self._database, self._process)

    async def fetch(self, statement: str, *values: Any) -> list[Any]:
        """In a transaction of its own."""
        async with self.acquire() as connection:
            rows: list[Any] = await connection.fetch(statement, *values)
            return rows

    async def fetchrow(self, statement: str, *values: Any) -> Any:
        """In a transaction of its own."""
        async with self.acquire() as connection:
            return await connection.fetchrow(statement, *values)

    async def fetchval(self, statement: str, *values: Any) -> Any:
        """In a transaction of its own."""
        async with self.acquire() as connection:
            return await connection.fetchval(statement, *values)

    async def execute(self, statement: str, *values: Any) -> str:
        """In a transaction of its own."""
        async with self.acquire() as connection:
            done: str = await connection.execute(statement, *values)
            return done

    async def expire_connections(self) -> None:
        """They are made anew for each use."""

    async def close(self) -> None:
        """Nothing to close."""
