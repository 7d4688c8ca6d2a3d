"""A wire between the originator and a real Asterisk that can be cut, or made deaf."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

END = b"\r\n\r\n"


class Proxy:
    """Forwards TCP from a port of its own. `deaf`: Asterisk only answers pings; `frozen`: not even these."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._server: asyncio.Server | None = None
        self._writers: list[asyncio.StreamWriter] = []
        self.deaf = False
        self.frozen = False
        self.port = 0
        self.tap: Callable[[bytes], None] = lambda data: None
        """Hears what Asterisk says, and nothing (`b""`) when it ends a connection."""

    async def start(self) -> None:
        """Listens on loopback."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Listens no more, and cuts."""
        if self._server:
            self._server.close()
        self.cut()
        if self._server:
            await self._server.wait_closed()

    def cut(self) -> None:
        """Resets every connection, on both sides."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
        except ConnectionError:  # Asterisk is down
            writer.close()
            return
        self._writers += [writer, far_writer]
        await asyncio.gather(
            self._pump(reader, far_writer, from_asterisk=False),
            self._pump(far_reader, writer, from_asterisk=True),
        )

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, from_asterisk: bool
    ) -> None:
        unread = b""
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                if from_asterisk:
                    self.tap(data)
                if from_asterisk and self.deaf:
                    *blocks, unread = (unread + data).split(END)
                    data = b"".join(block + END for block in blocks if b"\r\nPing: Pong" in block)
                if not self.frozen:
                    writer.write(data)
        if from_asterisk:
            self.tap(b"")
        writer.close()
