"""One child process: in a session of its own, with a log file, gone when its parent is gone."""

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class ProcessFailed(Exception):
    """A child ended, or did not become ready in time; the message ends with the tail of its log."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """The system user that a child runs as (only root can choose)."""

    uid: int
    gid: int


class Process:
    """A started child. Make it with `start`, end it with `stop` (or `kill` for a fault test)."""

    def __init__(self, name: str, popen: subprocess.Popen[bytes], log: Path) -> None:
        self.name = name
        self.log = log
        self._popen = popen

    @classmethod
    def start(
        cls,
        argv: Sequence[str | Path],
        *,
        name: str,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        account: Account | None = None,
        orphan_signal: signal.Signals = signal.SIGKILL,
    ) -> "Process":
        """Start `argv`; its output is appended to `log`. `orphan_signal` reaches it when this process dies.

        The kernel ties that signal to the thread that starts the child: start children from the main thread.
        """
        log.touch(mode=0o600)
        with log.open("ab") as output:
            popen = subprocess.Popen(
                [os.fspath(part) for part in argv],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=None if env is None else dict(env),
                cwd=cwd,
                start_new_session=True,
                preexec_fn=_tie_to_parent(os.getpid(), orphan_signal),
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )
        return cls(name, popen, log)

    @property
    def pid(self) -> int:
        """The process id; also the id of its process group."""
        return self._popen.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative = ended by that signal."""
        return self._popen.poll()

    async def until_ready(
        self, condition: Callable[[], Awaitable[bool]], *, timeout: float = 20.0, every: float = 0.02
    ) -> None:
        """Wait until `condition` holds; ProcessFailed when the child ends first or `timeout` s pass.

        Whatever keeps it from getting ready (a cancelled wait, too), nothing of it is left running.
        """
        try:
            await self._until(condition, time.monotonic() + timeout, every)
        except BaseException:
            self.kill()
            raise

    async def stop(self, number: signal.Signals = signal.SIGTERM, *, timeout: float = 5.0) -> int:
        """Ask it to end, kill its group after `timeout` s, and return the exit code."""
        if self.exit_code is None:
            self._popen.send_signal(number)
        try:
            await asyncio.to_thread(self._popen.wait, timeout)
        except subprocess.TimeoutExpired:
            self._kill_group()
        return await asyncio.to_thread(self._popen.wait)

    def kill(self) -> None:
        """SIGKILL to the whole group, and wait for the end: what a power cut does to it."""
        self._kill_group()
        self._popen.wait()

    def pause(self) -> None:
        """SIGSTOP to it and all that it has started: it holds everything and does nothing."""
        for pid in self._family():
            os.kill(pid, signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT: it goes on, and finds that time has passed."""
        for pid in self._family():
            os.kill(pid, signal.SIGCONT)

    def log_tail(self, characters: int = 2000) -> str:
        """The end of the log, for an error message."""
        text = self.log.read_text(errors="replace").strip() if self.log.exists() else ""
        return f"…{text[-characters:]}" if len(text) > characters else text or "(its log is empty)"

    async def _until(self, condition: Callable[[], Awaitable[bool]], deadline: float, every: float) -> None:
        while not await condition():
            if self.exit_code is not None:
                raise ProcessFailed(f"{self.name} ended with status {self.exit_code}: {self.log_tail()}")
            if time.monotonic() > deadline:
                raise ProcessFailed(f"{self.name} was not ready in time: {self.log_tail()}")
            await asyncio.sleep(every)

    def _family(self) -> list[int]:
        """Its process id and those of its descendants: Postgres' backends have sessions of their own."""
        parents = {int(stat.parent.name): _parent_of(stat) for stat in Path("/proc").glob("[0-9]*/stat")}
        family = [self.pid]
        for pid in family:
            family += [child for child, parent in parents.items() if parent == pid]
        return family

    def _kill_group(self) -> None:
        if self.exit_code is None:  # once it is reaped, its id may belong to somebody else
            os.killpg(self.pid, signal.SIGKILL)


def _parent_of(stat: Path) -> int | None:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None  # it has ended meanwhile


def _tie_to_parent(parent: int, number: signal.Signals) -> Callable[[], None]:
    def in_child() -> None:
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:
            os._exit(1)

    return in_child
