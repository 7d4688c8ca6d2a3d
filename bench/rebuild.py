"""P10, rebuild: all read models from a million facts, while the service answers."""

import asyncio
import os
import sys
import time
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from evendial_contracts.codec import decode

from bench import goals, history, memory, report
from bench.summary import Score
from deploy.local.stack import Stack, local_stack
from deploy.local.user import User, user_of

TITLE = "P10: rebuild"
RUNS = 3

TEXT = """`evendial-campaigns rebuild` over the record of a campaign of a million numbers, as a process of
its own, from its start to its end; beside it a bare cursor that decodes the same facts and does nothing
with them. Meanwhile another client asks for a call by `/v1/campaigns/{id}/calls` every 20 ms. Memory is
the peak of each process during the run. Goal 10 s, aim 4 s.

| facts | rebuild s | bare s | ratio | rebuild MB | service before MB | service MB | longest answer ms |
|---|---|---|---|---|---|---|---|
"""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """One run."""

    facts: int
    took_s: float
    bare_s: float
    peak_mb: float
    service_before_mb: float
    service_mb: float
    longest_ms: float


async def measure() -> None:
    """Takes all runs, prints them and writes the section."""
    runs: list[Taken] = []
    async with local_stack(None, services=("campaigns",)) as stack:
        campaign_id = await history.make(stack)
        for _ in range(RUNS):
            runs.append(await _take(stack, campaign_id))
            print(_row(runs[-1]), end="", flush=True)
    middle = sorted(runs, key=lambda run: run.took_s)[len(runs) // 2]
    score = Score(goal=goals.REBUILD, ours=middle.took_s, against="bare cursor", baseline=middle.bare_s)
    report.write(TITLE, TEXT + "".join(map(_row, runs)), scores=[score])


async def _take(stack: Stack, campaign_id: UUID) -> Taken:
    facts, bare_s = await _bare(stack)
    service = stack.parts.process("campaigns").pid
    memory.forget(service)
    before = memory.peak_mb(service)
    async with user_of(stack.api) as user:
        asking = asyncio.create_task(_ask(user, campaign_id))
        took_s, peak_mb = await run(stack)
        asking.cancel()
        waits = await asking
    return Taken(
        facts=facts,
        took_s=took_s,
        bare_s=bare_s,
        peak_mb=peak_mb,
        service_before_mb=before,
        service_mb=memory.peak_mb(service),
        longest_ms=max(waits),
    )


async def run(stack: Stack) -> tuple[float, float]:
    """Rebuilds; the seconds it took, and the memory of the process."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "evendial_campaigns",
        "rebuild",
        env=os.environ | {"EVENDIAL_DATABASE_URL": stack.wiring.database_urls["campaigns"]},
    )
    ended = asyncio.ensure_future(process.wait())
    peak_mb = 0.0
    while not ended.done():
        try:
            peak_mb = max(peak_mb, memory.peak_mb(process.pid))
        except (OSError, AssertionError):
            break
        await asyncio.wait({ended}, timeout=0.05)
    assert await ended == 0
    return time.perf_counter() - began, peak_mb


async def _bare(stack: Stack) -> tuple[int, float]:
    connection = await asyncpg.connect(stack.wiring.database_urls["campaigns"])
    facts, began = 0, time.perf_counter()
    async with connection.transaction():
        rows = connection.cursor("select type, data::text from event order by pos", prefetch=10_000)
        async for type, data in rows:
            decode(type, data.encode())
            facts += 1
    await connection.close()
    return facts, time.perf_counter() - began


async def _ask(user: User, campaign_id: UUID) -> list[float]:
    waits: list[float] = []
    try:
        while True:
            began = time.perf_counter()
            await user.ask("GET", f"/v1/campaigns/{campaign_id}/calls", params={"limit": 1})
            waits.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(0.02)
    except asyncio.CancelledError:
        return waits


def _row(taken: Taken) -> str:
    cells = (
        f"{taken.facts:,}",
        f"{taken.took_s:.2f}",
        f"{taken.bare_s:.2f}",
        f"{taken.took_s / taken.bare_s:.1f}",
        f"{taken.peak_mb:.0f}",
        f"{taken.service_before_mb:.0f}",
        f"{taken.service_mb:.0f}",
        f"{taken.longest_ms:.0f}",
    )
    return f"| {' | '.join(cells)} |\n"
