"""The one place that speaks NATS."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TypeVar
from uuid import UUID, uuid4

import msgspec
from evendial_contracts.message import Message
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import ObjectStoreConfig
from nats.js.errors import NotFoundError
from nats.js.object_store import ObjectStore

from evendial_chassis import metrics
from evendial_chassis.clock import HOST_CLOCK
from evendial_chassis.hearing import Hearing
from evendial_chassis.outgoing import Outgoing as Outgoing
from evendial_chassis.outgoing import sealed as sealed
from evendial_chassis.run import Stop, patiently
from evendial_chassis.streams import Streams
from evendial_chassis.vitals import Vitals

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")

PUBLISH_DEADLINE_S = 60.0
"""Shorter than JetStream's dedupe window, so that a repeat is always recognised."""
ACK_TIMEOUT_S = 2.0


class NotPublished(TimeoutError):
    """The bus did not acknowledge the message before the deadline; it may or may not be there."""


class NoAnswer(TimeoutError):
    """Nobody answered a request in time."""


class Bus:
    """A connection that never gives up, and what is said over it under one service's name."""

    def __init__(self, client: Client, service: str, streams: Streams) -> None:
        self._client = client
        self._streams = streams
        self._jetstream = client.jetstream(timeout=5)
        self.service = service

    @property
    def client(self) -> Client:
        """The raw client, for this package only."""
        return self._client

    @property
    def jetstream(self) -> JetStreamContext:
        """The raw JetStream context, for this package only."""
        return self._jetstream

    def made_at(self, stream: str) -> datetime | None:
        """When the stream was made; None while it may be lost. Another time means: all in it is lost."""
        return self._streams.made_at(stream)

    def on_doubt(self, hear: Callable[[], None]) -> Callable[[], None]:
        """Calls `hear` when streams and consumers may be gone; returns what ends that."""
        return self._streams.on_doubt(hear)

    def trouble(self) -> str | None:
        """A health part: what is wrong with the connection."""
        return None if self._client.is_connected else "not connected to NATS"

    async def publish(
        self,
        message: Message,
        *,
        id: UUID | None = None,
        deadline_s: float = PUBLISH_DEADLINE_S,
        ack_s: float = ACK_TIMEOUT_S,
    ) -> None:
        """Publishes and waits for the acknowledgement; repeats under the same id until `NotPublished`."""
        await self.publish_sealed(sealed(message, self.service, id=id), deadline_s=deadline_s, ack_s=ack_s)

    async def publish_sealed(
        self, outgoing: Outgoing, *, deadline_s: float = PUBLISH_DEADLINE_S, ack_s: float = ACK_TIMEOUT_S
    ) -> None:
        """The same for a message that already has its id and time. With a deadline of 0 it is said once."""
        deadline = HOST_CLOCK.monotonic() + deadline_s
        while True:
            try:
                await self._jetstream.publish(
                    outgoing.subject, outgoing.data, timeout=ack_s, headers=outgoing.headers
                )
            except (NatsError, TimeoutError) as error:
                if HOST_CLOCK.monotonic() >= deadline:
                    raise NotPublished(f"{outgoing.type}: {error!r}") from error
                await asyncio.sleep(0.25)
                continue
            metrics.published.labels(outgoing.type).inc()
            return

    async def tell(self, subject: str, body: msgspec.Struct) -> None:
        """Says something that nobody keeps, e.g. a heartbeat; dropped while there is no connection."""
        if self._client.is_connected:
            await self._client.publish(subject, msgspec.json.encode(body))

    async def ask(
        self, subject: str, body: msgspec.Struct, answer: type[Answer], *, timeout_s: float
    ) -> Answer:
        """Asks and waits for the first answer; raises `NoAnswer`."""
        try:
            reply = await self._client.request(subject, msgspec.json.encode(body), timeout=timeout_s)
        except (NatsError, TimeoutError) as error:
            raise NoAnswer(f"{subject}: no answer in {timeout_s} s") from error
        return msgspec.json.decode(reply.data, type=answer)

    async def listen(
        self,
        subject: str,
        kind: type[Answer],
        hear: Callable[[Answer], Awaitable[msgspec.Struct | None]],
        *,
        queue: str = "",
    ) -> None:
        """Hears what is told or asked on a subject; what `hear` returns is the answer.

        With a `queue` only one of its members hears each message. None holds up another: each has a task.
        What cannot be read is logged and left unanswered.
        """

        heard = Hearing(subject, kind, hear)
        await self._client.subscribe(subject, queue=queue, cb=heard.on_message)

    async def objects(self, bucket: str) -> ObjectStore:
        """The object store of that name, made if it is not there."""
        try:
            return await self._jetstream.object_store(bucket)
        except NotFoundError:
            return await self._jetstream.create_object_store(bucket, ObjectStoreConfig(bucket=bucket))

    async def close(self) -> None:
        """Says what is still buffered and leaves."""
        try:
            await asyncio.wait_for(self._client.drain(), 2)
        except (NatsError, TimeoutError):
            await self._client.close()


