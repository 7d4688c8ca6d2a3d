"""The manager interface on a real socket: sessions, their actions, and events to all of them."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress

from deploy.pbx.core.ami_text import END, action_of, text_of
from deploy.pbx.core.effects import Event, Reply
from deploy.pbx.core.session import REFUSED_AFTER_S, Session

LARGEST_ACTION = 1 << 16
UNREAD_BYTES = 3_000_000
"""A session that reads nothing is dropped at about so many: so does Asterisk."""

Take = Callable[["Connection", Mapping[str, str]], None]


class Connection:
    """One client."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.session = Session()
        self.last_words: tuple[Reply | Event, ...] = ()
        """Said once the session is over."""

    def write(self, text: str) -> None:
        """Send, unless the client has gone or reads nothing."""
        if self._writer.transport.get_write_buffer_size() > UNREAD_BYTES:
            self.cut()
        elif not self._writer.is_closing():
            self._writer.write(text.encode())

    def send(self, message: Reply | Event) -> None:
        """Send a message."""
        self.write(text_of(message))

    def cut(self) -> None:
        """Reset the connection."""
        self._writer.transport.abort()

    def close(self) -> None:
        """End it once everything is sent."""
        self._writer.close()


class AmiServer:
    """Listens on loopback; `take` gets each action of each connection."""

    def __init__(self, take: Take, opening: Callable[[], str]) -> None:
        self._take = take
        self._opening = opening
        self._server: asyncio.Server | None = None
        self._connections: set[Connection] = set()

    async def start(self, host: str, port: int) -> None:
        """Listen. Raises OSError."""
        self._server = await asyncio.start_server(self._serve, host, port, limit=LARGEST_ACTION, backlog=100)

    def stop(self, *, cut: bool) -> None:
        """Listen no more and end every connection: reset, or with all that is left to send."""
        if self._server:
            self._server.close()
        for connection in list(self._connections):
            connection.cut() if cut else connection.close()

    def tell(self, event: Event) -> None:
        """Send an event to every session that hears events."""
        text = text_of(event)
        for connection in list(self._connections):
            if connection.session.hears:
                connection.write(text)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(writer)
        self._connections.add(connection)
        connection.write(self._opening())
        try:
            with suppress(OSError, EOFError, asyncio.LimitOverrunError):
                while not connection.session.over:
                    block = await reader.readuntil(END)
                    self._take(connection, action_of(block))
                if not connection.session.logged_in:
                    await asyncio.sleep(REFUSED_AFTER_S)
                for message in connection.last_words:
                    connection.send(message)
        finally:
            self._connections.discard(connection)
            connection.close()
