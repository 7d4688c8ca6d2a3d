"""A wake-up call for a loop."""

import asyncio

from evendial_chassis.run import Stop


class Bell:
    """Rung when there is something to do; a ring while the loop works is not lost."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wakes who waits, or lets the next wait return at once."""
        self._rung.set()

    async def wait(self, stop: Stop, at_most_s: float) -> None:
        """Returns when rung, when told to stop, or after so long."""
        waiting = [asyncio.ensure_future(self._rung.wait()), asyncio.ensure_future(stop.wait())]
        try:
            await asyncio.wait(waiting, timeout=at_most_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiting:
                each.cancel()
        self._rung.clear()
