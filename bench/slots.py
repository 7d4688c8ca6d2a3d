"""P2, slot error: how late calls start after their slots."""

from collections.abc import Mapping

from bench import bare
from bench.dialled import finished, invites, slots
from bench.report import Measure
from deploy.local.sample_plan import prompt_wav
from deploy.local.stack import Stack
from deploy.local.user import user_of

TITLE = "P2: slot error"
RATES = ((10, "10/min"), (1200, "20/s"))
BUSY, ANSWERS = "493020", "4930111"


async def measure(stack: Stack, seconds: int) -> list[Measure]:
    """Ours beside a bare timer with a bare AMI connection, callees busy; ours with answered calls too."""
    measures = []
    for rate, name in RATES:
        count = max(rate * seconds // 60, 5)
        goal = "<= 10, never early" if rate > 60 else "<= 50, never early"
        ours = await _ours(stack, BUSY, rate, count)
        bare_ones = await bare.dial(stack, _numbers(BUSY, "8", rate, count), rate)
        measures.append(_measure(name, "Evendial, busy", goal, ours, stack))
        measures.append(_measure(name, "bare timer + AMI, busy", "", bare_ones, stack))
    ours = await _ours(stack, ANSWERS, 1200, 20 * seconds)
    measures.append(_measure("20/s", "Evendial, answered", "<= 10, never early", ours, stack))
    return measures


async def _ours(stack: Stack, prefix: str, rate: int, count: int) -> dict[str, float]:
    async with user_of(stack.api) as user:
        numbers = _numbers(prefix, "9", rate, count)
        campaign = await user.campaign(numbers, prompt=prompt_wav(), calls_per_minute=rate)
        await user.activate(campaign)
        await finished(user, campaign, count * 60 / rate + 60)
        return await slots(user, campaign)


def _numbers(prefix: str, tag: str, rate: int, count: int) -> list[str]:
    return [f"{prefix}{tag}{rate // 100:02d}{n:05d}" for n in range(count)]


def _measure(rate: str, run: str, goal: str, planned: Mapping[str, float], stack: Stack) -> Measure:
    seen = invites(stack)
    slots_in_order = sorted(planned.items(), key=lambda each: each[1])
    late = [(seen[number] - slot) * 1000 for number, slot in slots_in_order if number in seen]
    return Measure(name=f"slot error, {rate}", run=run, values_ms=late, goal=goal)
