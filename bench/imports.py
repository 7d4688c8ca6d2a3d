"""P6, import: a list of a million lines, from its first byte until the scheduler may call all its numbers."""

import asyncio
import http.client
import json
import os
import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx

from bench import goals, report
from bench.summary import Score
from deploy.local.stack import Stack, local_stack
from deploy.local.user import User, user_of
from tests.waiting import until

TITLE = "P6: import"
SIZES = (100_000, 1_000_000)
LONG = 10_000_000
"""Taken as well where `EVENDIAL_BENCH_LONG` is set."""

TEXT = """Lines of which 2 % are junk and 10 % duplicates, sent over HTTP; measured until the last number
is checked, free of duplicates, durable, and callable by the scheduler, which has a database of its own.
The answer comes before that, when the list is durable here. Beside it `copy` of the numbers that were
taken into a table with the same columns and indexes, in the same run. While the list comes in, another
client asks for `/v1/me` every 100 ms: p50, p99 and most of its answers in ms. Memory is the service's
peak. Goal for a million lines: 15 s, aim 6 s.

| lines | list | answered after s | callable after s | copy s | ratio | peak MB | p50 | p99 | max |
|---|---|---|---|---|---|---|---|---|---|
"""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """One run."""

    lines: int
    kind: str
    answered_s: float
    callable_s: float
    copied_s: float
    peak_mb: float
    waits_ms: list[float]


async def measure() -> None:
    """Takes all sizes, prints them and writes the section."""
    runs: list[Taken] = []
    sizes = (*SIZES, LONG) if os.environ.get("EVENDIAL_BENCH_LONG") else SIZES
    async with local_stack(None, services=("campaigns", "scheduler")) as stack:
        for lines in sizes:
            runs.append(await _take(stack, lines, "text"))
            print(_row(runs[-1]), end="", flush=True)
        runs.append(await _take(stack, SIZES[-1], "csv"))
        print(_row(runs[-1]), flush=True)
    million = next(run for run in runs if run.lines == SIZES[-1])
    score = Score(goal=goals.IMPORT, ours=million.callable_s, against="copy", baseline=million.copied_s)
    report.write(TITLE, TEXT + "".join(map(_row, runs)), scores=[score])


async def _take(stack: Stack, lines: int, kind: str) -> Taken:
    await stack.restart("campaigns")
    path = stack.folder / f"list.{kind}"
    write_list(path, lines, kind)
    async with user_of(stack.api) as user:
        campaign = await user.ask("POST", "/v1/campaigns", json={"name": f"{lines} {kind}"})
        asking = asyncio.create_task(_ask(user))
        begun = time.perf_counter()
        answer = await asyncio.to_thread(send, stack, campaign["campaign_id"], path, kind)
        answered_s = time.perf_counter() - begun
        await _until_callable(stack, answer["import_id"])
        callable_s = time.perf_counter() - begun
        asking.cancel()
    peak_mb = _peak_mb(stack.parts.process("campaigns").pid)
    copied_s = await _copy(stack, path, UUID(answer["campaign_id"]))
    path.unlink()
    waits = await asyncio.gather(asking, return_exceptions=True)
    assert int(answer["accepted"]) > lines * 0.8, answer
    assert not isinstance(waits[0], BaseException), waits
    return Taken(
        lines=lines,
        kind=kind,
        answered_s=answered_s,
        callable_s=callable_s,
        copied_s=copied_s,
        peak_mb=peak_mb,
        waits_ms=waits[0],
    )


def write_list(path: Path, lines: int, kind: str) -> None:
    lots = random.Random(6)
    with path.open("w") as file:
        if kind == "csv":
            file.write("name;phone;reference;town\n")
        for n, number in enumerate(_numbers(lots, lines)):
            file.write(f'"Person, {n}";{number};c-{n};Weimar\n' if kind == "csv" else f"{number}\n")


def _numbers(lots: random.Random, lines: int) -> Iterator[str]:
    """In no order; what was given before comes again now and then."""
    span = 10**9
    for n in range(lines):
        chance = lots.random()
        if chance < 0.02:
            yield lots.choice(("n/a", "12345", "+49 151 call me", "unknown"))
        elif chance < 0.12 and n:
            yield f"+49151{(lots.randrange(n) * 7919 * 104729) % span:09d}"
        else:
            yield f"+49151{(n * 7919 * 104729) % span:09d}"


def send(stack: Stack, campaign_id: str, path: Path, kind: str) -> dict[str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", stack.wiring.http_port, timeout=600)
    media_type = "text/csv" if kind == "csv" else "text/plain"
    with path.open("rb") as body:
        connection.request(
            "POST",
            f"/v1/campaigns/{campaign_id}/numbers/import",
            body=body,
            headers={
                "Authorization": f"Bearer {stack.api.user_key}",
                "Content-Type": media_type,
                "Content-Length": str(path.stat().st_size),
            },
        )
        response = connection.getresponse()
        text = response.read()
    assert response.status == httpx.codes.CREATED, text
    answer: dict[str, str] = json.loads(text)
    return answer


async def _ask(user: User) -> list[float]:
    waits: list[float] = []
    try:
        while True:
            begun = time.perf_counter()
            await user.id()
            waits.append((time.perf_counter() - begun) * 1000)
            await asyncio.sleep(0.1)
    except asyncio.CancelledError:
        return waits


async def _until_callable(stack: Stack, import_id: str) -> None:
    """The scheduler holds every chunk of it."""
    held = "select received >= chunks from import where import_id = $1"
    connection = await asyncpg.connect(stack.wiring.database_urls["scheduler"])
    await until(lambda: connection.fetchval(held, UUID(import_id)), timeout=600, every=0.02)
    await connection.close()


async def _copy(stack: Stack, path: Path, campaign_id: UUID) -> float:
    """Seconds for the numbers of a campaign, written by nobody but `copy`."""
    source = path.with_suffix(".copy")
    connection = await asyncpg.connect(stack.wiring.database_urls["campaigns"])
    await connection.execute("create table baseline (like number including all)")
    columns = ["campaign_id", "import_id", "unique_in", "e164", "reference", "variables"]
    query = f"select {', '.join(columns)} from number where campaign_id = $1 order by number_id"  # noqa: S608
    await connection.copy_from_query(query, campaign_id, output=source)
    begun = time.perf_counter()
    await connection.copy_to_table("baseline", source=source, columns=columns)
    took_s = time.perf_counter() - begun
    await connection.execute("drop table baseline")
    await connection.close()
    source.unlink()
    return took_s


def _peak_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found, status
    return int(found[1]) / 1024


def _row(run: Taken) -> str:
    waits = sorted(run.waits_ms)
    cells = (
        f"{run.lines:,}",
        run.kind,
        f"{run.answered_s:.2f}",
        f"{run.callable_s:.2f}",
        f"{run.copied_s:.2f}",
        f"{run.callable_s / run.copied_s:.1f}",
        f"{run.peak_mb:.0f}",
        *(f"{waits[int(share * (len(waits) - 1))]:.1f}" for share in (0.5, 0.99, 1)),
    )
    return f"| {' | '.join(cells)} |\n"
