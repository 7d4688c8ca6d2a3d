"""Loopback ports that no other stack of this user takes, and that no outgoing connection can steal.

Ports lie below the kernel's ephemeral range (from 32768 on), in blocks; a block belongs to the process that
holds its lock file, and the kernel drops the lock when that process dies.
"""

import fcntl
import random
import socket
from pathlib import Path
from typing import IO

from deploy.local.folders import runs_folder

_FIRST, _LAST = 20_000, 32_700
_BLOCK = 50


class NoFreePort(Exception):
    """Every block of ports is taken by other stacks on this machine."""


class Ports:
    """Hands out ports for one stack; `close` gives them all back."""

    def __init__(self) -> None:
        self._locks: list[IO[str]] = []
        self._singles: list[int] = []
        folder = runs_folder() / "ports"
        folder.mkdir(exist_ok=True)
        self._folder = folder

    def one(self) -> int:
        """A port that is free for TCP and UDP on 127.0.0.1."""
        while True:
            if not self._singles:
                self._singles = list(self.neighbours(_BLOCK))
            port = self._singles.pop()
            if _is_free(port):
                return port

    def neighbours(self, count: int) -> range:
        """`count` ports in a row, rounded up to whole blocks: for RTP, where a busy port is skipped."""
        blocks = -(-count // _BLOCK)
        starts = list(range(_FIRST, _LAST - blocks * _BLOCK, _BLOCK))
        for start in random.sample(starts, len(starts)):
            if self._lock(range(start, start + blocks * _BLOCK, _BLOCK)):
                return range(start, start + blocks * _BLOCK)
        raise NoFreePort(f"no {count} neighbouring ports are free between {_FIRST} and {_LAST}")

    def close(self) -> None:
        """Give all ports back."""
        for lock in self._locks:
            lock.close()
        self._locks.clear()
        self._singles.clear()

    def _lock(self, starts: range) -> bool:
        taken: list[IO[str]] = []
        for start in starts:
            if (lock := _try_lock(self._folder / str(start))) is None:
                for other in taken:
                    other.close()
                return False
            taken.append(lock)
        self._locks += taken
        return True


def _try_lock(path: Path) -> IO[str] | None:
    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True
