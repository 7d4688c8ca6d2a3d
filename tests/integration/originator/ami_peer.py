"""A scripted Asterisk manager on a real socket: it remembers every action that reached it."""

import asyncio
from collections.abc import Mapping

Action = Mapping[str, str]

BOOTED = "Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n"


class AmiPeer:
    """Answers like Asterisk 22; the switches make it worse."""

    def __init__(self) -> None:
        self.actions: list[Action] = []
        self.connections = 0
        self.password = "secret"
        self.booted = True
        self.answering = True
        self.boot_time = "12:00:00"
        self.channels: list[str] = []
        self.served: set[str] = set()
        self.silent_about: set[str] = set()
        self.errors: dict[str, str] = {}
        self.port = 0
        self._server: asyncio.Server | None = None
        self._writers: list[asyncio.StreamWriter] = []

    async def start(self, port: int = 0) -> None:
        """Listens on loopback; the same port again after `stop`."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port or self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stops listening and cuts every connection."""
        self.cut()
        if self._server:
            self._server.close()
            await self._server.wait_closed()

    def cut(self) -> None:
        """Resets every connection."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def pause_reading(self) -> None:
        """Takes nothing more from the connections, as a process that is stopped would."""
        for writer in self._writers:
            writer.transport.pause_reading()  # type: ignore[attr-defined]

    def say(self, text: str | bytes) -> None:
        """Sends raw text to every connection."""
        for writer in self._writers:
            writer.write(text.encode() if isinstance(text, str) else text)

    def event(self, name: str, **fields: str) -> None:
        """Sends an event to every connection."""
        lines = [f"Event: {name}", *(f"{key}: {value}" for key, value in fields.items())]
        self.say("\r\n".join(lines) + "\r\n\r\n")

    def sent(self, action: str) -> list[Action]:
        """The actions of that name that reached us, over all connections."""
        return [each for each in self.actions if each["Action"] == action]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.append(writer)
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        try:
            while True:
                block = await reader.readuntil(b"\r\n\r\n")
                self._take(block.decode(), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _take(self, block: str, writer: asyncio.StreamWriter) -> None:
        lines = [line.partition(": ") for line in block.strip().split("\r\n")]
        action = {name: value for name, _, value in lines}
        self.actions.append(action)
        if self.answering and action["Action"] not in self.silent_about:
            writer.write(self._answer(action).encode())

    def _answer(self, action: Action) -> str:
        tail = f"ActionID: {action['ActionID']}\r\n"
        if message := self.errors.get(action["Action"]):
            return f"Response: Error\r\n{tail}Message: {message}\r\n\r\n"
        match action["Action"]:
            case "Login":
                return self._login(action, tail)
            case "CoreStatus":
                date = f"CoreStartupDate: 2026-11-23\r\nCoreStartupTime: {self.boot_time}\r\n"
                return f"Response: Success\r\n{tail}{date}\r\n"
            case "CoreShowChannels":
                return self._show_channels(tail)
            case "Getvar":
                value = "1" if action["Channel"] in self.served else ""
                return f"Response: Success\r\n{tail}Variable: {action['Variable']}\r\nValue: {value}\r\n\r\n"
            case "Originate":
                return f"Response: Success\r\n{tail}Message: Originate successfully queued\r\n\r\n"
            case _:
                return f"Response: Success\r\n{tail}\r\n"

    def _login(self, action: Action, tail: str) -> str:
        if action["Secret"] != self.password:
            return f"Response: Error\r\n{tail}Message: Authentication failed\r\n\r\n"
        success = f"Response: Success\r\n{tail}Message: Authentication accepted\r\n\r\n"
        return success + (BOOTED if self.booted else "")

    def _show_channels(self, tail: str) -> str:
        start = f"Response: Success\r\n{tail}EventList: start\r\nMessage: Channels will follow\r\n\r\n"
        shown = "".join(
            f"Event: CoreShowChannel\r\n{tail}ChannelStateDesc: Up\r\nUniqueid: {channel}\r\n\r\n"
            for channel in self.channels
        )
        return start + shown + f"Event: CoreShowChannelsComplete\r\n{tail}EventList: Complete\r\n\r\n"
