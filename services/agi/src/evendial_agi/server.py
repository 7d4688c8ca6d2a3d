"""The FastAGI listener: takes connections, reads each one's header within bounds, runs one task per call."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import msgspec
from evendial_chassis.metrics import Counter, Gauge

from evendial_agi.channel import Channel
from evendial_agi.core.header import BadHeader, Header, check_first, parse

logger = logging.getLogger(__name__)

connections = Counter("evendial_agi_connections", "Connections, by what became of them.", ["outcome"])
calls_in_progress = Gauge("evendial_agi_calls_in_progress", "Calls being served now.")

BACKLOG = 128

HandleCall = Callable[[Header, Channel], Awaitable[None]]


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What a connection may take before it is a call, and how many there may be at once. Times in seconds."""

    first_line_s: float = 2.0
    header_s: float = 5.0
    line_bytes: int = 4096
    header_bytes: int = 16384
    header_lines: int = 64
    waiting: int = 1024
    """Connections whose header is not complete: a further one takes the place of the oldest, so strangers who
    hold connections open cannot keep out a call. Several times `BACKLOG`, because so many are accepted before
    the first of them is read."""
    calls: int = 1000


class Server:
    """One listening socket. A connection is `waiting` until its header is read, then a call."""

    def __init__(self, handle: HandleCall, limits: Limits) -> None:
        self._handle = handle
        self._limits = limits
        self._listener: asyncio.Server | None = None
        self._waiting: dict[asyncio.Task[None], None] = {}
        self._calls: set[asyncio.Task[None]] = set()

    @property
    def accepting(self) -> bool:
        """Whether another call would be served."""
        return self._listener is not None and len(self._calls) < self._limits.calls

    def trouble(self) -> str | None:
        """A health part: why another call would not be served."""
        if self._listener is None:
            return "not listening"
        return None if self.accepting else "too many calls"

    @property
    def port(self) -> int:
        """The port it listens on (the kernel's choice if 0 was asked for)."""
        assert self._listener is not None, "not started"
        port: int = self._listener.sockets[0].getsockname()[1]
        return port

    async def start(self, host: str, port: int) -> None:
        """Listens from now on. Raises OSError when the address cannot be had."""
        self._listener = await asyncio.start_server(
            self._connected, host, port, limit=self._limits.line_bytes, backlog=BACKLOG
        )

    async def drain(self, deadline_s: float) -> None:
        """Takes no more connections; waits for the calls, and interrupts those that outlast the deadline."""
        assert self._listener is not None, "not started"
        self._listener.close()
        self._listener = None
        for task in self._waiting:
            task.cancel()
        if not self._calls:
            return
        logger.info("waiting for calls", extra={"action": "drain", "calls": len(self._calls)})
        _, late = await asyncio.wait(self._calls, timeout=deadline_s)
        for task in late:
            task.cancel()
        if late:
            logger.warning("calls interrupted", extra={"action": "calls_interrupted", "calls": len(late)})
            await asyncio.wait(late)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._listener is None:
            writer.transport.abort()
            return
        if len(self._waiting) >= self._limits.waiting:
            oldest = next(iter(self._waiting))
            del self._waiting[oldest]
            oldest.cancel()
            connections.labels("made_room").inc()
        task = asyncio.create_task(self._serve(reader, writer))
        self._waiting[task] = None
        task.add_done_callback(lambda done: self._finished(done, writer))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            header = await self._header(reader)
        except (BadHeader, OSError, EOFError, asyncio.LimitOverrunError) as error:
            connections.labels("bad_header").inc()
            logger.debug("no call", extra={"action": "header_refused", "reason": repr(error)})
            return
        if not self._promote():
            connections.labels("too_many_calls").inc()
            logger.warning("too many calls", extra={"action": "call_refused", "reason": "limit reached"})
            return
        connections.labels("call").inc()
        channel = Channel(reader, writer)
        await self._handle(header, channel)
        if channel.usable:
            writer.close()

    def _promote(self) -> bool:
        task = asyncio.current_task()
        assert task is not None
        self._waiting.pop(task, None)
        if len(self._calls) >= self._limits.calls:
            return False
        self._calls.add(task)
        calls_in_progress.inc()
        return True

    def _finished(self, task: asyncio.Task[None], writer: asyncio.StreamWriter) -> None:
        self._waiting.pop(task, None)
        if task in self._calls:
            self._calls.remove(task)
            calls_in_progress.dec()
        if not writer.is_closing():
            writer.transport.abort()
        if not task.cancelled() and (failure := task.exception()) is not None:
            logger.error("call failed", exc_info=failure, extra={"action": "call_failed"})

    async def _header(self, reader: asyncio.StreamReader) -> Header:
        lines: list[str] = []
        size = 0
        async with asyncio.timeout(self._limits.header_s):
            async with asyncio.timeout(self._limits.first_line_s):
                line = await reader.readuntil(b"\n")
            check_first(line.decode(errors="replace"))
            while line.strip():
                size += len(line)
                lines.append(line.decode(errors="replace").rstrip("\r\n"))
                if size > self._limits.header_bytes or len(lines) > self._limits.header_lines:
                    raise BadHeader("too long")
                line = await reader.readuntil(b"\n")
        return parse(lines)
