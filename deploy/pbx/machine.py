"""The model at work: inputs in, effects out, and a timer for what time alone brings."""

import asyncio
import time
from collections.abc import Callable

from msgspec.structs import replace

from deploy.pbx.core import asterisk
from deploy.pbx.core.effects import Effect, Turn
from deploy.pbx.core.state import Carrier, Channel, Pbx, Setup

Input = Callable[[Pbx, float], Turn]
Carry = Callable[[Effect], None]


class Machine:
    """One simulated Asterisk of this process. `carry` gets every effect, in order."""

    def __init__(self, setup: Setup, carrier: Carrier, carry: Carry) -> None:
        self._carry = carry
        self._timer: asyncio.TimerHandle | None = None
        self._began = time.time() - time.monotonic()  # a clock that is set meanwhile moves no call
        self.pbx = asterisk.boot(setup, carrier, self.now())
        self._set_timer()

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._began + time.monotonic()

    def put(self, act: Input) -> None:
        """What has become due by now, then this."""
        now = self.now()
        self._take(asterisk.tick(self.pbx, now))
        self._take(act(self.pbx, now))
        self._set_timer()

    def put_to(self, channel_id: str, act: Callable[[Pbx, Channel, float], Turn]) -> None:
        """The same for one channel, if there still is such."""

        def of_channel(pbx: Pbx, now: float) -> Turn:
            channel = pbx.channels.get(channel_id)
            return act(pbx, channel, now) if channel else (pbx, ())

        self.put(of_channel)

    def set_up(self, setup: Setup, carrier: Carrier) -> None:
        """From now on, for calls to come."""
        self.put(lambda pbx, now: (replace(pbx, setup=setup, carrier=carrier), ()))

    def stop(self) -> None:
        """As a power cut: nothing is told of what was up, but the carrier writes down that it ended."""
        if self._timer:
            self._timer.cancel()
        _, cut = asterisk.killed(self.pbx, self.now())
        for wire in cut:
            self._carry(wire)
        self.pbx = replace(self.pbx, queued=(), channels={})

    def _take(self, turn: Turn) -> None:
        self.pbx, effects = turn
        for effect in effects:
            self._carry(effect)

    def _set_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if (due_at := asterisk.due_at(self.pbx)) is not None:
            delay_s = max(0.0, due_at - self.now())
            self._timer = asyncio.get_running_loop().call_later(delay_s, self._on_timer)

    def _on_timer(self) -> None:
        self.put(lambda pbx, now: (pbx, ()))
