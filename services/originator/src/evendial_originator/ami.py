# mypy: allow-untyped-calls
"""One AMI connection: panoramisk's manager and protocol, hardened for one life.

Each connection is a manager of its own, thrown away when it is lost: so nothing is ever queued, re-sent or
revived. `README.md` ("How panoramisk is hardened") lists what it would do otherwise.
"""

import asyncio
import logging
import socket
import struct
from collections.abc import Callable, Mapping
from contextlib import suppress
from uuid import uuid4

from panoramisk.actions import Action
from panoramisk.ami_protocol import AMIProtocol
from panoramisk.manager import Manager
from panoramisk.message import Message

from evendial_originator import metrics
from evendial_originator.core.ami_encoding import guarded
from evendial_originator.core.ami_events import WANTED

logger = logging.getLogger(__name__)

Written = Action
Event = Mapping[str, str]
OnEvent = Callable[[Event], None]

BLOCK_END = b"\r\n\r\n"
LARGEST_BLOCK = 1 << 20
USER_TIMEOUT_MS = 2000
"""Bytes that the peer has not acknowledged by then end the connection (RFC 5482): none arrives late."""

_sent, _received = (metrics.ami_bytes.labels(direction) for direction in ("out", "in"))
_FORGETABLE = ("ping", "login", "originate", "hangup", "getvar", "corestatus", "coreshowchannels")
_HEARD = {name.encode() for name in WANTED} | {b"FullyBooted", b"Shutdown"}


class LinkLost(ConnectionError):
    """The connection ended; whether what was sent before has arrived is not known."""


class _OneLife(Manager):
    """A manager that never reconnects, re-sends or pings by itself."""

    def connection_made(self, connecting: asyncio.Task[object]) -> None:
        if not connecting.cancelled() and connecting.exception() is None:
            super().connection_made(connecting)

    def connection_lost(self, exc: Exception | None) -> None:
        self._connected = False

    def ping(self) -> None:
        pass


class _Wire(AMIProtocol):
    """panoramisk's protocol with a guarded encoder, whole-block decoding and exact matching of answers."""

    def __init__(self, on_event: OnEvent) -> None:
        self._on_event = on_event
        self._unread = b""
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        _die_with_the_connection(transport.get_extra_info("socket"))

    def send(self, data: Mapping[str, str], as_list: bool = False) -> Action:
        """Writes one action at once, or raises with nothing written."""
        if self.closed or self.transport.is_closing():
            raise LinkLost("the AMI connection is closed")
        action = Action(guarded(data), as_list=as_list)
        written = str(action).encode()
        self.transport.write(written)
        _sent.inc(len(written))
        self.responses[action.id] = action
        return action

    def data_received(self, data: bytes) -> None:
        *blocks, self._unread = (self._unread + data).split(BLOCK_END)
        if len(self._unread) > LARGEST_BLOCK:
            logger.error("AMI message without an end", extra={"action": "ami_block_too_large"})
            self.close()
        _received.inc(len(data))
        metrics.ami_messages.inc(len(blocks))
        for block in blocks:
            try:
                self._block_received(block.lstrip())
            except Exception:
                logger.exception("AMI message not handled", extra={"action": "ami_message_failed"})

    def connection_lost(self, exc: Exception | None) -> None:
        self.close()

    def close(self) -> None:
        """Drops the connection with all that was not yet sent, and fails what waits for an answer."""
        if not self.closed:
            self.closed = True
            self.transport.abort()
        for action in self.responses.values():
            if not action.future.done():
                action.future.set_exception(LinkLost("the AMI connection was lost"))
                action.future.exception()  # seen: an answer that nobody waits for is no error
        self.responses.clear()
        if not self.lost.done():
            self.lost.set_result(None)

    def _block_received(self, block: bytes) -> None:
        if _passed_over(block):
            return
        message = Message.from_line(block.decode("utf-8", "replace").strip())
        if message is None:
            return
        fields = plain(message)
        action = self.responses.get(fields.get("actionid", ""))
        if "event" not in fields:
            _answer(action, fields)
        elif action is not None and action.as_list and fields["event"] != "OriginateResponse":
            _collect(action, fields)
        else:
            self._on_event(fields)


