"""What nats-py calls its JetStream context, and pull requests, over a simulated connection."""

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from nats.errors import TimeoutError as NatsTimeoutError
from nats.js.api import ConsumerConfig, ConsumerInfo, RetentionPolicy, StreamConfig, StreamInfo, StreamState
from nats.js.errors import NotFoundError

from tests.sim.broker import Broker, Pull, Stored
from tests.sim.messages import Message, Metadata, Sequence, Subscription
from tests.sim.world import instant

if TYPE_CHECKING:
    from tests.sim.nats_client import Client

PULL = "$JS.API.CONSUMER.MSG.NEXT."
EXPIRED = {"Status": "408"}
NOBODY = {"Status": "503"}


class JetStream:
    """Streams and durables."""

    def __init__(self, client: "Client", timeout_s: float) -> None:
        self._client = client
        self._timeout_s = timeout_s

    async def publish(
        self, subject: str, data: bytes, timeout: float = 5.0, headers: Mapping[str, str] | None = None
    ) -> None:
        """Into a stream, and to all who listen; raises when no acknowledgement comes."""
        network = self._client.network

        def store() -> bool | None:
            if network.world.chance(network.lost_p):
                return None
            stored = network.broker.publish(subject, headers or {}, data) is not None
            network.tell(subject, data)
            return stored or None

        await self._ask(store, timeout)

    async def add_stream(self, config: StreamConfig) -> StreamInfo:
        """Makes a stream, or finds it."""
        queue = config.retention == RetentionPolicy.WORK_QUEUE
        name, subjects = config.name or "", config.subjects or ()
        await self._ask(lambda: self._broker.ensure(name, subjects, queue))
        return await self.stream_info(name)

    async def stream_info(self, name: str) -> StreamInfo:
        """When it was made; raises `NotFoundError`."""
        made_s = await self._ask(lambda: made.made_s if (made := self._broker.streams.get(name)) else -1.0)
        if made_s < 0:
            raise NotFoundError
        state = StreamState(messages=0, bytes=0, first_seq=0, last_seq=0, consumer_count=0)
        return StreamInfo(config=StreamConfig(name=name), state=state, created=instant(made_s))

    async def add_consumer(self, stream: str, config: ConsumerConfig, **began: object) -> None:
        """Makes a durable, or finds it, where it `began`; raises `NotFoundError` where the stream is gone."""
        first_seq = began.get("opt_start_seq") or 0
        assert isinstance(first_seq, int)
        if not await self._ask(lambda: self._broker.add_durable(stream, config, first_seq)):
            raise NotFoundError

    async def delete_consumer(self, stream: str, durable: str) -> None:
        """It is forgotten where it was; raises `NotFoundError`."""
        if not await self._ask(lambda: self._broker.remove_durable(stream, durable)):
            raise NotFoundError

    async def consumer_info(self, stream: str, durable: str) -> ConsumerInfo:
        """How much it has before it."""
        info = await self._ask(lambda: self._info(stream, durable))
        if isinstance(info, ConsumerInfo):
            return info
        raise NotFoundError

    @property
    def _broker(self) -> Broker:
        return self._client.network.broker

    def _info(self, stream: str, durable: str) -> ConsumerInfo | bool:
        made = self._broker.streams.get(stream)
        found = made.durables.get(durable) if made else None
        if found is None:
            return False
        return ConsumerInfo(
            name=durable,
            stream_name=stream,
            created=instant(0.0),
            config=found.config,
            num_pending=len(found.fresh) + len(found.again),
            num_ack_pending=len(found.pending),
        )

    async def _ask(self, act: Callable[[], Any], timeout_s: float | None = None) -> Any:
        """The broker's answer; what it does not answer times out."""
        answered: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def asked() -> None:
            answer = act()
            if answer is not None:
                self._client.answer(answered, answer)

        self._client.send(asked)
        try:
            return await asyncio.wait_for(answered, timeout_s or self._timeout_s)
        except TimeoutError as error:
            raise NatsTimeoutError from error


def pull(client: "Client", subject: str, asked: Mapping[str, int], subscription: Subscription) -> None:
    """A pull request has reached the broker."""
    stream, durable = subject.removeprefix(PULL).split(".")
    broker = client.network.broker

    def tell(seq: int) -> Callable[[str, float], None]:
        acts: dict[str, Callable[[float], None]] = {
            "ack": lambda _: broker.ack(stream, durable, seq),
            "nak": lambda delay_s: broker.nak(stream, durable, seq, delay_s),
            "in_progress": lambda _: broker.in_progress(stream, durable, seq),
        }
        return lambda what, delay_s: client.send(lambda: acts[what](delay_s))

    def reach(stored: Stored, times: int) -> None:
        metadata = Metadata(times, Sequence(stored.seq))
        message = Message(stored.subject, stored.data, "js", dict(stored.headers), metadata)
        message.tell = tell(stored.seq)
        client.receive(subscription, message)

    def end(status: dict[str, str]) -> None:
        client.receive(subscription, Message(subscription.subject, b"", headers=status))

    life, until_s = client.life, client.network.world.now_s + asked["expires"] / 1e9
    request = Pull(
        reach,
        lambda: end(EXPIRED),
        asked["batch"],
        until_s,
        lambda: client.life != life or not client.linked or subscription.closed,
    )
    if not broker.pull(stream, durable, request):
        end(NOBODY)
