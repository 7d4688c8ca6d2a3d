"""Messages taken out of a stream, on a real nats-server and its disk."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from evendial_chassis.bus import Bus, connect
from evendial_chassis.run import Stop
from evendial_chassis.scrub import Held, Scrub
from nats.js.api import AckPolicy, ConsumerConfig, RetentionPolicy, StreamConfig

from tests.waiting import until

pytestmark = pytest.mark.integration

SECRET = b"4915566778899"


@pytest.fixture
async def bus(nats_url: str) -> AsyncIterator[Bus]:
    async with connect(nats_url, "test", Stop()) as bus:
        assert bus
        yield bus


@pytest.fixture(params=[RetentionPolicy.LIMITS, RetentionPolicy.WORK_QUEUE])
async def scrub(bus: Bus, request: pytest.FixtureRequest) -> AsyncIterator[Scrub]:
    """An empty stream, of a subject of its own."""
    name = f"TEST_{uuid4().hex}"
    config = StreamConfig(name=name, subjects=[f"test.{name}.>"], retention=request.param, allow_direct=True)
    await bus.jetstream.add_stream(config)
    yield Scrub(bus, name)
    await bus.jetstream.delete_stream(name)


async def say(bus: Bus, scrub: Scrub, *contents: bytes) -> None:
    for content in contents:
        headers = {"ce-type": "test.v1"}
        await bus.jetstream.publish(f"test.{scrub.stream}.a", content, headers=headers)


async def held(scrub: Scrub, wanted: bytes = b"", after: int = 0) -> list[Held]:
    through = await scrub.last()
    return [each async for each in scrub.messages(lambda data: wanted in data, after=after, through=through)]


async def test_an_empty_stream_holds_nothing(scrub: Scrub) -> None:
    assert (await scrub.last(), await held(scrub)) == (0, [])


async def test_what_is_wanted_is_found_and_the_rest_stays(bus: Bus, scrub: Scrub) -> None:
    await say(bus, scrub, b"one", b"two " + SECRET, b"three", b"", b"five " + SECRET)
    assert await held(scrub, SECRET) == [
        Held(2, "test.v1", b"two " + SECRET),
        Held(5, "test.v1", b"five " + SECRET),
    ]
    for each in await held(scrub, SECRET):
        await scrub.delete(each.seq)
        await scrub.delete(each.seq)
    assert [each.data for each in await held(scrub)] == [b"one", b"three", b""]
    assert await held(scrub, after=3) == [Held(4, "test.v1", b"")]


async def test_what_was_deleted_is_not_on_the_disk(bus: Bus, scrub: Scrub, run_folder: Path) -> None:
    await say(bus, scrub, b"x" * 1000, SECRET * 100, b"y" * 1000)

    def on_disk() -> bool:
        return any(SECRET in path.read_bytes() for path in (run_folder / "nats").rglob("*") if path.is_file())

    await until(on_disk)
    await scrub.delete(2)
    await until(lambda: not on_disk())


async def test_who_has_not_read_is_named(bus: Bus, scrub: Scrub) -> None:
    await say(bus, scrub, b"one", b"two")
    config = ConsumerConfig(durable_name="reader", ack_policy=AckPolicy.EXPLICIT)
    await bus.jetstream.add_consumer(scrub.stream, config)
    reader = await bus.jetstream.pull_subscribe_bind("reader", scrub.stream)
    assert await scrub.unread(1) == ["reader"]
    first, second = await reader.fetch(2)
    assert await scrub.unread(1) == ["reader"]
    await first.ack_sync()
    assert (await scrub.unread(1), await scrub.unread(2)) == ([], ["reader"])
    await second.ack_sync()
    assert await scrub.unread(2) == []
    assert await scrub.unread(1000) == []


async def test_a_bus_that_is_gone_is_a_connection_error(bus: Bus) -> None:
    with pytest.raises(ConnectionError):
        await Scrub(bus, "NO_SUCH_STREAM").last()
