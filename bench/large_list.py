"""P11, memory: each service alone and beside ten million numbers; and how soon it is ready again then."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from bench import goals, memory, report
from bench.summary import Score
from deploy.local.sample_plan import prompt_wav
from deploy.local.stack import Stack, local_stack
from deploy.local.user import User, user_of
from deploy.pbx.instance import Simulation

TITLE = "P11: memory"
NUMBERS = 10_000_000
SLICE = 250_000
DIAL_S = 20.0
SERVICES = ("campaigns", "scheduler", "originator", "agi")
RESTARTED = ("campaigns", "scheduler")
ANSWERS = "49301110000000"

TEXT = """The most that each service held (resident): 20 s of dialling at 10/s with a list of a thousand, and
then beside a list of ten million in its database and the scheduler's, each from a fresh start. The callees
are simulated. "Ready" is the time from the start of its process until `/readyz` is 200, with those there.
Goals: 100 MB a service, 5 MB added; ready within 2 s.

| service | MB | MB with 10 M | added MB | ready s |
|---|---|---|---|---|
"""
_LISTED = """
insert into number(campaign_id, import_id, unique_in, e164)
select $1, $2, $1, 4915100000000 + n from generate_series($3::bigint, $4::bigint) as n
"""
_SCHEDULED = """
insert into number(campaign_id, number_id, e164, generation, due_at, zone_set)
select $1, 1000000 + n, 4915100000000 + n, 0, 'infinity', 1 from generate_series($2::bigint, $3::bigint) as n
"""
_COUNTED = "insert into number_count(campaign_id, state, numbers) values ($1, 0, $2)"


@dataclass(frozen=True, kw_only=True)
class Taken:
    """One service."""

    service: str
    alone_mb: float
    beside_mb: float
    ready_s: float | None


async def measure() -> None:
    """Takes all services, prints them and writes the section."""
    async with local_stack(Simulation()) as stack, user_of(stack.api) as user:
        campaign = await _campaign(user)
        alone = await _dialled(stack, user, campaign)
        await _fill(stack, campaign)
        ready = {name: await _restart(stack, name) for name in RESTARTED}
        for name in ("originator", "agi"):
            await stack.restart(name)
        beside = await _dialled(stack, user, campaign)
    taken = [
        Taken(service=name, alone_mb=alone[name], beside_mb=beside[name], ready_s=ready.get(name))
        for name in SERVICES
    ]
    rows = "".join(map(_row, taken))
    print(rows, flush=True)
    report.write(TITLE, TEXT + rows, scores=_scores(taken))


async def _campaign(user: User) -> UUID:
    numbers = [str(int(ANSWERS) + n) for n in range(1000)]
    return await user.campaign(numbers, prompt=prompt_wav(), calls_per_minute=600)


async def _dialled(stack: Stack, user: User, campaign: UUID) -> dict[str, float]:
    """What each process has held at most while it was dialled."""
    await user.activate(campaign)
    await asyncio.sleep(DIAL_S)
    held = {name: memory.peak_mb(stack.parts.process(name).pid) for name in SERVICES}
    await user.ask("POST", f"/v1/campaigns/{campaign}/stop")
    return held


async def _fill(stack: Stack, campaign: UUID) -> None:
    """As if they had been imported, and were due some other day."""
    urls = stack.wiring.database_urls
    await asyncio.gather(_list(urls["campaigns"], campaign), _schedule(urls["scheduler"], campaign))


async def _list(url: str, campaign: UUID) -> None:
    connection = await asyncpg.connect(url)
    import_id = await connection.fetchval("select import_id from import where campaign_id = $1", campaign)
    for done in range(0, NUMBERS, SLICE):
        await connection.execute(_LISTED, campaign, import_id, done + 1, done + SLICE)
    await connection.close()


async def _schedule(url: str, campaign: UUID) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("alter table number disable trigger user")
    for done in range(0, NUMBERS, SLICE):
        await connection.execute(_SCHEDULED, campaign, done + 1, done + SLICE)
    await connection.execute("alter table number enable trigger user")
    await connection.execute(_COUNTED, campaign, NUMBERS)
    await connection.close()


async def _restart(stack: Stack, name: str) -> float:
    stack.kill(name)
    began = time.perf_counter()
    await stack.start(name)
    return time.perf_counter() - began


def _scores(taken: Sequence[Taken]) -> list[Score]:
    added = max(each.beside_mb - each.alone_mb for each in taken)
    return [
        Score(goal=goals.MEMORY, ours=max(each.beside_mb for each in taken)),
        Score(goal=goals.MEMORY_ADDED, ours=max(0.0, added)),
    ]


def _row(taken: Taken) -> str:
    ready = "" if taken.ready_s is None else f"{taken.ready_s:.1f}"
    figures = (taken.alone_mb, taken.beside_mb, taken.beside_mb - taken.alone_mb)
    return f"| {taken.service} | {' | '.join(f'{each:.1f}' for each in figures)} | {ready} |\n"
