"""Loopback ports that no other stack of this user takes, and that no outgoing connection can steal.

Ports lie below the kernel's ephemeral range (from 32768 on), in blocks; a block belongs to the process that
holds its lock file, and the kernel drops the lock when that process dies. Single ports and runs of neighbours
have an area each: singles taken here and there would leave no run between them.
"""

import fcntl
import random
import socket
from pathlib import Path
from typing import IO

from deploy.local.folders import runs_folder

_BLOCK = 50
_SINGLES = range(20_000, 24_000, _BLOCK)
_RUNS = range(24_000, 32_700, _BLOCK)
_SHORT_BLOCKS = 2


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
                self._singles = list(self._take(_SINGLES, 1))
            port = self._singles.pop()
            if _is_free(port):
                return port

    def neighbours(self, count: int) -> range:
        """`count` ports in a row, rounded up to whole blocks: for RTP, where a busy port is skipped."""
        return self._take(_RUNS, -(-count // _BLOCK), scattered=False)

    def close(self) -> None:
        """Give all ports back."""
        for lock in self._locks:
            lock.close()
        self._locks.clear()
        self._singles.clear()

    def _take(self, area: range, blocks: int, *, scattered: bool = True) -> range:
        """So many blocks in a row, at a multiple of their length.

        Where they are not `scattered`, long runs come from one end and short ones from the other, so that
        those do not lie between these.
        """
        places = [area[at : at + blocks] for at in range(0, len(area) - blocks + 1, blocks)]
        if scattered:
            random.shuffle(places)
        elif blocks > _SHORT_BLOCKS:
            places.reverse()
        for place in places:
            if self._lock(place):
                return range(place[0], place[-1] + _BLOCK)
        raise NoFreePort(
            f"no {blocks * _BLOCK} neighbouring ports are free from {area[0]} to {area[-1] + _BLOCK}"
        )

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
