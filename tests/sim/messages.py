"""What a process hears from the bus: nats-py's messages and subscriptions."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tests.sim.nats_client import Client

Hear = Callable[["Message"], Awaitable[None]]


class Sequence(NamedTuple):
    """A message's number in its stream."""

    stream: int


@dataclass
class Metadata:
    """As nats-py reads it from the reply subject."""

    num_delivered: int
    sequence: Sequence


@dataclass
class Message:
    """nats-py's `Msg`."""

    subject: str
    data: bytes
    reply: str = ""
    headers: dict[str, str] | None = None
    metadata: Metadata = field(default_factory=lambda: Metadata(1, Sequence(0)))
    respond_with: Callable[[bytes], None] | None = None
    tell: Callable[[str, float], None] | None = None

    async def respond(self, data: bytes) -> None:
        """Answers a request."""
        if self.respond_with:
            self.respond_with(data)

    async def ack(self) -> None:
        """Done with it."""
        self._tell("ack")

    async def term(self) -> None:
        """Never again."""
        self._tell("ack")

    async def nak(self, delay: float | None = None) -> None:
        """Again, later."""
        self._tell("nak", delay or 0.0)

    async def in_progress(self) -> None:
        """Not yet."""
        self._tell("in_progress")

    def _tell(self, what: str, delay_s: float = 0.0) -> None:
        if self.tell:
            self.tell(what, delay_s)


@dataclass
class Subscription:
    """Hears one message after the other."""

    client: "Client"
    subject: str
    queue: str
    hear: Hear
    waiting: deque[Message] = field(default_factory=deque)
    busy: bool = False
    closed: bool = False

    async def unsubscribe(self) -> None:
        """Hears no more."""
        self.closed = True
        if self in self.client.network.subscriptions:
            self.client.network.subscriptions.remove(self)

    def arrive(self, message: Message) -> None:
        """In the client's own process."""
        self.waiting.append(message)
        if not self.busy:
            self.busy = True
            asyncio.get_running_loop().create_task(self._hear_all())

    async def _hear_all(self) -> None:
        try:
            while self.waiting and not self.closed:
                await self.hear(self.waiting.popleft())
        finally:
            self.busy = False
