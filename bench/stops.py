"""P8, stop: from the answer to `stop` to the last INVITE at the carrier."""

import asyncio
import random
import time

from bench import goals, report
from bench.dialled import invites
from bench.report import Measure
from bench.summary import Score
from deploy.local.asterisk_fetch import find_asterisk
from deploy.local.sample_plan import prompt_wav
from deploy.local.stack import Stack, local_stack
from deploy.local.user import User, user_of

TITLE = "P8: stop"
STOPS = 200
CALLS_PER_MINUTE = 1200
BUSY = "493020"
SEED = 8
LONGEST_RUN_S = 1.2
QUIET_S = 0.8
"""More than is promised: a call that came after that would be seen, too."""
INTERVAL_MS = 300_000.0
TEXT = f"""A campaign of {CALLS_PER_MINUTE // 60} calls/s is stopped {STOPS} times, at random moments
within {LONGEST_RUN_S:g} s after it was activated. From the moment at which the stop was answered 200 to
the last INVITE that the carrier has seen; below 0 where that came before the answer. Call files that lie
in the spool go on until the end of the interval that they were written for: {INTERVAL_MS / 1000:g} s at
the origin (calculated).

"""


async def measure() -> None:
    """All stops, printed and written."""
    async with local_stack(find_asterisk(progress=print)) as stack:
        late = await _late(stack)
    taken = Measure(name="last INVITE after stop, 20/s", run="Evendial", values_ms=late, goal="<= 500")
    report.say(taken)
    score = Score(goal=goals.STOP, ours=taken.p99, against="call files, at worst", baseline=INTERVAL_MS)
    report.write(TITLE, TEXT + report.table([taken]), scores=[score])


async def _late(stack: Stack) -> list[float]:
    chance = random.Random(SEED)
    async with user_of(stack.api) as user:
        most = int(STOPS * LONGEST_RUN_S * CALLS_PER_MINUTE / 60)
        numbers = [f"{BUSY}8{n:07d}" for n in range(most)]
        campaign = await user.campaign(numbers, prompt=prompt_wav(), calls_per_minute=CALLS_PER_MINUTE)
        stopped: list[tuple[float, float]] = []
        for _ in range(STOPS):
            began_at = time.time()
            await user.activate(campaign)
            await asyncio.sleep(chance.uniform(0.3, LONGEST_RUN_S))
            await _stop(user, str(campaign))
            stopped.append((began_at, time.time()))
            await asyncio.sleep(QUIET_S)
    calls = sorted(invites(stack).values())
    last = [_last(calls, began_at, answered_at + QUIET_S) for began_at, answered_at in stopped]
    return [(at - answered_at) * 1000 for at, (_, answered_at) in zip(last, stopped, strict=True) if at]


async def _stop(user: User, campaign: str) -> None:
    answer = await user.http.post(f"/v1/campaigns/{campaign}/stop")
    if answer.status_code != 200:
        raise RuntimeError(f"the stop was answered {answer.status_code}: {answer.text}")


def _last(calls: list[float], since: float, until: float) -> float | None:
    """The last call between two instants; None where the stop came before the first."""
    return max((at for at in calls if since <= at <= until), default=None)
