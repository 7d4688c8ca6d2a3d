"""A carrier that answers 503 for two minutes: what it costs, and when the full pace is back."""

import asyncio
import time
from collections import Counter
from uuid import UUID

from bench import report
from deploy.local.asterisk_fetch import find_asterisk
from deploy.local.carrier import CarrierCall, read_record
from deploy.local.sample_plan import prompt_wav
from deploy.local.stack import Stack, local_stack
from deploy.local.user import User, user_of

TITLE = "Trunk: 503 for two minutes"
CALLS_PER_SECOND = 20
BEFORE_S = 10.0
DEAD_S = 120.0
AFTER_S = 75.0
SETTLED_S = 3.0
NUMBERS = "493016"
Q850_NO_CIRCUIT = 34
TEXT = f"""A campaign of {CALLS_PER_SECOND} calls/s; its carrier answers 503 for {DEAD_S:g} s, then carries
calls again (they ring and are busy). Counted at the carrier. The full pace is back when two seconds in a row
have {CALLS_PER_SECOND} calls. Goals: fewer than 30 calls sent into it, no attempt used up, back within 60 s,
and in no second more than 1.1 times the planned calls and one more.

| sent while dead | attempts used up by it | full pace back after s | most in 1 s after it |
|---|---|---|---|
"""


async def measure() -> None:
    """One run, printed and written."""
    async with local_stack(find_asterisk(progress=print)) as stack:
        row = await _run(stack)
    print(f"{TEXT}{row}", flush=True)
    report.write(TITLE, TEXT + row)


async def _run(stack: Stack) -> str:
    async with user_of(stack.api) as user:
        device = await user.device(calls_per_second=CALLS_PER_SECOND)
        most = int((BEFORE_S + AFTER_S) * CALLS_PER_SECOND)
        numbers = [f"{NUMBERS}{n:08d}" for n in range(most)]
        rules = {"calls_per_minute": 60 * CALLS_PER_SECOND, "retry_delay_s": 3600}
        campaign = await user.campaign(numbers, prompt=prompt_wav(), device_id=device, **rules)
        await user.activate(campaign)
        await asyncio.sleep(BEFORE_S)
        await _out_of_order(stack, "yes")
        await asyncio.sleep(DEAD_S)
        await _out_of_order(stack, "no")
        mended_at = time.time()
        await asyncio.sleep(AFTER_S)
        await user.stop(campaign)
        await asyncio.sleep(SETTLED_S)
        used_up = await _used_up(user, campaign)
    assert stack.telephony
    calls = read_record(stack.telephony.record)
    refused = sum(call.hangup_cause == Q850_NO_CIRCUIT for call in calls)
    return f"| {refused} | {used_up} | {_back_after(calls, mended_at)} | {_most(calls, mended_at)} |\n"


async def _out_of_order(stack: Stack, yes_or_no: str) -> None:
    assert stack.telephony
    await stack.telephony.carrier.cli(f"dialplan set global OUT_OF_ORDER {yes_or_no}")


async def _used_up(user: User, campaign: UUID) -> int:
    """Numbers whose call found no way and that do not wait to be called again as if it had not been."""
    refused = [call["disposition"] for call in await user.calls(campaign)].count("congestion")
    waiting: int = (await user.progress(campaign))["states"]["waiting_retry"]
    return refused - waiting


def _seconds(calls: list[CarrierCall], since: float) -> Counter[int]:
    """How many calls began in each second from then on."""
    return Counter(int(at - since) for call in calls if (at := call.started_at.timestamp()) >= since)


def _back_after(calls: list[CarrierCall], mended_at: float) -> str:
    counted = _seconds(calls, mended_at)
    full = CALLS_PER_SECOND - 1  # a call at the edge falls into the next second
    back = (s for s in range(int(AFTER_S)) if counted[s] >= full and counted[s + 1] >= full)
    return str(next(back, "not at all"))


def _most(calls: list[CarrierCall], since: float) -> int:
    starts = sorted(at for call in calls if (at := call.started_at.timestamp()) >= since)
    return max(sum(start <= at < start + 1 for at in starts) for start in starts)
