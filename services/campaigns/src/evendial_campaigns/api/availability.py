"""Every request is answered, even when the database has gone silent behind it."""

import asyncio
from typing import Any

from evendial_chassis.database import TRANSIENT
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from evendial_campaigns.api.raw_body import PATIENCE_S
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.pulse import Pulse


class DatabaseSilent(TimeoutError):
    """Nothing came from the database for so long that waiting on makes no sense; the request was cut."""


assert issubclass(DatabaseSilent, TRANSIENT), "it is answered like any other outage of the database"


class Availability:
    """Cuts requests that wait for a silent database, and senders who have stopped sending.

    A list or a sound file that is on its way in is not cut: the database has until its own deadlines then.
    """

    def __init__(self, app: ASGIApp, pulse: Pulse, small_body: int) -> None:
        self._app = app
        self._pulse = pulse
        self._small_body = small_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The cut task is not waited for: it holds a connection until the database is back."""
        limit = scope["route_handler"].resolve_request_max_body_size()  # type: ignore[union-attr]
        exchange = _Exchange(receive, send, stays=limit is None or limit > self._small_body)
        work: asyncio.Future[None] = asyncio.ensure_future(self._app(scope, exchange.receive, exchange.send))
        work.add_done_callback(_forget_failure)
        try:
            with self._pulse.waiting() as let_go:
                await asyncio.wait({work, let_go}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done() and exchange.may_be_cut:
                exchange.cut = True
                raise DatabaseSilent
            await work
        finally:
            work.cancel()


class _Exchange:
    """One request and its answer, as they pass."""

    def __init__(self, receive: Receive, send: Send, *, stays: bool) -> None:
        self.cut = False
        self.may_be_cut = True
        self._receive = receive
        self._send = send
        self._stays = stays
        self._answering = False

    async def receive(self) -> Any:
        """From the sender, who is given up when nothing comes."""
        if self._answering:
            return await self._receive()
        self.may_be_cut = not self._stays
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self._receive()
        except TimeoutError:
            raise Rejected("too_slow", f"Nothing came for {PATIENCE_S:g} s; nothing was kept.") from None

    async def send(self, message: Message) -> None:
        """To the sender, unless somebody else has answered meanwhile."""
        if not self.cut:
            self._answering, self.may_be_cut = True, False
            await self._send(message)


def _forget_failure(work: asyncio.Future[None]) -> None:
    if not work.cancelled():
        work.exception()
