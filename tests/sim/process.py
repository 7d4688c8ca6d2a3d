"""A process of the simulated world: an event loop of its own that can be paused, killed and set wrong."""

import asyncio
from asyncio import events
from collections.abc import Callable, Coroutine
from contextvars import Context
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Any

from tests.sim.world import World, instant, seconds

NEVER_S = float("inf")
DYING_TURNS = 200


class VirtualLoop(asyncio.BaseEventLoop):
    """asyncio without a selector: only timers and what is ready, at the time of the world.

    `_ready` and `_scheduled` are CPython's own names, the same from 3.11 to 3.14.
    """

    _ready: Any
    _scheduled: Any

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world
        self.connect: Callable[..., tuple[asyncio.Transport, asyncio.BaseProtocol]] | None = None
        self.connecting_s: Callable[[], float] = lambda: 0.0

    def time(self) -> float:
        """Monotonic, the same in all processes: they stand on one host."""
        return self._world.now_s

    def call_soon(  # type: ignore[override]
        self, callback: Any, *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """As the base class does it, without its checks: this is where a simulation spends its time."""
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def call_at(  # type: ignore[override]
        self, when: float, callback: Any, *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """The same."""
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        heappush(self._scheduled, timer)
        timer._scheduled = True  # type: ignore[attr-defined]
        return timer

    def call_later(  # type: ignore[override]
        self, delay: float, callback: Any, *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """The same."""
        return self.call_at(self._world.now_s + delay, callback, *args, context=context)

    def wakes_s(self) -> float:
        """When there is something to do."""
        if self._ready:
            return 0.0
        scheduled = self._scheduled
        while scheduled and scheduled[0]._cancelled:
            heappop(scheduled)._scheduled = False
        return float(scheduled[0]._when) if scheduled else NEVER_S

    def turn(self, now_s: float) -> None:
        """Runs what is due, as `BaseEventLoop._run_once` does, until nothing is."""
        scheduled, ready = self._scheduled, self._ready
        while True:
            while scheduled and scheduled[0]._when <= now_s:
                handle = heappop(scheduled)
                handle._scheduled = False
                ready.append(handle)
            if not ready:
                return
            for _ in range(len(ready)):
                handle = ready.popleft()
                if not handle._cancelled:
                    handle._run()

    async def create_connection(  # type: ignore[override]
        self, protocol_factory: Callable[[], asyncio.BaseProtocol], host: str, port: int, **_: object
    ) -> tuple[asyncio.Transport, asyncio.BaseProtocol]:
        """Over the simulated network; raises `ConnectionRefusedError`."""
        await asyncio.sleep(self.connecting_s())
        assert self.connect, "this process connects to nothing"
        return self.connect(protocol_factory, host, port)

    def _process_events(self, event_list: object) -> None:
        raise AssertionError("there is no selector")

    def _write_to_self(self) -> None:
        raise AssertionError("there are no threads")


class Process:
    """One life of a service: `killed` is kill -9, `paused` SIGSTOP, `skew` how wrong its wall clock is."""

    def __init__(self, world: World, name: str) -> None:
        self.world = world
        self.name = name
        self.alive = True
        self.paused = False
        self.wakes_s = 0.0
        self.skew = timedelta()
        self.on_clock_set: list[Callable[[], None]] = []
        self.loop = VirtualLoop(world)
        self.loop.set_exception_handler(self._note_failure)
        world.processes.append(self)

    def now(self) -> datetime:
        """Its wall clock."""
        return self.world.now + self.skew

    def world_s(self, at: datetime) -> float:
        """When its wall clock will show this, in seconds of the world."""
        return seconds(at - self.skew)

    def start(self, main: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Runs `main` from its next turn on; what `main` raises is a violation."""
        task = self.loop.create_task(main)
        self._wake()
        task.add_done_callback(self._ended)
        return task

    def call(self, function: Callable[..., object], *arguments: object) -> None:
        """From outside: what the kernel would wake the process for. The dead hear nothing."""
        if self.alive:
            self.loop.call_soon(function, *arguments)
            self._wake()

    def turn(self) -> None:
        """What it does at this instant."""
        global _current
        before, _current = _current, self
        events._set_running_loop(self.loop)
        try:
            self.loop.turn(self.world.now_s)
        finally:
            events._set_running_loop(None)
            _current = before
            self.wakes_s = self.loop.wakes_s()

    def dies(self) -> None:
        """Its waits are over at once: used to end what is left of it."""
        for handle in self.loop._scheduled:
            handle._when = self.world.now_s
        self.turn()

    def pause(self, for_s: float) -> None:
        """SIGSTOP, then SIGCONT: nothing of it runs, time goes on."""
        if self.paused or not self.alive:
            return
        self.paused, self.wakes_s = True, NEVER_S
        self.world.after(for_s, self._go_on)

    def set_clock(self, skew: timedelta) -> None:
        """Somebody sets its wall clock; its monotonic clock goes on."""
        self.skew = skew
        for hear in list(self.on_clock_set):
            self.call(hear)

    def kill(self) -> None:
        """kill -9: from here on nothing that it does reaches anybody."""
        if not self.alive:
            return
        self.alive = False
        self.world.processes.remove(self)
        _bury(self)

    def _go_on(self) -> None:
        self.paused = False
        self._wake()

    def _wake(self) -> None:
        if not self.paused:
            self.wakes_s = self.world.now_s

    def _ended(self, task: "asyncio.Task[None]") -> None:
        if self.alive and not task.cancelled() and (error := task.exception()):
            self.world.note("violation", f"{self.name} ended with {error!r}")

    def _note_failure(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if self.alive:
            self.world.note(
                "violation", f"{self.name}: {context.get('message')} {context.get('exception')!r}"
            )


_current: Process | None = None


def current() -> Process:
    """The process whose code runs now."""
    assert _current, "no process runs"
    return _current


def _bury(process: Process) -> None:
    """Ends its coroutines, so that nothing of it is left; whatever they do meanwhile has no effect."""
    for task in asyncio.all_tasks(process.loop):
        task.cancel()
    for _ in range(DYING_TURNS):
        process.dies()
        if not asyncio.all_tasks(process.loop):
            break
    for task in asyncio.all_tasks(process.loop):
        task._log_destroy_pending = False  # type: ignore[attr-defined]
    process.loop.close()


__all__ = ["Process", "VirtualLoop", "current", "instant"]
