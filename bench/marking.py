"""The two simple ways to remember who was called: marked before the call (lost by a crash), or after it.

Run as a child (`python -m bench.marking`), to be killed at any moment and started again.
"""

import asyncio
import json
import os
import sys
import time
from dataclasses import asdict, dataclass

import asyncpg

from bench.bare import order
from deploy.local.ami import AmiAccess, AmiSession

_TOLD = "BENCH_MARKING"
TABLE = "create table listed(number text primary key, marked boolean not null default false)"
_FILL = "insert into listed(number) select unnest($1::text[])"
_NEXT = "select number from listed where not marked order by number limit $1"
_MARK = "update listed set marked = true where number = any($1::text[])"
MARKED = "select number from listed where marked"


@dataclass(frozen=True, kw_only=True)
class Marking:
    """A loop that takes a second's numbers from a table, as cron jobs and hoppers do, and spreads them."""

    dsn: str
    host: str
    ami_port: int
    user: str
    secret: str
    calls_per_second: int
    before: bool
    """Whether the numbers of a second are marked before they are called, or after."""

    async def fill(self, numbers: list[str]) -> None:
        """Makes the table."""
        connection = await asyncpg.connect(self.dsn)
        await connection.execute(TABLE)
        await connection.execute(_FILL, numbers)
        await connection.close()

    async def marked(self) -> set[str]:
        """The numbers that count as called."""
        connection = await asyncpg.connect(self.dsn)
        rows = await connection.fetch(MARKED)
        await connection.close()
        return {row["number"] for row in rows}

    async def start(self) -> asyncio.subprocess.Process:
        """Runs the loop in a process of its own, until it is killed; returns when it begins to call."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bench.marking",
            env=os.environ | {_TOLD: json.dumps(asdict(self))},
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout
        await process.stdout.readline()
        return process


async def _work(job: Marking) -> None:
    connection = await asyncpg.connect(job.dsn)
    access = AmiAccess(host=job.host, port=job.ami_port, user=job.user, secret=job.secret)
    session = await AmiSession.open(access)
    reading = asyncio.create_task(session.receive(lambda message: False, timeout=86_400))
    print("calling", flush=True)
    slot = time.time()
    while numbers := [row["number"] for row in await connection.fetch(_NEXT, job.calls_per_second)]:
        if job.before:
            await connection.execute(_MARK, numbers)
        for number in numbers:
            slot = max(slot + 1 / job.calls_per_second, time.time())
            await asyncio.sleep(slot - time.time())
            session.send("Originate", **order(number, "marked"))
        if not job.before:
            await connection.execute(_MARK, numbers)
    reading.cancel()
    await asyncio.sleep(1)


if __name__ == "__main__":
    asyncio.run(_work(Marking(**json.loads(os.environ[_TOLD]))))
