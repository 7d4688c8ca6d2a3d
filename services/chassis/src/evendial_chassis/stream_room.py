"""Room in the streams: what every consumer has read goes before a stream is full, and nothing else does."""

import logging

import msgspec
from evendial_contracts.subjects import STREAMS
from nats.errors import Error as NatsError
from nats.js.api import ConsumerInfo, StreamInfo

from evendial_chassis.bus import Bus
from evendial_chassis.metrics import Gauge
from evendial_chassis.run import Stop

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0
TRIM_ABOVE = 0.65
TRIM_TO = 0.5
ALARM_AT = 0.7
"""Only where somebody has not read what should go."""

bytes_used = Gauge("evendial_stream_used", "Share of a stream's largest size that is used.", ["stream"])
messages_held = Gauge("evendial_stream_messages", "Messages in a stream.", ["stream"])


class Fill(msgspec.Struct, frozen=True, kw_only=True):
    """How full a stream is (`used`, 1 is full), and the numbers of its first and last message."""

    used: float
    first: int
    last: int


class StreamRoom:
    """One service looks after this for all."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._alarmed: set[str] = set()

    async def run(self, stop: Stop) -> None:
        """Until told to stop; while the bus is away nothing is done."""
        while not await stop.pause(LOOK_EVERY_S):
            for stream in STREAMS:
                try:
                    await self.look(stream.name)
                except (NatsError, TimeoutError) as error:
                    logger.debug("no look", extra={"action": "stream_unseen", "reason": repr(error)})

    async def look(self, stream: str) -> None:
        """Makes room in one stream if it needs some; says when it fills, and when that is over."""
        fill = _fill(await self._bus.jetstream.stream_info(stream))
        lagging: list[str] = []
        if fill.used >= TRIM_ABOVE:
            lagging = await self._trim(stream, fill)
            fill = _fill(await self._bus.jetstream.stream_info(stream))
        bytes_used.labels(stream).set(fill.used)
        messages_held.labels(stream).set(fill.last - fill.first + 1)
        self._say(stream, fill, lagging)

    async def _trim(self, stream: str, fill: Fill) -> list[str]:
        """Returns the consumers that would lose something if more went."""
        read = {each.name: _read(each, fill.last) for each in await self._durables(stream)}
        if not read:
            return []
        wanted = first_to_stay(fill)
        if (keep := min(wanted, min(read.values()) + 1)) > fill.first:
            await self._bus.jetstream.purge_stream(stream, seq=keep)
            extra = {"action": "stream_trimmed", "stream": stream, "messages": keep - fill.first}
            logger.info("room made in a stream", extra=extra)
        return sorted(name for name, seq in read.items() if seq + 1 < wanted)

    async def _durables(self, stream: str) -> list[ConsumerInfo]:
        found: list[ConsumerInfo] = []
        while page := await self._bus.jetstream.consumers_info(stream, offset=len(found)):
            found += page
        return [each for each in found if each.config.durable_name]

    def _say(self, stream: str, fill: Fill, lagging: list[str]) -> None:
        if fill.used >= ALARM_AT and stream not in self._alarmed:
            extra = {"action": "stream_filling", "stream": stream, "used": f"{fill.used:.0%}"}
            logger.warning("a stream fills", extra=extra | {"unread_by": ", ".join(lagging)})
            self._alarmed.add(stream)
        if fill.used < ALARM_AT and stream in self._alarmed:
            logger.info("a stream has room again", extra={"action": "stream_has_room", "stream": stream})
            self._alarmed.discard(stream)


def first_to_stay(fill: Fill) -> int:
    """The number of the message from which on a stream would be filled as far as it should be."""
    held = fill.last - fill.first + 1
    return fill.first + round(held * max(0.0, 1 - TRIM_TO / fill.used)) if fill.used else fill.first


def _fill(info: StreamInfo) -> Fill:
    state, most = info.state, info.config.max_bytes or 0
    return Fill(used=state.bytes / most if most > 0 else 0.0, first=state.first_seq, last=state.last_seq)


def _read(consumer: ConsumerInfo, last: int) -> int:
    """The last message up to which it has acknowledged all that is for it."""
    if not consumer.num_pending and not consumer.num_ack_pending:
        return last
    return consumer.ack_floor.stream_seq if consumer.ack_floor else 0
