"""A process' connection to the broker: what the chassis uses of nats-py, over the simulated network."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeoutError
from nats.js.api import ConsumerConfig, ConsumerInfo, RetentionPolicy, StreamConfig

from tests.sim.broker import Broker, Pull, Stored, matches
from tests.sim.process import Process, current
from tests.sim.world import EPOCH, World

PULL = "$JS.API.CONSUMER.MSG.NEXT."
Hear = Callable[["Message"], Awaitable[None]]


@dataclass
class Metadata:
    """As nats-py reads it from the reply subject."""

    num_delivered: int


@dataclass
class Message:
    """nats-py's `Msg`."""

    subject: str
    data: bytes
    reply: str = ""
    headers: dict[str, str] | None = None
    metadata: Metadata = field(default_factory=lambda: Metadata(1))
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


class Network:
    """All connections to one broker; `slow_s` is how long a message may take at most."""

    def __init__(self, world: World, broker: Broker) -> None:
        self.world = world
        self.broker = broker
        self.clients: list[Client] = []
        self.subscriptions: list[Subscription] = []
        self.slow_s = 0.003
        self.lost_p = 0.0

    def delay_s(self) -> float:
        """One way of one message."""
        return self.world.between(0.0001, self.slow_s)

    def tell(self, subject: str, data: bytes, answer: Callable[[bytes], None] | None = None) -> bool:
        """A core message: to all who listen, and to one of each queue; whether anybody does."""
        hearing = [s for s in self.subscriptions if s.client.linked and matches(s.subject, subject)]
        queues: dict[str, list[Subscription]] = {}
        for each in hearing:
            queues.setdefault(each.queue, []).append(each)
        for queue, members in queues.items():
            for each in [self.world.random.choice(members)] if queue else members:
                each.client.receive(
                    each, Message(subject, data, reply="answer", respond_with=_through(each, answer))
                )
        return bool(hearing)


def _through(
    subscription: Subscription, answer: Callable[[bytes], None] | None
) -> Callable[[bytes], None] | None:
    if answer is None:
        return None
    return lambda data: subscription.client.send(lambda: answer(data))


