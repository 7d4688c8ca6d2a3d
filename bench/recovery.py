"""P9, recovery: kill -9 of each service while it dials; the gap in the calls, and what becomes of them."""

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import asyncpg

from bench import chart, goals, report
from bench.marking import Marking
from bench.summary import Score
from deploy.local.asterisk_fetch import find_asterisk
from deploy.local.carrier import CarrierCall, read_record
from deploy.local.sample_plan import prompt_wav
from deploy.local.services import SERVICES
from deploy.local.stack import Stack, local_stack
from deploy.local.user import User, user_of

TITLE = "P9: kill -9 of a service"
KILLS = 50 if os.environ.get("EVENDIAL_BENCH_LONG") else 5
CALLS_PER_SECOND = 20
QUIET_S = 6.0
"""From when the killed service is ready again to the next kill."""
LOOP_EACH_S = 2.0
SETTLED_S = 60
SEED = 9
BUSY, ANSWERS = "493020", "49301199"
CALLED_BEFORE, CALLED_AFTER = "49302091", "49302092"
SHOWN_S = (2.0, 6.0)
BIN_S = 0.1
TEXT = f"""A campaign of {CALLS_PER_SECOND} calls/s, every second one answered, while one service after
the other is killed, {KILLS} times each, at a random moment some {QUIET_S:g} s after the one before is
back; it is started again at once, as a supervisor would. The gap is the longest time without an INVITE at
the carrier from the kill to the next one, the planned {1000 // CALLS_PER_SECOND} ms between two calls
included: what is in hand when the scheduler dies is still called on time. Lost is a number that is
neither free nor has an outcome when the campaign has been stopped and all is quiet, or that the carrier
was called for without one.

Beside it the two simple ways to remember who was called, on the same Postgres and Asterisk: a loop that
takes the numbers of a second, marks them and calls them, or calls them and marks them, killed as often
and started again at once. There a number is lost when it is marked and was never called.

![Calls in progress around a kill](images/recovery.svg)

| killed | kills | longest gaps s | called twice | lost | outcome unknown |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True, kw_only=True)
class Kill:
    """When which service was killed, and when the next one was."""

    service: str
    at: float
    until: float


@dataclass(frozen=True, kw_only=True)
class Harm:
    """Numbers."""

    twice: int
    lost: int
    unknown: int = 0


async def measure() -> None:
    """All kills, printed and written."""
    async with local_stack(find_asterisk(progress=print)) as stack:
        async with user_of(stack.api) as user:
            kills, ours = await _ours(stack, user)
        record = _record(stack)
        loops = await _loops(stack)
    rows = _rows(kills, record, ours, loops)
    print(rows, end="", flush=True)
    report.write(TITLE, TEXT + rows, scores=_scores(kills, record, ours, loops))
    _draw(kills, record)


async def _ours(stack: Stack, user: User) -> tuple[list[Kill], Harm]:
    count = int(CALLS_PER_SECOND * 2 * QUIET_S * (KILLS * len(SERVICES) + 2))
    numbers = [f"{(BUSY, ANSWERS)[n % 2]}{n:06d}" for n in range(count)]
    rules = {"calls_per_minute": 60 * CALLS_PER_SECOND}
    campaign = await user.campaign(numbers, prompt=prompt_wav(), **rules)
    await user.activate(campaign)
    await asyncio.sleep(QUIET_S)
    chance = random.Random(SEED)
    kills = [await _kill(stack, service, chance) for service in SERVICES for _ in range(KILLS)]
    await user.stop(campaign)
    open_numbers = await _open_numbers(user, str(campaign))
    outcomes = {call["e164"]: call["disposition"] for call in await user.calls(campaign)}
    called = Counter(call.number for call in _record(stack))
    harm = Harm(
        twice=sum(times > 1 for times in called.values()),
        lost=open_numbers + len(set(called) - set(outcomes)),
        unknown=list(outcomes.values()).count("unknown"),
    )
    return kills, harm


async def _kill(stack: Stack, service: str, chance: random.Random) -> Kill:
    await asyncio.sleep(chance.uniform(0, 1))
    at = time.time()
    stack.kill(service)
    await stack.start(service)
    back_s = time.time() - at
    await asyncio.sleep(QUIET_S)
    print(f"{service} killed, ready again after {back_s:.2f} s", flush=True)
    return Kill(service=service, at=at, until=time.time())


async def _open_numbers(user: User, campaign: str) -> int:
    """Numbers that are still in somebody's hands when there was time enough to say what became of them."""
    deadline = time.monotonic() + SETTLED_S
    while True:
        states = (await user.ask("GET", f"/v1/campaigns/{campaign}/progress"))["states"]
        still_open = int(states["scheduled"] + states["calling"])
        if not still_open or time.monotonic() > deadline:
            return still_open
        await asyncio.sleep(1)


