"""P1, first ring: from the answer to `activate` to the first INVITE at the carrier."""

import time

from bench.dialled import finished, invites
from bench.report import Measure
from deploy.local.sample_plan import prompt_wav
from deploy.local.stack import Stack
from deploy.local.user import user_of

TITLE = "P1: first ring"
ACTIVATIONS = 30


async def measure(stack: Stack, seconds: int) -> list[Measure]:
    """Activates one campaign of one number after the other."""
    answered: dict[str, float] = {}
    async with user_of(stack.api) as user:
        for n in range(ACTIVATIONS):
            number = f"4930207777{n:05d}"
            campaign = await user.campaign([number], prompt=prompt_wav(), calls_per_minute=60)
            await user.activate(campaign)
            answered[number] = time.time()
            await finished(user, campaign, 30)
    seen = invites(stack)
    waits = [(seen[number] - since) * 1000 for number, since in answered.items()]
    return [Measure(name="first ring", run="Evendial", values_ms=waits, goal="<= 250")]
