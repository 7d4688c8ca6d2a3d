"""The streams of the contracts, as JetStream has them: made at the start, and again when they are gone."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

from evendial_contracts.subjects import STREAMS, Stream
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.api import DiscardPolicy, RetentionPolicy, StreamConfig, StreamInfo
from nats.js.errors import BadRequestError, NotFoundError

from evendial_chassis.run import Stop, patiently

logger = logging.getLogger(__name__)

STREAM_NAME_IN_USE = 10058
DUPLICATE_WINDOW_S = 120
LOOK_EVERY_S = 2.0
LOOK_AGAIN_S = 0.1
ANSWER_S = 1.0


class Streams:
    """What one connection knows of them. A stream that was lost with its store is made again, empty."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._jetstream = client.jetstream(timeout=ANSWER_S)
        self._made_at: dict[str, datetime] = {}
        self._doubted = asyncio.Event()
        self._hearers: list[Callable[[], None]] = []

    def made_at(self, name: str) -> datetime | None:
        """When the stream as it is was made; None while it may have been lost and is looked for."""
        return self._made_at.get(name)

    def doubt(self) -> None:
        """They may be gone: nothing is known of them until they have been looked at again."""
        self._made_at.clear()
        self._doubted.set()
        for hear in list(self._hearers):
            hear()

    def on_doubt(self, hear: Callable[[], None]) -> Callable[[], None]:
        """Calls `hear` each time they are doubted; returns what ends that."""
        self._hearers.append(hear)
        return lambda: self._hearers.remove(hear)

    async def ensure(self, stop: Stop) -> None:
        """Creates or updates every stream; waits for JetStream if need be."""

        async def attempt() -> None:
            try:
                for stream in STREAMS:
                    self._know(stream, await self._make(stream))
            except (NatsError, TimeoutError) as error:
                raise ConnectionError(f"JetStream: {error}") from error

        await patiently("nats streams", attempt, stop)

    async def keep(self) -> None:
        """For ever: looks at them every 2 s, and at once when they are doubted."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._doubted.wait(), LOOK_EVERY_S)
            self._doubted.clear()
            try:
                await self._look()
            except (NatsError, OSError):
                self._doubted.set()
                await asyncio.sleep(LOOK_AGAIN_S)

    async def _look(self) -> None:
        if not self._client.is_connected:
            raise ConnectionError("not connected to NATS")
        for stream in STREAMS:
            try:
                info = await self._jetstream.stream_info(stream.name)
            except NotFoundError:
                info = await self._make(stream)
                logger.warning("stream made again", extra={"action": "stream_made", "stream": stream.name})
            self._know(stream, info)

    async def _make(self, stream: Stream) -> StreamInfo:
        config = StreamConfig(
            name=stream.name,
            subjects=list(stream.subjects),
            max_age=stream.max_age_s,
            max_bytes=stream.max_bytes,
            retention=RetentionPolicy.WORK_QUEUE if stream.work_queue else RetentionPolicy.LIMITS,
            discard=DiscardPolicy.OLD if stream.forgets else DiscardPolicy.NEW,
            duplicate_window=DUPLICATE_WINDOW_S,
            allow_direct=True,
        )
        try:
            return await self._jetstream.add_stream(config)
        except BadRequestError as error:
            if error.err_code != STREAM_NAME_IN_USE:
                raise
            return await self._update(config)

    async def _update(self, config: StreamConfig) -> StreamInfo:
        """The operator may have given it another size: that stays."""
        assert config.name
        there = (await self._jetstream.stream_info(config.name)).config
        return await self._jetstream.update_stream(config, max_bytes=there.max_bytes)

    def _know(self, stream: Stream, info: StreamInfo) -> None:
        assert info.created, "JetStream says of every stream when it was made"
        self._made_at[stream.name] = info.created


def stream_of(subjects: Sequence[str]) -> str:
    """The one stream that holds these subjects."""
    names = {each.name for each in STREAMS for s in subjects if s.startswith(each.subjects[0][:-1])}
    if len(names) != 1:
        raise ValueError(f"{', '.join(subjects)} are not in one stream")
    return names.pop()
