"""P9, recovery: kill -9 of each service while it dials; the gap in the calls, and what becomes of them."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from bench import report
from bench.dialled import calls_to, finished
from deploy.local.asterisk_fetch import find_asterisk
from deploy.local.sample_plan import prompt_wav
from deploy.local.services import SERVICES
from deploy.local.stack import Stack, local_stack
from deploy.local.user import User, user_of

TITLE = "P9: kill -9 of a service"
KILLS = 3
CALLS_PER_MINUTE = 600
COUNT = 220
KILL_AFTER_S = 6.0
BUSY, ANSWERS = "493020", "49301199"
TEXT = f"""Each run dials {COUNT} numbers at {CALLS_PER_MINUTE // 60}/s, every second one is answered, and
kills one service after {KILL_AFTER_S:g} s; it is started again at once, as a supervisor would. The gap is
the longest time without an INVITE at the carrier from the kill on, the planned {
    60_000 // CALLS_PER_MINUTE
} ms between two calls included. Goal 5 s, aim 1 s, nobody called twice, nothing without
an outcome."""
HEADER = """| service | kills | gaps s | called twice | without outcome | outcome unknown |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one kill led to: numbers, but for the gap."""

    gap_s: float
    twice: int
    without_outcome: int
    unknown: int


async def measure() -> None:
    """Kills each service a few times, prints and writes the section."""
    rows = ""
    async with local_stack(find_asterisk(progress=print)) as stack, user_of(stack.api) as user:
        for place, service in enumerate(SERVICES):
            runs = [await _kill(stack, user, service, f"{place}{kill}") for kill in range(KILLS)]
            row = _row(service, runs)
            print(row, end="", flush=True)
            rows += row
    report.write(TITLE, f"{TEXT}\n{HEADER}{rows}")


def _row(service: str, runs: Sequence[Run]) -> str:
    gaps = ", ".join(f"{run.gap_s:.2f}" for run in runs)
    twice, lost = sum(run.twice for run in runs), sum(run.without_outcome for run in runs)
    return f"| {service} | {len(runs)} | {gaps} | {twice} | {lost} | {sum(run.unknown for run in runs)} |\n"


async def _kill(stack: Stack, user: User, service: str, tag: str) -> Run:
    numbers = [f"{(BUSY, ANSWERS)[n % 2]}{tag}{n:04d}" for n in range(COUNT)]
    campaign = await user.campaign(numbers, prompt=prompt_wav(), calls_per_minute=CALLS_PER_MINUTE)
    await user.activate(campaign)
    await asyncio.sleep(KILL_AFTER_S)
    killed_at = time.time()
    stack.kill(service)
    await stack.start(service)
    await finished(user, campaign, 120)
    calls = calls_to(stack, numbers)
    starts = [killed_at, *sorted(at for _, at in calls if at > killed_at)]
    gap = max(after - before for before, after in pairwise(starts))
    outcomes = await _outcomes(user, campaign)
    twice = sum(times > 1 for times in Counter(number for number, _ in calls).values())
    return Run(
        gap_s=gap,
        twice=twice,
        without_outcome=len(set(numbers) - set(outcomes)),
        unknown=list(outcomes.values()).count("unknown"),
    )


async def _outcomes(user: User, campaign: UUID) -> dict[str, str]:
    return {call["e164"]: call["disposition"] for call in await user.calls(campaign)}
