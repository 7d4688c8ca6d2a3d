"""The running parts of a stack by name: started, killed, restarted, and ended in order."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Collection

from deploy.local.processes import Process, ProcessFailed

Starter = Callable[[], Awaitable[Process]]

_SERVICE_STOP_S = 2.5
_SERVER_STOP_S = 2.0


class Parts:
    """Child processes, each with the way to start it again."""

    def __init__(self, services: Collection[str]) -> None:
        """`services` are ended before the other parts, on which they stand."""
        self._services = services
        self._starters: dict[str, Starter] = {}
        self._stop_signals: dict[str, signal.Signals] = {}
        self._running: dict[str, Process] = {}

    async def add(self, name: str, starter: Starter, *, stop_signal: signal.Signals = signal.SIGTERM) -> None:
        """Start a new part; `stop_signal` is what makes it end in good order, and soon."""
        self._starters[name] = starter
        self._stop_signals[name] = stop_signal
        await self.start(name)

    async def start(self, name: str) -> None:
        """Start a part that was killed or stopped: same ports, same secrets, same data."""
        self._running[name] = await self._starters[name]()

    def kill(self, name: str) -> None:
        """SIGKILL, as in a power cut."""
        self._running.pop(name).kill()

    def pause(self, name: str) -> None:
        """SIGSTOP: the part does nothing until `resume`, and its connections stay."""
        self._running[name].pause()

    def resume(self, name: str) -> None:
        """SIGCONT after a pause."""
        self._running[name].resume()

    async def restart(self, name: str) -> None:
        """End a part in an orderly way, and start it again."""
        await self._end([name], _SERVICE_STOP_S)
        await self.start(name)

    def process(self, name: str) -> Process:
        """The process of a running part, for its pid and its log."""
        return self._running[name]

    def check(self) -> None:
        """Raises ProcessFailed when a part has ended by itself."""
        for name, process in self._running.items():
            if (code := process.exit_code) is not None:
                raise ProcessFailed(f"{name} ended with status {code}: {process.log_tail()}")

    async def stop(self) -> None:
        """End the services, then the rest; what is deaf is killed. Takes 5 s at most."""
        await self._end([name for name in self._running if name in self._services], _SERVICE_STOP_S)
        await self._end(list(self._running), _SERVER_STOP_S)

    async def _end(self, names: list[str], timeout: float) -> None:
        ending = {name: self._running.pop(name) for name in names if name in self._running}
        await asyncio.gather(
            *(process.stop(self._stop_signals[name], timeout=timeout) for name, process in ending.items())
        )
