"""P4, sustained rate: how many calls a second with a second of audio each, everything on this one machine."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from bench import audio, bare_calls, cpu, goals, report
from bench.audio import STAYS, Window
from bench.summary import Score
from deploy.local.asterisk_fetch import find_asterisk
from deploy.local.stack import Stack, local_stack
from deploy.local.user import User, user_of

TITLE = "P4: sustained calls a second"
PROBE_S, CONFIRM_S = 12, 60
WARM_S = 4
SETTLED_S = 3.0
STEP = 1.25
OURS_FIRST, BARE_FIRST = 20.0, 60.0
KEPT_UP = 0.97
FULL_SOUND = 45
"""RTP packets of 20 ms; a second of audio is 50."""
TEXT = f"""Each call answers, hears a second of a prompt by FastAGI and is ended by whoever dials. The
dialing Asterisk, the carrier with its callees, NATS, Postgres and our four services share the machine. A
rate is sustained when at least {KEPT_UP:.0%} of it end in the time that is counted, after {WARM_S} s, and
as many of them with their sound. Rates rise by a quarter for {PROBE_S} s each until one is not sustained;
the last one that was is then tried for {CONFIRM_S} s, and the one below it if need be. Beside it a bare
client on the same Asterisks, after our services have been ended: pipelined originates, a FastAGI server
that plays the sound, nothing else.

| run | asked for, calls/s | for s | ended, calls/s | with their sound | CPU ms per call | load average |
|---|---|---|---|---|---|---|
"""


@dataclass(frozen=True, kw_only=True)
class Try:
    """One rate, and what became of it; `cpu_ms` is told per call, by part."""

    run: str
    asked: float
    seconds: float
    ended: int
    heard: int
    cpu_ms: dict[str, float]
    load: float

    @property
    def rate(self) -> float:
        """Calls that ended, a second."""
        return self.ended / self.seconds

    @property
    def sustained(self) -> bool:
        """Whether as many ended as were asked for, and were called for something."""
        return self.rate >= KEPT_UP * self.asked and self.heard >= KEPT_UP * self.ended


Attempt = Callable[[float, float], Awaitable[Try]]
"""Tries a rate for so many seconds."""


async def measure() -> None:
    """Ours, then the bare client; printed and written."""
    async with local_stack(find_asterisk(progress=print), rtp_ports=800) as stack:
        async with user_of(stack.api) as user:
            device = await user.device(calls_per_second=audio.MOST_CALLS_A_SECOND)
            ours = await _climb(OURS_FIRST, lambda asked, s: _ours(stack, user, device, asked, s))
        audio.end_services(stack)
        bare = await _climb(BARE_FIRST, lambda asked, s: _bare(stack, asked, s))
    score = Score(goal=goals.SUSTAINED, ours=_best(ours) / _best(bare))
    report.write(TITLE, TEXT + "".join(map(_row, [*ours, *bare])), scores=[score])


async def _climb(first: float, attempt: Attempt) -> list[Try]:
    """All tries; those of full length come last."""
    tries = [await attempt(first, PROBE_S)]
    while tries[-1].sustained:
        tries.append(await attempt(tries[-1].asked * STEP, PROBE_S))
    asked = tries[-1].asked / STEP
    for _ in range(3):
        tries.append(await attempt(asked, CONFIRM_S))
        if tries[-1].sustained:
            break
        asked /= STEP
    return tries


def _best(tries: Iterable[Try]) -> float:
    """The rate that was held for the full length; 0 where none was."""
    return max((each.rate for each in tries if each.sustained and each.seconds == CONFIRM_S), default=0.0)


async def _ours(stack: Stack, user: User, device: str, asked: float, seconds: float) -> Try:
    prefix = _prefix()
    per_minute = round(asked * 60)
    numbers = [f"{prefix}{n:06d}" for n in range(round(asked * (WARM_S + seconds + SETTLED_S + 2)))]
    campaign = await audio.campaign(user, numbers, device_id=device, calls_per_minute=per_minute)
    await user.activate(campaign)
    tried = await _count(stack, "Evendial", prefix, asked, seconds, (*cpu.OURS, *cpu.ASTERISKS))
    await user.stop(campaign)
    await asyncio.sleep(SETTLED_S)
    return tried


async def _bare(stack: Stack, asked: float, seconds: float) -> Try:
    prefix = _prefix()
    job = audio.bare_job(stack, prefix, calls_per_second=asked, seconds=WARM_S + seconds + SETTLED_S)
    calling = asyncio.create_task(bare_calls.run(job))
    tried = await _count(stack, "bare client", prefix, asked, seconds, cpu.ASTERISKS)
    done = await calling
    tried.cpu_ms["client"] = done.cpu_s * 1000 / max(done.ended, 1)
    return tried


async def _count(
    stack: Stack, run: str, prefix: str, asked: float, seconds: float, parts: Sequence[str]
) -> Try:
    await asyncio.sleep(WARM_S)
    before, since = cpu.seconds_of(stack, parts), time.time()
    await asyncio.sleep(seconds)
    used, load = cpu.spent(before, cpu.seconds_of(stack, parts)), os.getloadavg()[0]
    calls = Window(since=since, until=since + seconds).ended(stack, prefix)
    tried = Try(
        run=run,
        asked=asked,
        seconds=seconds,
        ended=len(calls),
        heard=sum(call.rtp_received >= FULL_SOUND for call in calls),
        cpu_ms={part: s * 1000 / max(len(calls), 1) for part, s in used.items()},
        load=load,
    )
    print(_row(tried), end="", flush=True)
    return tried


_given = iter(range(100))


def _prefix() -> str:
    """Of numbers that no other try calls."""
    return f"{STAYS}{next(_given):02d}"


def _row(tried: Try) -> str:
    costs = ", ".join(f"{part} {ms:.1f}" for part, ms in tried.cpu_ms.items())
    rate = f"**{tried.rate:.1f}**" if tried.sustained else f"{tried.rate:.1f}"
    heard = f"{tried.heard / max(tried.ended, 1):.0%}"
    cells = (tried.run, f"{tried.asked:.1f}", f"{tried.seconds:g}", rate, heard, costs, f"{tried.load:.1f}")
    return f"| {' | '.join(cells)} |\n"
