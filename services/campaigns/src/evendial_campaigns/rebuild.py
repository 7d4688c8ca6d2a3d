"""`evendial-campaigns rebuild`: the read models made anew from the record, while the service runs."""

import asyncio
import itertools
import os
import time
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import asyncpg
import msgspec
from evendial_chassis.database import SERVER_SETTINGS, open_pool
from evendial_chassis.migrations import migrate
from evendial_chassis.run import Stop
from evendial_chassis.settings import load

from evendial_campaigns import rebuild_folds, rebuild_rows, rebuild_tables
from evendial_campaigns.event_store import SERVICE
from evendial_campaigns.rebuild_folds import CALL_COLUMNS, CALLS, NUMBER_COLUMNS, NUMBERS

SLICE_BYTES = 2 << 20
"""Written in one short transaction, so that the outbox relay never waits long."""
FEW_FACTS = 2_000
"""So many are taken up while everybody waits."""
PASSES_MAX = 20
PATIENCE_S = 600.0
RETRY_S = 0.5
LOCK_WAITS_MS = (200, 400, 800)
"""How long the last transactions on the old tables are waited for; nobody else gets to them meanwhile."""
EXIT_REFUSED = 3
FROM_THE_FIRST = "0"
SETTINGS = SERVER_SETTINGS | {
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "work_mem": "64MB",
    "jit": "off",
    "application_name": "evendial-campaigns-rebuild",
}


class RebuildSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The one setting that a rebuild needs."""

    database_url: str


class RebuildRefused(Exception):
    """Another rebuild is running, or somebody never lets go of the old tables."""


async def serve(stop: Stop) -> None:
    """Rebuilds on the database of this process' environment; a signal gives up and changes nothing."""
    settings = load(RebuildSettings, SERVICE, os.environ)
    work = asyncio.ensure_future(rebuild(settings.database_url, stop))
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait({work, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not work.done():
        work.cancel()
        await asyncio.wait({work})
        print("Given up; nothing was changed.", flush=True)
        return
    try:
        await work
    except RebuildRefused as refusal:
        print(refusal, flush=True)
        raise SystemExit(EXIT_REFUSED) from None


async def rebuild(database_url: str, stop: Stop) -> None:
    """Builds all read models beside the old ones, catches up, and swaps them in one transaction."""
    pool = await open_pool(database_url, stop=stop, name="campaigns-rebuild", size=1)
    if pool is None:
        return
    try:
        await migrate(pool, "evendial_campaigns")
    finally:
        await pool.close()
    connections = [await asyncpg.connect(database_url, timeout=5, server_settings=SETTINGS) for _ in range(4)]
    try:
        if not await rebuild_tables.take(connections[0]):
            raise RebuildRefused("Another rebuild is running.")
        await _Rebuild(_Ends(*connections[:2]), _Ends(*connections[2:])).run()
    finally:
        for connection in connections:
            connection.terminate()


class _Ends(msgspec.Struct, frozen=True):
    """A connection that writes what another one reads."""

    writing: asyncpg.Connection
    reading: asyncpg.Connection


class _Rebuild:
    """One rebuild: numbers and calls are folded side by side, all else by the connections of the numbers."""

    def __init__(self, numbers: _Ends, calls: _Ends) -> None:
        self._numbers = numbers
        self._calls = calls
        self._reading = numbers.reading
        self._writing = numbers.writing
        self._began = time.monotonic()

    async def run(self) -> None:
        writing = self._writing
        await rebuild_tables.make(writing)
        listed = await rebuild_rows.lists_in_change(writing)
        first = await rebuild_folds.horizon(writing)
        self._say("folding the record")
        async with asyncio.TaskGroup() as group:
            group.create_task(self._fill("number_progress_rebuilt", NUMBER_COLUMNS, NUMBERS, self._numbers))
            group.create_task(self._fill("call_rebuilt", CALL_COLUMNS, CALLS, self._calls))
        self._say("numbers and calls are folded")
        await rebuild_rows.save_decided(self._reading, writing, None)
        since = await self._catch_up(first)
        await rebuild_tables.settle(writing)
        await self._swap(first, since, listed)
        self._say("done")

    async def _fill(self, table: str, columns: Sequence[str], fold: str, ends: "_Ends") -> None:
        """Streams what the database folds into the table; neither is ever held here as a whole."""
        arriving: asyncio.Queue[bytes | None] = asyncio.Queue(maxsize=64)

        async def read() -> None:
            try:
                await ends.reading.copy_from_query(fold, FROM_THE_FIRST, output=arriving.put)
            finally:
                await arriving.put(None)

        async with asyncio.TaskGroup() as group:
            group.create_task(read())
            more = True
            while more:
                part = _Slice(arriving)
                await ends.writing.copy_to_table(table, source=part.rows(), columns=columns)
                more = not part.was_last

    async def _catch_up(self, since: str) -> str:
        """Takes up what was recorded meanwhile until it is little; returns the last horizon."""
        for _ in range(PASSES_MAX):
            horizon = await rebuild_folds.horizon(self._writing)
            facts = await rebuild_folds.facts_since(self._writing, since)
            self._say(f"catching up: {facts} facts")
            await self._take_up(since)
            since = horizon
            if facts < FEW_FACTS:
                break
        return since

    async def _take_up(self, since: str) -> None:
        await self._writing.execute(rebuild_folds.MORE_NUMBERS, since)
        await self._writing.execute(rebuild_folds.MORE_CALLS, since)
        names = await rebuild_folds.streams_since(self._writing, since)
        await rebuild_rows.save_decided(self._reading, self._writing, names)

    async def _swap(self, first: str, since: str, listed: list[UUID]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        for attempt in itertools.count():
            try:
                return await self._try_swap(first, since, listed, LOCK_WAITS_MS[attempt % len(LOCK_WAITS_MS)])
            except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
                if time.monotonic() > deadline:
                    raise RebuildRefused("The old tables are in use all the time; try again.") from None
                self._say("the tables are in use, trying again")
                await asyncio.sleep(RETRY_S)
                since = await self._catch_up(since)

    async def _try_swap(self, first: str, since: str, listed: list[UUID], wait_ms: int) -> None:
        async with self._writing.transaction():
            await rebuild_tables.lock(self._writing, wait_ms)
            began = time.monotonic()
            await self._take_up(since)
            await rebuild_rows.take_out_changed(self._writing, first, listed)
            await rebuild_rows.keep_swept(self._writing)
            await rebuild_tables.swap(self._writing)
        self._say(f"swapped; everybody waited for {(time.monotonic() - began) * 1000:.0f} ms")

    def _say(self, what: str) -> None:
        print(f"{time.monotonic() - self._began:6.1f} s  {what}", flush=True)


class _Slice:
    """So many bytes of whole rows as COPY writes them: a line each."""

    def __init__(self, arriving: "asyncio.Queue[bytes | None]") -> None:
        self.was_last = False
        self._arriving = arriving

    async def rows(self) -> AsyncIterator[bytes]:
        size = 0
        while (piece := await self._arriving.get()) is not None:
            yield piece
            size += len(piece)
            if size >= SLICE_BYTES and piece.endswith(b"\n"):
                return
        self.was_last = True
