"""Whether the database answers; who waits for it is let go when it does not."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

GRACE_S = 0.7
"""A connection that was lost alone is back by then, and nobody is turned away for it."""


class Pulse:
    """Told by the one connection that is watched, asked by everybody who waits."""

    def __init__(self) -> None:
        self._silent = False
        self._waiting: set[asyncio.Future[None]] = set()

    def found(self) -> None:
        """The database answers."""
        self._silent = False

    def lost(self) -> None:
        """It does not; who waits is let go unless it answers again soon."""
        if not self._silent:
            self._silent = True
            for each in self._waiting:
                self._let_go_soon(each)

    @contextmanager
    def waiting(self) -> Iterator[asyncio.Future[None]]:
        """A future that is done when there is no point in waiting on."""
        let_go = asyncio.get_running_loop().create_future()
        self._waiting.add(let_go)
        if self._silent:
            self._let_go_soon(let_go)
        try:
            yield let_go
        finally:
            self._waiting.discard(let_go)
            let_go.cancel()

    def _let_go_soon(self, waiting: asyncio.Future[None]) -> None:
        waiting.get_loop().call_later(GRACE_S, self._let_go, waiting)

    def _let_go(self, waiting: asyncio.Future[None]) -> None:
        if self._silent and not waiting.done():
            waiting.set_result(None)
