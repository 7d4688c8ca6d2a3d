"""A bare AMI session: to see that Asterisk has booted, and for tests. The originator has its own client."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Message = Mapping[str, str]


class AmiRefused(Exception):
    """Asterisk did not accept the login."""


@dataclass(frozen=True, kw_only=True)
class AmiAccess:
    """Where an Asterisk's manager interface is, and how to log in."""

    host: str
    port: int
    user: str
    secret: str


class AmiSession:
    """One connection. Messages come by `receive` in the order in which Asterisk sent them."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, access: AmiAccess) -> "AmiSession":
        """Connect and log in. Raises OSError or AmiRefused."""
        reader, writer = await asyncio.open_connection(access.host, access.port)
        session = cls(reader, writer)
        try:
            await reader.readline()
            answer = await session.ask("Login", Username=access.user, Secret=access.secret)
            if answer.get("Response") != "Success":
                raise AmiRefused(answer.get("Message", "no message"))
        except BaseException:
            await session.close()
            raise
        return session

    async def ask(self, action: str, **fields: str) -> Message:
        """Send an action and return its response (events that come before it are dropped)."""
        self.send(action, **fields)
        return await self.receive(lambda message: "Response" in message and "Event" not in message)

    def send(self, action: str, **fields: str) -> None:
        """Send an action and do not wait."""
        lines = [f"Action: {action}", *(f"{name}: {value}" for name, value in fields.items())]
        if any("\r" in line or "\n" in line for line in lines):
            raise ValueError("an AMI field holds a line break")
        self._writer.write("".join(f"{line}\r\n" for line in [*lines, ""]).encode())

    async def receive(
        self, wanted: Callable[[Message], bool] = lambda message: True, *, timeout: float = 10.0
    ) -> Message:
        """The next message that is `wanted`. Raises TimeoutError, or EOFError when Asterisk hangs up."""
        async with asyncio.timeout(timeout):
            while True:
                message = await self._read()
                if wanted(message):
                    return message

    async def close(self) -> None:
        """Close the connection."""
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except ConnectionError:
            return

    async def _read(self) -> Message:
        block = await self._reader.readuntil(b"\r\n\r\n")
        lines = block.decode(errors="replace").split("\r\n")
        return {name: value for name, _, value in (line.partition(": ") for line in lines) if name}


async def is_fully_booted(access: AmiAccess) -> bool:
    """Whether Asterisk takes logins and says that it has booted; before that originates fail."""
    try:
        session = await AmiSession.open(access)
    except (OSError, EOFError):
        return False
    try:
        await session.receive(lambda message: message.get("Event") == "FullyBooted", timeout=5)
    except (TimeoutError, EOFError):
        return False
    finally:
        await session.close()
    return True
