"""Asterisk killed with a backlog: what leaves when it returns. Evendial beside the origin's call files."""

import asyncio
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bench import report, spool
from bench.dialled import calls_to, finished
from deploy.local.asterisk import AsteriskInstance
from deploy.local.asterisk_fetch import find_asterisk
from deploy.local.sample_plan import prompt_wav
from deploy.local.stack import Stack, local_stack
from deploy.local.user import user_of

TITLE = "Outage: Asterisk killed with a backlog"
CALLS_PER_SECOND = 5
COUNT = 100
KILL_AFTER_S = 5.0
DOWN_S = 5.0
ANSWERS = "493012"
TEXT = f"""{COUNT} numbers at {CALLS_PER_SECOND}/s, all of them answer and stay; Asterisk is killed
(kill -9) after {KILL_AFTER_S:g} s and started again {DOWN_S:g} s later. The origin's way: a call file
for each number, whose time of modification is its slot, all laid at once. Counted at the carrier, from
the restart on. Planned are {CALLS_PER_SECOND} calls in any second; the goal is 1.1 times as many and one
more, and that nobody is called twice.

| run | calls | called twice | most in 1 s after the restart | most in 100 ms |
|---|---|---|---|---|
"""


@dataclass(frozen=True, kw_only=True)
class Outage:
    """The calls at the carrier, by number and Unix seconds, and when Asterisk was there again."""

    calls: Sequence[tuple[str, float]]
    back_at: float

    def most_in(self, seconds: float) -> int:
        """The most calls that started within so long after the restart."""
        starts = sorted(at for _, at in self.calls if at >= self.back_at)
        return max((bisect_right(starts, at + seconds) - n for n, at in enumerate(starts)), default=0)

    @property
    def twice(self) -> int:
        """Numbers that were called more than once."""
        return sum(times > 1 for times in Counter(number for number, _ in self.calls).values())


async def measure() -> None:
    """Both runs, printed and written."""
    build = find_asterisk(progress=print)
    rows = ""
    for name, run in (("Evendial", _evendial), ("call files", _call_files)):
        async with local_stack(build) as stack:
            outage = await run(stack)
        figures = len(outage.calls), outage.twice, outage.most_in(1.0), outage.most_in(0.1)
        rows += f"| {name} | {' | '.join(map(str, figures))} |\n"
        print(rows.splitlines()[-1], flush=True)
    report.write(TITLE, TEXT + rows)


async def _evendial(stack: Stack) -> Outage:
    numbers = _numbers("1")
    async with user_of(stack.api) as user:
        rate = CALLS_PER_SECOND * 60
        campaign = await user.campaign(numbers, prompt=prompt_wav(), calls_per_minute=rate)
        await user.activate(campaign)
        await asyncio.sleep(KILL_AFTER_S)
        stack.kill("dialer")
        await asyncio.sleep(DOWN_S)
        await stack.start("dialer")
        back_at = time.time()
        await finished(user, campaign, 180)
    return await _seen(stack, numbers, back_at)


async def _call_files(stack: Stack) -> Outage:
    numbers, dialer = _numbers("2"), spool.dialer_of(stack)
    stack.kill("dialer")
    _load_spooler(dialer)
    process = await dialer.start()
    spool.make_folders(dialer.folder / "spool")
    first = time.time() + 0.5
    spool.lay(dialer.folder / "spool", {each: first + n / CALLS_PER_SECOND for n, each in enumerate(numbers)})
    await asyncio.sleep(0.5 + KILL_AFTER_S)
    process.kill()
    await asyncio.sleep(DOWN_S)
    process = await dialer.start()
    back_at = time.time()
    await asyncio.sleep(COUNT / CALLS_PER_SECOND + 2)
    outage = await _seen(stack, numbers, back_at)
    await process.stop()
    return outage


def _load_spooler(dialer: AsteriskInstance) -> None:
    with (dialer.folder / "etc/modules.conf").open("a") as modules:
        modules.write("load = pbx_spool.so\n")


async def _seen(stack: Stack, numbers: Sequence[str], back_at: float) -> Outage:
    """The carrier writes a call down when it ends: those that are still up are ended for that."""
    assert stack.telephony
    await stack.telephony.carrier.cli("channel request hangup all")
    await asyncio.sleep(1)
    return Outage(calls=calls_to(stack, numbers), back_at=back_at)


def _numbers(tag: str) -> list[str]:
    return [f"{ANSWERS}9{tag}{n:06d}" for n in range(COUNT)]
