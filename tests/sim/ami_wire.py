"""TCP between an originator and its Asterisk: bytes in order, late, or cut off in the middle."""

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tests.sim.process import Process

if TYPE_CHECKING:
    from tests.sim.asterisk import Asterisk

END = "\r\n\r\n"
GREETING = "Asterisk Call Manager/9.0.0\r\n"


class _Socket:
    """Takes every option."""

    def setsockopt(self, *_: object) -> None:
        """Nothing to set."""


class Transport(asyncio.Transport):
    """The originator's end."""

    def __init__(self, session: "Session") -> None:
        super().__init__()
        self._session = session

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Only the socket."""
        return _Socket() if name == "socket" else default

    def write(self, data: Any) -> None:
        """Into the kernel's buffer, at once."""
        self._session.up(bytes(data))

    def get_write_buffer_size(self) -> int:
        """The kernel takes everything."""
        return 0

    def is_closing(self) -> bool:
        """Whether this end is closed."""
        return self._session.closed

    def close(self) -> None:
        """Ends the connection."""
        self.abort()

    def abort(self) -> None:
        """With a reset: what has not arrived never will."""
        self._session.abort()


class Session:
    """One AMI connection. `silent`: half open, both ends believe that it is there."""

    def __init__(self, asterisk: "Asterisk", process: Process, protocol: asyncio.Protocol) -> None:
        self.asterisk = asterisk
        self.process = process
        self.protocol = protocol
        self.closed = False
        self.silent = False
        self._up_s = self._down_s = 0.0
        self._unread = ""
        self._transport = Transport(self)

    def open(self) -> tuple[asyncio.Transport, asyncio.BaseProtocol]:
        """Both ends see each other."""
        self.asterisk.accept(self)
        self.protocol.connection_made(self._transport)
        self._down(GREETING)
        return self._transport, self.protocol

    def say(self, fields: Mapping[str, str]) -> None:
        """Asterisk sends one block."""
        self._down("".join(f"{name}: {value}\r\n" for name, value in fields.items()) + "\r\n")

    def up(self, data: bytes) -> None:
        """The originator has written; the dead write nothing."""
        if self.closed or not self.process.alive:
            return
        self._up_s = self._later(self._up_s, lambda: self._arrive(data))

    def end(self) -> None:
        """The connection breaks: the originator hears of it soon."""
        if not self.closed:
            self.closed = True
            self.asterisk.left(self)
            self.asterisk.world.after(
                self._delay_s(), lambda: self.process.call(self.protocol.connection_lost, None)
            )

    def abort(self) -> None:
        """The originator closes its end."""
        if not self.closed:
            self.closed = True
            self.asterisk.left(self)
            self.process.call(self.protocol.connection_lost, None)

    def _arrive(self, data: bytes) -> None:
        if self.closed or self.silent:
            return
        *blocks, self._unread = (self._unread + data.decode()).split(END)
        for block in blocks:
            pairs = (line.split(": ", 1) for line in block.split("\r\n") if ": " in line)
            self.asterisk.act(self, {name.lower(): value for name, value in pairs})

    def _down(self, text: str) -> None:
        data = text.encode()

        def arrive() -> None:
            if not self.closed and not self.silent:
                self.process.call(self.protocol.data_received, data)

        self._down_s = self._later(self._down_s, arrive)

    def _later(self, last_s: float, act: Callable[[], None]) -> float:
        world = self.asterisk.world
        at_s = max(last_s, world.now_s + self._delay_s())
        world.after(at_s - world.now_s, act)
        return at_s

    def _delay_s(self) -> float:
        return self.asterisk.world.between(0.0001, 0.002)
