"""The agi service's end of FastAGI, moved by hand: each answered call is a session that a test speaks on."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from tests.waiting import until


class AgiSession:
    """One call. Lines come as Asterisk sent them, HANGUP among them."""

    def __init__(self, header: Mapping[str, str], writer: asyncio.StreamWriter) -> None:
        self.header = header
        self.lines: list[str] = []
        self.over = False
        self._writer = writer

    async def say(self, *commands: str) -> list[str]:
        """The first line of each answer, one command after the other."""
        return [await self._ask(command) for command in commands]

    def send(self, command: str) -> None:
        """Do not wait for the answer."""
        self._writer.write(f"{command}\n".encode())

    async def line(self, start: str, *, timeout: float = 5.0) -> str:
        """The next line that starts so."""
        before = len(self.lines)
        found = await until(lambda: [x for x in self.lines[before:] if x.startswith(start)], timeout=timeout)
        return found[0]

    async def heard(self, text: str, *, timeout: float = 5.0) -> None:
        """Wait until that line has come, now or earlier."""
        await until(lambda: text in self.lines, timeout=timeout)

    def close(self) -> None:
        """End the connection."""
        self._writer.close()

    def abort(self) -> None:
        """Reset it, as a killed server does."""
        self._writer.transport.abort()

    async def _ask(self, command: str) -> str:
        before = len(self.lines)
        self.send(command)
        answers = await until(lambda: [x for x in self.lines[before:] if x[:1].isdigit()], timeout=5)
        if answers[0].startswith("520-"):
            await until(lambda: self.lines[-1].startswith("520 "), timeout=5)
        return answers[0]


class AgiServer:
    """Listens where the dialplan calls."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._sessions: dict[str, AgiSession] = {}
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Take calls."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)

    async def stop(self) -> None:
        """Take no more; end those that there are."""
        if self._server:
            self._server.close()
            self._server = None
        for session in self._sessions.values():
            session.close()

    async def session(self, channel_id: str) -> AgiSession:
        """The session of that call, once it is answered."""
        await until(lambda: channel_id in self._sessions)
        return self._sessions[channel_id]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        header: dict[str, str] = {}
        with suppress(OSError):
            while line := (await reader.readline()).decode().rstrip("\n"):
                name, _, value = line.partition(": ")
                header[name] = value
            session = AgiSession(header, writer)
            self._sessions[header["agi_uniqueid"]] = session
            while line := (await reader.readline()).decode().rstrip("\n"):
                session.lines.append(line)
            session.over = True
