"""A durable subscriber, as any other system would be one: it keeps every end of a command that it is sent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import nats
from evendial_chassis.run import Stop
from evendial_contracts.calls import CallEnded
from evendial_contracts.codec import decode
from evendial_contracts.dialing import NumberDialVoided
from evendial_contracts.envelope import open_envelope
from evendial_contracts.numbers import NumberScheduled
from evendial_contracts.subjects import events_of
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig

from tests.faults.evidence import Said

STREAM, DURABLE = "EVENDIAL_EVENTS", "fault-judge"
AT_ONCE = 100
ASK_S = 1.0
AGAIN_S = 0.25


class Subscriber:
    """What was received since the stack was started, and which commands were announced."""

    def __init__(self) -> None:
        self.said: set[Said] = set()
        self.scheduled: dict[str, NumberScheduled] = {}

    async def run(self, client: Client, stop: Stop) -> None:
        """Until told to stop; makes its durable again when the server has lost it."""
        stream = client.jetstream(timeout=2)
        while not stop.requested:
            with suppress(NatsError, TimeoutError):
                await self._consume(stream, stop)
            await stop.pause(AGAIN_S)

    async def _consume(self, stream: JetStreamContext, stop: Stop) -> None:
        subjects = list(events_of(CallEnded, NumberDialVoided, NumberScheduled))
        config = ConsumerConfig(durable_name=DURABLE, filter_subjects=subjects, ack_wait=5)
        await stream.add_consumer(STREAM, config)
        pull = await stream.pull_subscribe_bind(DURABLE, STREAM)
        try:
            while not stop.requested:
                await self._take(pull)
        finally:
            with suppress(NatsError, TimeoutError):
                await pull.unsubscribe()

    async def _take(self, pull: JetStreamContext.PullSubscription) -> None:
        try:
            messages = await pull.fetch(AT_ONCE, timeout=ASK_S)
        except TimeoutError:  # nothing was said, or nobody is there: what then is asked for again finds out
            await pull.consumer_info()
            return
        for message in messages:
            self._keep(message)
            await message.ack()

    def _keep(self, raw: Msg) -> None:
        envelope = open_envelope(raw.headers)
        match decode(envelope.type, raw.data):
            case NumberScheduled() as planned:
                self.scheduled[str(planned.command_id)] = planned
            case (CallEnded() | NumberDialVoided()) as end:
                called = isinstance(end, CallEnded)
                self.said.add(
                    Said(
                        command_id=end.command_id,
                        message_id=str(envelope.id),
                        body=raw.data,
                        called=called,
                        consumes_attempt=isinstance(end, CallEnded) and end.disposition.consumes_attempt,
                    )
                )


@asynccontextmanager
async def subscribed(nats_url: str) -> AsyncIterator[Subscriber]:
    """From now on; it does not know when NATS is killed, only that it has to connect again."""
    subscriber, stop = Subscriber(), Stop()
    client = await nats.connect(
        nats_url, max_reconnect_attempts=-1, reconnect_time_wait=0.1, error_cb=_ignore, name=DURABLE
    )
    running = asyncio.create_task(subscriber.run(client, stop))
    try:
        yield subscriber
    finally:
        stop.request()
        await running
        await client.close()


async def _ignore(error: Exception) -> None:
    """A lost connection is part of the test."""
