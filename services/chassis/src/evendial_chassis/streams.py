"""The streams of the contracts, as JetStream has them."""

from collections.abc import Sequence

from evendial_contracts.subjects import STREAMS, Stream
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import RetentionPolicy, StreamConfig
from nats.js.errors import BadRequestError

from evendial_chassis.run import Stop, patiently

STREAM_NAME_IN_USE = 10058
DUPLICATE_WINDOW_S = 120


async def ensure_streams(jetstream: JetStreamContext, stop: Stop) -> None:
    """Creates or updates every stream; waits for JetStream if need be."""

    async def attempt() -> None:
        try:
            for stream in STREAMS:
                await _ensure(jetstream, stream)
        except (NatsError, TimeoutError) as error:
            raise ConnectionError(f"JetStream: {error}") from error

    await patiently("nats streams", attempt, stop)


def stream_of(subjects: Sequence[str]) -> str:
    """The one stream that holds these subjects."""
    names = {each.name for each in STREAMS for s in subjects if s.startswith(each.subjects[0][:-1])}
    if len(names) != 1:
        raise ValueError(f"{', '.join(subjects)} are not in one stream")
    return names.pop()


async def _ensure(jetstream: JetStreamContext, stream: Stream) -> None:
    config = StreamConfig(
        name=stream.name,
        subjects=list(stream.subjects),
        max_age=stream.max_age_s,
        max_bytes=stream.max_bytes,
        retention=RetentionPolicy.WORK_QUEUE if stream.work_queue else RetentionPolicy.LIMITS,
        duplicate_window=DUPLICATE_WINDOW_S,
        allow_direct=True,
    )
    try:
        await jetstream.add_stream(config)
    except BadRequestError as error:
        if error.err_code != STREAM_NAME_IN_USE:
            raise
        await jetstream.update_stream(config)
