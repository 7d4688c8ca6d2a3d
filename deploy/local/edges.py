"""The wires between the parts, each with a proxy on it that can fail the ways a network fails."""

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from enum import Enum

_CHUNK = 65_536
_NO_GOODBYE = struct.pack("ii", 1, 0)
"""SO_LINGER of no seconds: a close is a reset, as from a network that has forgotten the connection."""


class Mood(Enum):
    """What becomes of bytes: passed on, held until they may pass, swallowed, or refused with a reset."""

    WELL = "well"
    STALLED = "stalled"
    HALF_OPEN = "half_open"
    CUT = "cut"


class Edge:
    """A TCP proxy on loopback. Whatever is done to it holds until `heal`."""

    def __init__(self, name: str, target_port: int, *, gives_up_after_s: float | None = None) -> None:
        """`name` says who talks to whom: `originator-2>nats`.

        `gives_up_after_s` is the TCP_USER_TIMEOUT of who connects: bytes that a network does not deliver in
        that time take their connection with them. This proxy's kernel would acknowledge them all the same.
        """
        self.name = name
        self.port = 0
        self.mood = Mood.WELL
        self.delay_s = 0.0
        self.delayed = 0
        """How often bytes were passed on late."""
        self.held = 0
        """How many bytes were held by a stall."""
        self.swallowed = 0
        """How many bytes went nowhere."""
        self._target_port = target_port
        self._gives_up_after_s = gives_up_after_s
        self._server: asyncio.Server | None = None
        self._wires: set[_Wire] = set()
        self._strangers: set[asyncio.WriteTransport] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._left: int | None = None

    async def open(self, port: int) -> None:
        """Forwards from `port` on."""
        self._server = await asyncio.start_server(self._take, "127.0.0.1", port)
        self.port = port

    async def close(self) -> None:
        """Ends the proxy and everything on it."""
        self.cut()
        if self._server:
            self._server.close()
            await self._server.wait_closed()
        await asyncio.gather(*self._serving)

    def cut(self) -> None:
        """Resets what is connected, and whoever connects."""
        self.mood = Mood.CUT
        self.break_off()

    def stall(self) -> None:
        """Holds all bytes, both ways. Those of a connection that one end gives up meanwhile are lost."""
        self.mood = Mood.STALLED

    def half_open(self) -> None:
        """Swallows all bytes, both ways, and tells nobody; at `heal` such connections are reset."""
        self.mood = Mood.HALF_OPEN

    def delay(self, seconds: float) -> None:
        """Each byte arrives so much later, both ways."""
        self.delay_s = seconds

    def drop_after(self, count: int) -> None:
        """Resets what is connected once `count` more bytes have passed, in the middle of a message maybe."""
        self._left = count

    def heal(self) -> None:
        """A good network again."""
        if self.mood is Mood.HALF_OPEN:
            self.break_off()
        self.mood, self.delay_s, self._left = Mood.WELL, 0.0, None
        for wire in list(self._wires):
            wire.release()

    def passes(self, data: bytes) -> tuple[bytes, bool]:
        """What of `data` still passes, and whether the connections end with it."""
        if self._left is None:
            return data, False
        allowed, self._left = data[: self._left], self._left - len(data)
        return allowed, self._left <= 0

    def break_off(self) -> None:
        """Resets what is connected; whoever connects anew is served."""
        self._left = None
        for wire in list(self._wires):
            wire.abort()
        for stranger in list(self._strangers):
            _reset(stranger)

    def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._serving.add(serving)
        serving.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far = None
        if self.mood in (Mood.WELL, Mood.STALLED):
            with suppress(OSError):
                far = await asyncio.open_connection("127.0.0.1", self._target_port)
        if far is None:
            await self._refuse(reader, writer)
            return
        there = _Wire(self, reader, writer.transport, far[1].transport, self._gives_up_after_s)
        back = _Wire(self, far[0], far[1].transport, writer.transport, None)
        wires = {there, back}
        self._wires |= wires
        if self.mood is Mood.CUT:  # since that connection was asked for
            self.break_off()
        await asyncio.gather(*(wire.carry() for wire in wires))
        self._wires -= wires

    async def _refuse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._strangers.add(writer.transport)
        with suppress(ConnectionError):
            while self.mood is Mood.HALF_OPEN and (data := await reader.read(_CHUNK)):
                self.swallowed += len(data)
        self._strangers.discard(writer.transport)
        _reset(writer.transport)


class _Wire:
    """One connection in one direction."""

    def __init__(
        self,
        edge: Edge,
        source: asyncio.StreamReader,
        near: asyncio.WriteTransport,
        far: asyncio.WriteTransport,
        gives_up_after_s: float | None,
    ) -> None:
        self._edge = edge
        self._source = source
        self._near = near
        self._far = far
        self._gives_up_after_s = gives_up_after_s
        self._held: list[bytes] = []
        self._giving_up: asyncio.TimerHandle | None = None
        self._late: deque[Callable[[], None]] = deque()
        self._last_due = 0.0

    async def carry(self) -> None:
        """Until one end closes."""
        try:
            while data := await self._source.read(_CHUNK):
                self._take(data)
        except ConnectionError:
            self.abort()
        match self._edge.mood:
            case Mood.WELL:
                self._in_turn(self._far.close)
            case Mood.STALLED:
                self.abort()

    def release(self) -> None:
        """What was held goes on its way."""
        held, self._held = self._held, []
        if self._giving_up:
            self._giving_up.cancel()
            self._giving_up = None
        for data in held:
            self._pass_on(data)

    def abort(self) -> None:
        """Both ends see a reset; what was held is lost."""
        self._held.clear()
        _reset(self._near)
        _reset(self._far)

    def _take(self, data: bytes) -> None:
        match self._edge.mood:
            case Mood.WELL:
                self._pass_on(data)
            case Mood.STALLED:
                self._held.append(data)
                self._edge.held += len(data)
                if self._gives_up_after_s and self._giving_up is None:
                    loop = asyncio.get_running_loop()
                    self._giving_up = loop.call_later(self._gives_up_after_s, self.abort)
            case Mood.HALF_OPEN:
                self._edge.swallowed += len(data)

    def _pass_on(self, data: bytes) -> None:
        allowed, ends = self._edge.passes(data)
        if self._in_turn(lambda: self._far.write(allowed)):
            self._edge.delayed += 1
        if ends:
            self._edge.break_off()

    def _in_turn(self, act: Callable[[], None]) -> bool:
        """Acts when it is due and all before it are done, whatever the delay was then; whether that is later.

        Timers of one instant fire in any order, so what is next is told by the queue.
        """
        loop = asyncio.get_running_loop()
        self._last_due = max(loop.time() + self._edge.delay_s, self._last_due)
        later = bool(self._late) or self._last_due > loop.time()
        if later:
            self._late.append(act)
            loop.call_at(self._last_due, lambda: self._late.popleft()())
        else:
            act()
        return later


def _reset(transport: asyncio.WriteTransport) -> None:
    connection = transport.get_extra_info("socket")
    if not transport.is_closing():
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_GOODBYE)
        transport.abort()
