"""A campaign on the running stack, and what the carrier wrote down about its calls."""

import asyncio
import time
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from deploy.local.carrier import read_record
from deploy.local.stack import Stack
from deploy.local.user import User


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
