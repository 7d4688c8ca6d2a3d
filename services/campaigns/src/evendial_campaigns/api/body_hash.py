"""A request's body on its way in, hashed as it passes."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Any

from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.types import Receive

from evendial_campaigns.api.raw_body import SenderLeft

AtEnd = Callable[[bytes], Awaitable[None]]


async def _nothing(_: bytes) -> None:
    pass


class HashedBody:
    """What `receive` gives. `at_end` is told the digest before the last piece is passed on."""

    def __init__(self, receive: Receive, hash: hmac.HMAC, limit: int | None) -> None:
        self.at_end: AtEnd = _nothing
        self.digest = b""
        self._receive = receive
        self._hash = hash
        self._limit = limit
        self._bytes = 0
        self._kept: bytes | None = None

    async def receive(self) -> Any:
        """The next piece."""
        message = await self._receive()
        if message["type"] == "http.request" and not self.digest:
            self._bytes += len(message["body"])
            self._hash.update(message["body"])
            if not message.get("more_body"):
                digest = self._hash.digest()
                await self.at_end(digest)
                self.digest = digest
        return message

    async def drain(self) -> None:
        """Reads what nobody has read. Raises `SenderLeft`, and `RequestEntityTooLarge` beyond the limit."""
        while not self.digest:
            await self._next()

    async def read_all(self) -> None:
        """Reads the whole body and keeps it for `replay`; fails like `drain`."""
        pieces: list[bytes] = []
        while not self.digest:
            pieces.append(await self._next())
        self._kept = b"".join(pieces)

    async def replay(self) -> Any:
        """The body that was read, then whatever follows it."""
        if self._kept is None:
            return await self._receive()
        kept, self._kept = self._kept, None
        return {"type": "http.request", "body": kept, "more_body": False}

    async def _next(self) -> bytes:
        message = await self.receive()
        if message["type"] != "http.request":
            raise SenderLeft("The connection ended before the body did.")
        if self._limit is not None and self._bytes > self._limit:
            raise RequestEntityTooLarge
        body: bytes = message["body"]
        return body
