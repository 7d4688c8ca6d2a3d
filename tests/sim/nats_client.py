"""A process' connection to the broker: what the chassis uses of nats-py, over the simulated network."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeoutError

from tests.sim.broker import Broker, matches
from tests.sim.jetstream import PULL, JetStream, pull
from tests.sim.messages import Hear, Message, Subscription
from tests.sim.process import Process, current
from tests.sim.world import World


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
        self.life = 0
        self.cut_until_s = -1.0
        self._up_s = self._down_s = 0.0
        self._inboxes = 0
        self._lost = self._found = _nothing

    @property
    def is_connected(self) -> bool:
        """As nats-py sees it."""
        return self.linked

    async def connect(self, *_: object, **callbacks: Any) -> None:
        """Waits for the broker, as long as it takes."""
        self._lost, self._found = callbacks["disconnected_cb"], callbacks["reconnected_cb"]
        self.network.clients.append(self)
        while True:
            await asyncio.sleep(self.network.delay_s())
            if not self.linked and not self._is_cut():
                self.linked = True
            if self.linked:
                return
            await asyncio.sleep(0.25)

    def jetstream(self, timeout: float = 5) -> JetStream:
        """What nats-py calls its JetStream context."""
        return JetStream(self, timeout)

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
        self.life += 1
        if self in self.network.clients:
            self.network.clients.remove(self)
        self.network.subscriptions = [s for s in self.network.subscriptions if s.client is not self]

    def cut(self, for_s: float) -> None:
        """The connection breaks and stays away so long; what was on its way is lost."""
        if self.linked:
            self.process.call(self._tell, self._lost)
        self.linked = False
        self.life += 1
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
            self.send(lambda: self._pull(subject, payload, reply))
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
        life = self.life
        world.after(self._up_s - world.now_s, lambda: act() if self.life == life else None)

    def receive(self, subscription: Subscription, message: Message) -> None:
        """Down from the broker, in order; lost with the connection."""
        world = self.network.world
        self._down_s = max(self._down_s, world.now_s + self.network.delay_s())

        life = self.life

        def arrive() -> None:
            if self.life == life and not subscription.closed:
                self.process.call(subscription.arrive, message)

        world.after(self._down_s - world.now_s, arrive)

    def _relink(self) -> None:
        if not self._is_cut() and self.process.alive and self in self.network.clients:
            self.linked = True
            self.process.call(self._tell, self._found)
            waiting, self._buffered = self._buffered, []
            for act in waiting:
                self.send(act)

    def _tell(self, callback: Callable[[], Coroutine[Any, Any, None]]) -> None:
        asyncio.get_running_loop().create_task(callback())

    def _pull(self, subject: str, payload: bytes, inbox: str) -> None:
        subscription = next((s for s in self.network.subscriptions if s.subject == inbox), None)
        if subscription:
            pull(self, subject, json.loads(payload), subscription)

    def _is_cut(self) -> bool:
        return self.network.world.now_s < self.cut_until_s

    def answer(self, answered: "asyncio.Future[Any]", data: Any) -> None:
        """Down from the broker, to who waits for it."""

        def done() -> None:
            if not answered.done():
                answered.set_result(data)

        if self.linked and not self.network.world.chance(self.network.lost_p):
            self.network.world.after(self.network.delay_s(), lambda: self.process.call(done))


async def _nothing() -> None:
    """Nobody wants to know."""