async def _loops(stack: Stack) -> Mapping[str, Harm]:
    """Both at once, killed at the same moments."""
    kills = KILLS * len(SERVICES)
    count = int(CALLS_PER_SECOND * kills * LOOP_EACH_S)
    ways = {"marked before": (CALLED_BEFORE, True), "marked after": (CALLED_AFTER, False)}
    jobs = {
        name: await _job(stack, f"loop_{n}", before) for n, (name, (_, before)) in enumerate(ways.items())
    }
    for name, (prefix, _) in ways.items():
        await jobs[name].fill([f"{prefix}{n:06d}" for n in range(count)])
    chance = random.Random(SEED)
    running = await asyncio.gather(*(job.start() for job in jobs.values()))
    try:
        for _ in range(kills):
            await asyncio.sleep(chance.uniform(0.5, 1.5) * LOOP_EACH_S)
            for process in running:
                if process.returncode is None:
                    process.kill()
                await process.wait()
            running = await asyncio.gather(*(job.start() for job in jobs.values()))
        await asyncio.sleep(LOOP_EACH_S)
    finally:
        for process in running:
            if process.returncode is None:
                process.kill()
            await process.wait()
    await asyncio.sleep(2)
    record = _record(stack)
    return {name: _harm_of_loop(record, ways[name][0], await job.marked()) for name, job in jobs.items()}


async def _job(stack: Stack, database: str, before: bool) -> Marking:
    assert stack.telephony
    access = stack.telephony.dialer.ami
    url = stack.wiring.postgres_url
    connection = await asyncpg.connect(url)
    await connection.execute(f"create database {database}")
    await connection.close()
    return Marking(
        dsn=f"{url.rpartition('/')[0]}/{database}",
        host=access.host,
        ami_port=access.port,
        user=access.user,
        secret=access.secret,
        calls_per_second=CALLS_PER_SECOND,
        before=before,
    )


def _harm_of_loop(record: Sequence[CarrierCall], prefix: str, marked: set[str]) -> Harm:
    called = Counter(call.number for call in record if call.number.startswith(prefix))
    return Harm(twice=sum(times > 1 for times in called.values()), lost=len(marked - set(called)))


def _record(stack: Stack) -> list[CarrierCall]:
    assert stack.telephony
    return read_record(stack.telephony.record)


def _gap_s(kill: Kill, record: Sequence[CarrierCall]) -> float:
    starts = sorted(call.started_at.timestamp() for call in record)
    within = [kill.at, *(at for at in starts if kill.at < at < kill.until), kill.until]
    return max(after - before for before, after in pairwise(within))


def _rows(kills: Sequence[Kill], record: Sequence[CarrierCall], ours: Harm, loops: Mapping[str, Harm]) -> str:
    rows = ""
    for service in SERVICES:
        gaps = sorted(_gap_s(kill, record) for kill in kills if kill.service == service)
        told = ", ".join(f"{gap:.2f}" for gap in gaps[-5:])
        rows += f"| {service} | {len(gaps)} | {told} | | | |\n"
    rows += f"| Evendial, all | {len(kills)} | | {ours.twice} | {ours.lost} | {ours.unknown} |\n"
    for name, harm in loops.items():
        rows += f"| a loop, {name} | {len(kills)} | | {harm.twice} | {harm.lost} | |\n"
    return rows


def _scores(
    kills: Sequence[Kill], record: Sequence[CarrierCall], ours: Harm, loops: Mapping[str, Harm]
) -> list[Score]:
    return [
        Score(goal=goals.RECOVERY, ours=max(_gap_s(kill, record) for kill in kills)),
        Score(
            goal=goals.TWICE_OR_LOST,
            ours=ours.twice + ours.lost,
            against="both loops",
            baseline=sum(harm.twice + harm.lost for harm in loops.values()),
        ),
    ]


def _draw(kills: Sequence[Kill], record: Sequence[CarrierCall]) -> None:
    """The first kill of each service."""
    first = [next(kill for kill in kills if kill.service == service) for service in SERVICES]
    before_s, after_s = SHOWN_S
    counted = [_in_progress(kill.at - before_s, record) for kill in first]
    most = float(max(map(max, counted)))
    panels = [
        chart.bars(
            f"calls in progress; {kill.service} is killed at the line, {before_s + after_s:g} s in all",
            counts,
            most=most,
            marks=[before_s / (before_s + after_s)],
        )
        for kill, counts in zip(first, counted, strict=True)
    ]
    chart.write("recovery.svg", "Calls in progress around a kill", panels)


def _in_progress(since: float, record: Sequence[CarrierCall]) -> list[int]:
    moments = [since + n * BIN_S for n in range(round(sum(SHOWN_S) / BIN_S))]
    lives = [(call.started_at.timestamp(), call.ended_at.timestamp()) for call in record]
    return [sum(begun <= at < over for begun, over in lives) for at in moments]