class Client:
    """nats-py's `Client`, and its JetStream context in one."""

    network: Network
    """Set for each simulation by `surroundings`."""

    def __init__(self) -> None:
        self.process: Process = current()
        self.linked = False
        self._buffered: list[Callable[[], object]] = []
        self._up_s = self._down_s = 0.0
        self._inboxes = 0

    @property
    def is_connected(self) -> bool:
        """As nats-py sees it."""
        return self.linked

    async def connect(self, *_: object, **__: object) -> None:
        """Waits for the broker, as long as it takes."""
        self.network.clients.append(self)
        while True:
            await asyncio.sleep(self.network.delay_s())
            if not self.linked and not self._is_cut():
                self.linked = True
            if self.linked:
                return
            await asyncio.sleep(0.25)

    def jetstream(self, timeout: float = 5) -> "JetStream":
        """What nats-py calls its JetStream context."""
        return JetStream(self)

    def new_inbox(self) -> str:
        """An address of its own."""
        self._inboxes += 1
        return f"_INBOX.{self.process.name}.{len(self.network.subscriptions)}.{self._inboxes}"

    async def drain(self) -> None:
        """Leaves."""
        await self.close()

    async def close(self) -> None:
        """Leaves."""
        self.leave()

    def leave(self) -> None:
        """The broker forgets it: it has closed the connection, or its process is dead."""
        self.linked = False
        if self in self.network.clients:
            self.network.clients.remove(self)
        self.network.subscriptions = [s for s in self.network.subscriptions if s.client is not self]

    cut_until_s = -1.0

    def cut(self, for_s: float) -> None:
        """The connection breaks and stays away so long; what was on its way is lost."""
        self.linked = False
        self.cut_until_s = self.network.world.now_s + for_s
        self.network.world.after(for_s, self._relink)

    async def subscribe(self, subject: str, queue: str = "", cb: Hear | None = None) -> Subscription:
        """Hears a subject from soon on."""
        assert cb
        subscription = Subscription(self, subject, queue, cb)
        self.network.subscriptions.append(subscription)
        return subscription

    async def publish(self, subject: str, payload: bytes = b"", reply: str = "") -> None:
        """A core message; buffered while there is no connection, as nats-py does."""
        if subject.startswith(PULL):
            self.send(lambda: self._pull(subject, json.loads(payload), reply))
        else:
            self.send(lambda: self.network.tell(subject, payload))

    async def request(self, subject: str, payload: bytes, timeout: float = 0.5) -> Message:
        """The first answer; raises as nats-py does."""
        answered: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()

        def ask() -> None:
            if not self.network.tell(subject, payload, lambda data: self.answer(answered, data)):
                self.answer(answered, None)

        self.send(ask)
        try:
            data = await asyncio.wait_for(answered, timeout)
        except TimeoutError as error:
            raise NatsTimeoutError from error
        if data is None:
            raise NoRespondersError
        return Message(subject, data)

    def send(self, act: Callable[[], object]) -> None:
        """Up to the broker, in order; nobody hears what the dead say."""
        if not self.process.alive:
            return
        if not self.linked:
            self._buffered.append(act)
            return
        world = self.network.world
        self._up_s = max(self._up_s, world.now_s + self.network.delay_s())
        world.after(self._up_s - world.now_s, lambda: act() if self.linked else None)

    def receive(self, subscription: Subscription, message: Message) -> None:
        """Down from the broker, in order; lost with the connection."""
        world = self.network.world
        self._down_s = max(self._down_s, world.now_s + self.network.delay_s())

        def arrive() -> None:
            if self.linked and not subscription.closed:
                self.process.call(subscription.arrive, message)

        world.after(self._down_s - world.now_s, arrive)

    def _relink(self) -> None:
        if not self._is_cut() and self.process.alive and self in self.network.clients:
            self.linked = True
            waiting, self._buffered = self._buffered, []
            for act in waiting:
                self.send(act)

    def _is_cut(self) -> bool:
        return self.network.world.now_s < self.cut_until_s

    def answer(self, answered: "asyncio.Future[Any]", data: Any) -> None:
        """Down from the broker, to who waits for it."""

        def done() -> None:
            if not answered.done():
                answered.set_result(data)

        if self.linked and not self.network.world.chance(self.network.lost_p):
            self.network.world.after(self.network.delay_s(), lambda: self.process.call(done))

    def _pull(self, subject: str, asked: dict[str, int], inbox: str) -> None:
        stream, durable = subject.removeprefix(PULL).split(".")
        subscription = next((s for s in self.network.subscriptions if s.subject == inbox), None)
        if subscription is None:
            return
        broker = self.network.broker

        def tell(seq: int) -> Callable[[str, float], None]:
            acts: dict[str, Callable[[float], None]] = {
                "ack": lambda _: broker.ack(stream, durable, seq),
                "nak": lambda delay_s: broker.nak(stream, durable, seq, delay_s),
                "in_progress": lambda _: broker.in_progress(stream, durable, seq),
            }
            return lambda what, delay_s: self.send(lambda: acts[what](delay_s))

        def reach(stored: Stored, times: int) -> None:
            message = Message(stored.subject, stored.data, "js", dict(stored.headers), Metadata(times))
            message.tell = tell(stored.seq)
            self.receive(subscription, message)

        def expire() -> None:
            self.receive(subscription, Message(inbox, b"", headers={"Status": "408"}))

        expires_s = timedelta(microseconds=asked["expires"] / 1000).total_seconds()
        until_s = self.network.world.now_s + expires_s
        broker.pull(
            stream,
            durable,
            Pull(reach, expire, asked["batch"], until_s, lambda: not self.linked or subscription.closed),
        )


class JetStream:
    """Streams and durables over a connection."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def publish(
        self, subject: str, data: bytes, timeout: float = 5.0, headers: Mapping[str, str] | None = None
    ) -> None:
        """Into a stream; raises when no acknowledgement comes."""
        answered: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()

        def store() -> None:
            if self._client.network.world.chance(self._client.network.lost_p):
                return
            if self._client.network.broker.publish(subject, headers or {}, data) is not None:
                self._client.answer(answered, b"")

        self._client.send(store)
        try:
            await asyncio.wait_for(answered, timeout)
        except TimeoutError as error:
            raise NatsTimeoutError from error

    async def add_consumer(self, stream: str, config: ConsumerConfig) -> None:
        """Makes a durable, or finds it."""
        await self._ask_broker(lambda: self._client.network.broker.add_durable(stream, config))

    async def consumer_info(self, stream: str, durable: str) -> ConsumerInfo:
        """How much it has before it."""
        found = await self._ask_broker(lambda: self._client.network.broker.streams[stream].durables[durable])
        return ConsumerInfo(
            name=durable,
            stream_name=stream,
            created=EPOCH,
            config=found.config,
            num_pending=len(found.fresh) + len(found.again),
            num_ack_pending=len(found.pending),
        )

    async def add_stream(self, config: StreamConfig) -> None:
        """Makes a stream, or finds it."""
        queue = config.retention == RetentionPolicy.WORK_QUEUE
        assert config.name
        await self._ask_broker(
            lambda: self._client.network.broker.ensure(config.name or "", config.subjects or (), queue)
        )

    async def _ask_broker(self, act: Callable[[], Any]) -> Any:
        answered: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._client.send(lambda: self._client.answer(answered, act()))
        try:
            return await asyncio.wait_for(answered, 5.0)
        except TimeoutError as error:
            raise NatsTimeoutError from error
