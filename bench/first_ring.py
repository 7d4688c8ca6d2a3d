"""P1, first ring: from the answer to `activate` to the first INVITE at the carrier."""

import time

from bench import goals, report
from bench.dialled import INVITES, finished, invites
from bench.report import Measure
from bench.summary import Score
from deploy.local.asterisk_fetch import find_asterisk
from deploy.local.sample_plan import prompt_wav
from deploy.local.stack import Stack, local_stack
from deploy.local.user import user_of

TITLE = "P1: first ring"
ACTIVATIONS = 50
ORIGIN_MEAN_MS = 150_000.0
TEXT = f"""{INVITES}
One campaign of one number after the other is activated; the trunk is free. The origin's cron job ran
every 300 s: a campaign waited for {ORIGIN_MEAN_MS / 1000:g} s on the average (calculated, not waited
for).

"""


async def measure() -> None:
    """All activations, printed and written."""
    async with local_stack(find_asterisk(progress=print)) as stack:
        taken = Measure(name="first ring", run="Evendial", values_ms=await _waits(stack), goal="<= 250")
    report.say(taken)
    score = Score(goal=goals.FIRST_RING, ours=taken.p99, against="the origin's mean", baseline=ORIGIN_MEAN_MS)
    report.write(TITLE, TEXT + report.table([taken]), scores=[score])


async def _waits(stack: Stack) -> list[float]:
    answered: dict[str, float] = {}
    async with user_of(stack.api) as user:
        for n in range(ACTIVATIONS):
            number = f"4930207777{n:05d}"
            campaign = await user.campaign([number], prompt=prompt_wav(), calls_per_minute=60)
            await user.activate(campaign)
            answered[number] = time.time()
            await finished(user, campaign, 30)
    seen = invites(stack)
    return [(seen[number] - since) * 1000 for number, since in answered.items()]
