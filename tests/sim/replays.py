"""`evendial_chassis.replay` over the simulated broker: a stream read once more."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from evendial_chassis.bus import Bus
from evendial_chassis.replay import Replayed, _decoded
from evendial_chassis.streams import stream_of

from tests.sim.broker import StreamState, matches


async def replay(bus: Bus, subjects: Sequence[str], *, after: int) -> AsyncGenerator[list[Replayed]]:
    """All at once."""
    stream = await _stream(bus, stream_of(subjects))
    stored = [each for seq, each in sorted(stream.messages.items()) if seq > after]
    wanted = [each for each in stored if any(matches(subject, each.subject) for subject in subjects)]
    yield [found for each in wanted if (found := _decoded(each.headers, each.data))]


async def last_seq(bus: Bus, stream: str) -> int:
    """As the broker says."""
    return (await _stream(bus, stream)).last_seq


async def acknowledged(bus: Bus, stream: str, durable: str) -> int | None:
    """What is before the first message that somebody has yet to acknowledge."""
    found = (await _stream(bus, stream)).durables.get(durable)
    waiting = [*found.fresh, *found.again, *found.pending] if found else []
    return min(waiting) - 1 if waiting else None


async def newest(bus: Bus, subject: str) -> Replayed | None:
    """The last of that subject."""
    stream = await _stream(bus, stream_of([subject]))
    stored = [each for each in stream.messages.values() if each.subject == subject]
    return _decoded(stored[-1].headers, stored[-1].data) if stored else None


async def _stream(bus: Bus, name: str) -> StreamState:
    network = bus.client.network  # type: ignore[attr-defined]
    await asyncio.sleep(2 * network.delay_s())
    stream: StreamState | None = network.broker.streams.get(name)
    if stream is None or not bus.client.is_connected:
        raise ConnectionError(f"stream {name} is not to be had")
    return stream
