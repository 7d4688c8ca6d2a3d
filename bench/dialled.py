"""A campaign on the running stack, and what the carrier wrote down about its calls."""

import asyncio
import time
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from deploy.local.carrier import read_record
from deploy.local.sample_plan import prompt_wav
from deploy.local.stack import Stack
from deploy.local.user import User, user_of

INVITES = """The time of a call is the INVITE as the carrier's own record has it (same host clock; the
carrier is a second Asterisk); a slot error below 0 would be a call that came early."""


async def finished(user: User, campaign: UUID, deadline_s: float) -> None:
    """Waits for the end of a campaign, asking rarely so that it does not disturb."""
    deadline = time.monotonic() + deadline_s
    while (await user.progress(campaign))["status"] != "finished":
        if time.monotonic() > deadline:
            raise TimeoutError(f"campaign {campaign} was not finished in {deadline_s} s")
        await asyncio.sleep(1)


async def slots(user: User, campaign: UUID) -> dict[str, float]:
    """The slot of each number, in Unix seconds."""
    calls = await user.calls(campaign)
    return {call["e164"]: datetime.fromisoformat(call["slot_at"]).timestamp() for call in calls}


async def on_slot(
    stack: Stack, numbers: Sequence[str], calls_per_minute: int, **rules: Any
) -> dict[str, float]:
    """Calls these numbers with a campaign of their own; the slot of each, in Unix seconds."""
    async with user_of(stack.api) as user:
        rules |= {"calls_per_minute": calls_per_minute}
        campaign = await user.campaign(numbers, prompt=prompt_wav(), **rules)
        await user.activate(campaign)
        await finished(user, campaign, len(numbers) * 60 / calls_per_minute + 60)
        return await slots(user, campaign)


def late_ms(seen: Mapping[str, float], planned: Mapping[str, float]) -> list[float]:
    """How long after its slot each call began, in the order of the slots; without those that never began."""
    in_order = sorted(planned.items(), key=lambda each: each[1])
    return [(seen[number] - slot) * 1000 for number, slot in in_order if number in seen]


def calls_to(stack: Stack, numbers: Collection[str]) -> list[tuple[str, float]]:
    """Every call to one of these that the carrier took up: the number, and when, in Unix seconds."""
    assert stack.telephony
    wanted, record = set(numbers), read_record(stack.telephony.record)
    return [(call.number, call.started_at.timestamp()) for call in record if call.number in wanted]


def invites(stack: Stack) -> dict[str, float]:
    """When the carrier took up the call to each number, in Unix seconds."""
    assert stack.telephony
    record = read_record(stack.telephony.record)
    return {call.number: call.started_at.timestamp() for call in record}