class Link:
    """An open connection. Every answer has a deadline; a failing `on_event` does not end the connection."""

    def __init__(self, manager: _OneLife, wire: _Wire) -> None:
        self._manager = manager
        self._wire = wire
        self._session = uuid4().hex[:12]
        self._asked = 0

    @classmethod
    async def open(cls, host: str, port: int, on_event: OnEvent, *, deadline_s: float) -> "Link":
        """Connects, no more than that; raises `OSError` or `TimeoutError`."""
        manager = _OneLife(
            host=host,
            port=port,
            loop=asyncio.get_running_loop(),
            log=logger,
            protocol_factory=lambda: _Wire(on_event),
            forgetable_actions=_FORGETABLE,
        )
        async with asyncio.timeout(deadline_s):
            _, wire = await manager.connect()
        return cls(manager, wire)

    @property
    def lost(self) -> asyncio.Future[None]:
        """Done once the connection has ended."""
        return self._wire.lost

    @property
    def waiting(self) -> int:
        """How many answers are awaited."""
        return len(self._wire.responses)

    @property
    def clogged(self) -> bool:
        """Whether earlier bytes still wait in this process: what is written now would leave late."""
        return bool(self._wire.transport.get_write_buffer_size())

    def tell(self, fields: Mapping[str, str], action_id: str, *, as_list: bool = False) -> Written:
        """Writes an action now, without waiting for anything; `answer` gives its answer."""
        action: Written = self._manager.send_action(dict(fields) | {"ActionID": action_id}, as_list=as_list)
        return action

    async def answer(self, action: Written, *, deadline_s: float) -> Event:
        """The answer to what was told; raises `TimeoutError` or `LinkLost`."""
        try:
            async with asyncio.timeout(deadline_s):
                answer: Event = await action.future
                return answer
        finally:
            self._wire.responses.pop(action.id, None)

    async def ask(self, fields: Mapping[str, str], *, deadline_s: float) -> Event:
        """Tells and waits for the answer."""
        return await self.answer(self.tell(fields, self._next_id()), deadline_s=deadline_s)

    async def ask_list(self, fields: Mapping[str, str], *, deadline_s: float) -> list[Event]:
        """Asks for a list and waits for all of it."""
        action = self.tell(fields, self._next_id(), as_list=True)
        await self.answer(action, deadline_s=deadline_s)
        return [each for each in action.responses if each.get("eventlist") != "Complete"]

    def close(self) -> None:
        """Ends the connection; it cannot be opened again."""
        with suppress(LinkLost):
            self._manager.close()
        self._wire.close()

    def _next_id(self) -> str:
        self._asked += 1
        return f"{self._session}-{self._asked}"


def plain(message: Message) -> dict[str, str]:
    """Keys in lower case; of a repeated key, which none that we read has, the first value."""
    return {key.lower(): value if isinstance(value, str) else value[0] for key, value in message.items()}


def _passed_over(block: bytes) -> bool:
    """Most events are not for us: they are not even decoded."""
    if not block.startswith(b"Event: "):
        return False
    return block[7 : block.find(b"\r\n")] not in _HEARD and b"\r\nActionID: " not in block


def _answer(action: Action | None, fields: Event) -> None:
    if action is None or action.future.done():
        return
    if action.as_list and fields.get("response") == "Success":
        return  # the list itself follows
    action.future.set_result(fields)


def _collect(action: Action, fields: Event) -> None:
    action.responses.append(fields)
    if fields.get("eventlist") == "Complete" and not action.future.done():
        action.future.set_result(fields)


def _die_with_the_connection(connection: socket.socket) -> None:
    """What the peer has not taken is discarded when the connection ends, not delivered late."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, USER_TIMEOUT_MS)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
