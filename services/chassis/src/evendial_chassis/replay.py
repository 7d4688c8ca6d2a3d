"""A stream read once more, by nobody's durable: from one place to where it ends now."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

import msgspec
from evendial_contracts.codec import MalformedMessage, UnknownMessage, decode
from evendial_contracts.envelope import BadEnvelope, Envelope, open_envelope
from evendial_contracts.message import Message
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from evendial_chassis.bus import Bus
from evendial_chassis.pull import ConsumerGone, Pull
from evendial_chassis.run import Stop
from evendial_chassis.streams import stream_of

BATCH = 500
SILENCE = 3
"""Pull requests in a row that may bring nothing while more is there."""


class Replayed(msgspec.Struct, frozen=True):
    """A message as it lies in the stream."""

    envelope: Envelope
    message: Message


async def replay(bus: Bus, subjects: Sequence[str], *, after: int) -> AsyncGenerator[list[Replayed]]:
    """What is numbered above `after` by now, oldest first; what cannot be read is passed over.

    Raises ConnectionError while the bus cannot serve it.
    """
    stream = stream_of(subjects)
    config = ConsumerConfig(
        ack_policy=AckPolicy.NONE,
        deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
        opt_start_seq=after + 1,
        filter_subjects=list(subjects),
        inactive_threshold=30.0,
        mem_storage=True,
    )
    try:
        info = await bus.jetstream.add_consumer(stream, config)
        left, silent = info.num_pending or 0, 0
        async with Pull(bus, stream, info.name, BATCH, Stop()) as pull:
            while left > 0 and silent < SILENCE:
                silent += 1
                async with aclosing(pull.batches()) as batches:
                    async for batch in batches:
                        left, silent = left - len(batch), 0
                        yield [each for raw in batch if (each := _read(raw))]
                        if left <= 0:  # a request that is not filled stays open for seconds
                            break
        await bus.jetstream.delete_consumer(stream, info.name)
    except (NatsError, TimeoutError, ConsumerGone) as error:
        raise ConnectionError(f"stream {stream}: {error!r}") from error
    if left > 0:
        raise ConnectionError(f"stream {stream} stopped {left} messages before its end")


async def last_seq(bus: Bus, stream: str) -> int:
    """The number of the newest message that ever was in the stream as it is; raises ConnectionError."""
    try:
        return (await bus.jetstream.stream_info(stream)).state.last_seq
    except (NatsError, TimeoutError) as error:
        raise ConnectionError(f"stream {stream}: {error!r}") from error


async def acknowledged(bus: Bus, stream: str, durable: str) -> int | None:
    """Up to where a durable has acknowledged everything; None when nothing waits for it, or nobody reads.

    Raises ConnectionError.
    """
    try:
        info = await bus.jetstream.consumer_info(stream, durable)
    except NotFoundError:
        return None
    except (NatsError, TimeoutError) as error:
        raise ConnectionError(f"consumer {durable}: {error!r}") from error
    waiting = info.num_pending or info.num_ack_pending
    return info.ack_floor.stream_seq if waiting and info.ack_floor else None


async def newest(bus: Bus, subject: str) -> Replayed | None:
    """The newest message on one subject; None when there is none. Raises ConnectionError."""
    stream = stream_of([subject])
    try:
        raw = await bus.jetstream.get_last_msg(stream, subject, direct=True)
    except NotFoundError:
        return None
    except (NatsError, TimeoutError) as error:
        raise ConnectionError(f"stream {stream}: {error!r}") from error
    return _decoded(raw.headers, raw.data or b"")


def _read(raw: Msg) -> Replayed | None:
    return _decoded(raw.headers, raw.data)


def _decoded(headers: dict[str, str] | None, data: bytes) -> Replayed | None:
    try:
        envelope = open_envelope(headers)
        message = decode(envelope.type, data)
    except (BadEnvelope, MalformedMessage):
        return None
    return None if isinstance(message, UnknownMessage) else Replayed(envelope, message)
