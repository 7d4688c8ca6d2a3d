"""Campaigns and scheduler on a NATS of their own, and a look at everything that they keep."""

import asyncio
import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from evendial_chassis.database import open_pool
from evendial_chassis.migrations import migrate
from evendial_chassis.run import Stop
from evendial_contracts.codec import decode
from evendial_contracts.numbers import NumbersChunk
from evendial_contracts.requests import OriginatorAlive
from evendial_contracts.subjects import originator_heartbeat
from evendial_scheduler.app import run as run_scheduler
from evendial_scheduler.settings import Settings as SchedulerSettings
from nats.js.api import RawStreamMsg
from nats.js.errors import NotFoundError

from tests.integration.campaigns.conftest import Running
from tests.waiting import until

DIGITS = "4915550000001"
TABLES = "select quote_ident(tablename) as name from pg_tables where schemaname = 'public'"


class World:
    """Where a number may be found."""

    def __init__(self, campaigns: Running, scheduler: SchedulerSettings, nats_folder: Path) -> None:
        self.campaigns = campaigns
        self.scheduler = scheduler
        self.nats_folder = nats_folder

    @asynccontextmanager
    async def scheduling(self) -> AsyncIterator[None]:
        """While a scheduler runs."""
        stop = Stop()
        task = asyncio.create_task(run_scheduler(self.scheduler, stop))
        try:
            yield
        finally:
            stop.request()
            await task

    async def kept(self) -> bytes:
        """All that is kept: each row of each table of both, each message of each stream."""
        urls = (self.campaigns.settings.database_url, self.scheduler.database_url)
        return b"\n".join([*[await _dump(url) for url in urls], *await self.messages()])

    async def messages(self) -> list[bytes]:
        """What the streams hold, subjects and headers included."""
        streams = await self.campaigns.bus.jetstream.streams_info()
        held = [each for stream in streams for each in await self.stream(str(stream.config.name))]
        return [f"{each.subject} {each.headers} ".encode() + (each.data or b"") for each in held]

    async def stream(self, name: str) -> list[RawStreamMsg]:
        """What one stream holds."""
        found: list[RawStreamMsg] = []
        seq = 1
        while True:
            try:
                message = await self.campaigns.bus.jetstream.get_msg(name, seq, ">", next=True)
            except NotFoundError:
                return found
            found.append(message)
            seq = (message.seq or seq) + 1

    async def holds(self, digits: str = DIGITS) -> bool:
        """Whether the digits stand anywhere, as text or as the bytes of a column."""
        as_bytes = digits.encode().hex()
        written = rf"(?<![0-9]){digits}(?![0-9])|(?<!3[0-9]){as_bytes}(?!3[0-9])"
        return re.search(written.encode(), await self.kept()) is not None

    async def on_disk(self, digits: str = DIGITS) -> list[Path]:
        """The files of NATS that hold the digits."""
        alone = re.compile(rf"(?<![0-9]){digits}(?![0-9])".encode())
        files = [path for path in self.nats_folder.rglob("*") if path.is_file()]
        return [path for path in files if alone.search(path.read_bytes())]

    async def chunks(self) -> list[NumbersChunk]:
        """The slices of lists that a new scheduler would read."""
        held = await self.stream("EVENDIAL_NUMBERS")
        told = [decode("numbers.chunk.v1", each.data or b"") for each in held]
        return [each for each in told if isinstance(each, NumbersChunk)]

    async def scheduled(self) -> set[str]:
        """The numbers that the scheduler has."""
        connection = await asyncpg.connect(self.scheduler.database_url)
        try:
            rows = await connection.fetch("select e164::text from number where e164 is not null")
            return {row["e164"] for row in rows}
        finally:
            await connection.close()

    async def originator_is_there(self) -> None:
        """Says so once; that holds for 3 s."""
        beat = OriginatorAlive(pool="default", instance="test")
        await self.campaigns.bus.tell(originator_heartbeat("default"), beat)

    async def until_done(self, erasure_id: str, client: httpx.AsyncClient | None = None) -> Any:
        """The erasure, once it is done."""
        who = client or self.campaigns.admin

        async def done() -> Any:
            erasure = (await who.get(f"/v1/erasures/{erasure_id}")).json()
            return erasure if erasure["done_at"] else None

        return await until(done, timeout=30)

    async def until_waiting_for(self, erasure_id: str, what: str) -> None:
        """It says what it needs."""

        async def waits() -> bool:
            erasure = (await self.campaigns.admin.get(f"/v1/erasures/{erasure_id}")).json()
            return what in " ".join(erasure["waiting_for"])

        await until(waits, timeout=20)


async def scheduler_settings(database_url: str, nats_url: str, health_port: int) -> SchedulerSettings:
    """Of a scheduler whose tables are there already."""
    pool = await open_pool(database_url, stop=Stop(), name="test", size=1)
    assert pool is not None
    await migrate(pool, "evendial_scheduler")
    await pool.close()
    return SchedulerSettings(nats_url=nats_url, database_url=database_url, health_port=health_port)


async def _dump(database_url: str) -> bytes:
    connection = await asyncpg.connect(database_url)
    out = io.BytesIO()
    try:
        for row in await connection.fetch(TABLES):
            await connection.copy_from_query(f"select * from {row['name']}", output=out)  # noqa: S608
    finally:
        await connection.close()
    return out.getvalue()
