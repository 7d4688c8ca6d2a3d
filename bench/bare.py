"""The floor: a bare asyncio timer and a bare AMI connection, with nothing durable before a call."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress

from deploy.local.ami import AmiSession
from deploy.local.stack import Stack
from deploy.local.user import CALLER_ID


async def dial(stack: Stack, numbers: Sequence[str], calls_per_minute: int) -> dict[str, float]:
    """Originates each number at its slot; the slots, in Unix seconds."""
    assert stack.telephony
    session = await AmiSession.open(stack.telephony.dialer.ami)
    reading = asyncio.ensure_future(_read(session))
    loop, gap = asyncio.get_running_loop(), 60 / calls_per_minute
    start, origin = time.time() + 0.5, loop.time() + 0.5
    for position, number in enumerate(numbers):
        loop.call_at(origin + position * gap, _originate, session, number)
    await asyncio.sleep(0.5 + len(numbers) * gap + 2)
    reading.cancel()
    await session.close()
    return {number: start + position * gap for position, number in enumerate(numbers)}


def order(number: str, who: str) -> dict[str, str]:
    """The fields of an originate."""
    return {
        "Channel": f"PJSIP/{number}@carrier",
        "Context": "evendial",
        "Exten": "s",
        "Priority": "1",
        "CallerID": CALLER_ID,
        "Timeout": "10000",
        "Async": "true",
        "ActionID": f"{who}-{number}",
        "ChannelId": f"{who}-{number}",
    }


def _originate(session: AmiSession, number: str) -> None:
    session.send("Originate", **order(number, "bare"))


async def _read(session: AmiSession) -> None:
    with suppress(EOFError):
        await session.receive(lambda message: False, timeout=86_400)
