# mypy: allow-untyped-calls
"""What a first program with panoramisk does: an originate is awaited before the next one is sent."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress

from panoramisk.manager import Manager

from bench.bare import order
from deploy.local.stack import Stack


class _Closable(Manager):
    """Else it would connect again once it is closed."""

    def connection_lost(self, exc: Exception | None) -> None:
        pass


async def dial(stack: Stack, numbers: Sequence[str], calls_per_minute: int) -> dict[str, float]:
    """Originates each number at its slot, or when the one before is answered; the slots, in Unix seconds.

    What was not sent when the last slot is over is never sent.
    """
    assert stack.telephony
    access = stack.telephony.dialer.ami
    manager = _Closable(
        host=access.host,
        port=access.port,
        username=access.user,
        secret=access.secret,
        forgetable_actions=("ping", "login", "originate"),
    )
    await manager.connect()
    await asyncio.sleep(1)
    start, gap = time.time() + 0.5, 60 / calls_per_minute
    planned = {number: start + position * gap for position, number in enumerate(numbers)}
    with suppress(TimeoutError):
        async with asyncio.timeout(0.5 + len(numbers) * gap):
            for number, slot in planned.items():
                await asyncio.sleep(max(0.0, slot - time.time()))
                await manager.send_action({"Action": "Originate", **order(number, "awaited")})
    manager.close()
    await asyncio.sleep(2)
    return planned