@asynccontextmanager
async def connect(
    url: str, service: str, stop: Stop, vitals: Vitals | None = None
) -> AsyncIterator[Bus | None]:
    """A bus once NATS answers and its streams are there; None when told to stop first.

    With `vitals` it is told over it, as long as it is open, how this process is.
    """
    client = Client()
    streams = Streams(client)

    async def log_error(error: Exception) -> None:
        logger.debug("bus error", extra={"action": "bus_error", "reason": repr(error)})

    async def log_lost() -> None:
        streams.doubt()
        if not stop.requested:
            logger.warning("bus lost", extra={"action": "bus_lost"})

    async def log_found() -> None:
        streams.doubt()
        logger.info("bus found again", extra={"action": "bus_found"})

    async def attempt() -> None:
        try:
            await client.connect(
                url,
                name=f"evendial-{service}-{uuid4().hex[:8]}",
                connect_timeout=2,
                reconnect_time_wait=0.25,  # type: ignore[arg-type]
                max_reconnect_attempts=-1,
                ping_interval=5,
                max_outstanding_pings=2,
                error_cb=log_error,
                disconnected_cb=log_lost,
                reconnected_cb=log_found,
            )
        except NatsError as error:
            raise ConnectionError(str(error)) from error

    yielded: Bus | None = None
    keeping: list[asyncio.Task[None]] = []
    try:
        if await _first_connection(client, attempt, stop):
            await streams.ensure(stop)
            yielded = None if stop.requested else Bus(client, service, streams)
            keeping = _keeping(streams, yielded, vitals)
        yield yielded
    finally:
        for each in keeping:
            each.cancel()
        if yielded:
            await yielded.close()
        else:
            await client.close()


def _keeping(streams: Streams, bus: Bus | None, vitals: Vitals | None) -> list[asyncio.Task[None]]:
    told = [vitals.tell_on(bus.tell, bus.service)] if bus and vitals else []
    return [asyncio.create_task(each) for each in (streams.keep(), *told)]


async def _first_connection(client: Client, attempt: Callable[[], Awaitable[None]], stop: Stop) -> bool:
    """nats-py itself tries for ever once told to reconnect for ever: say so once, and obey a stop."""
    connecting = asyncio.ensure_future(patiently("nats", attempt, stop))
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({connecting, stopping}, timeout=1, return_when=asyncio.FIRST_COMPLETED)
        if not connecting.done() and not stop.requested:
            logger.warning("waiting", extra={"action": "waiting", "part": "nats", "reason": "no answer"})
            await asyncio.wait({connecting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if connecting.done():
                logger.info("found", extra={"action": "found", "part": "nats"})
        return connecting.done() and connecting.result()
    finally:
        connecting.cancel()
        stopping.cancel()
