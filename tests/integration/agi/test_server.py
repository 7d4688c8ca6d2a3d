"""The listener against peers that are no Asterisk, too many, or too slow: a real call never notices."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from evendial_agi.channel import Channel
from evendial_agi.core.header import Header
from evendial_agi.server import Limits, Server

from tests.integration.agi.fake_asterisk import FakeAsterisk, header
from tests.integration.agi.line import STAYS, Ended
from tests.waiting import until

pytestmark = pytest.mark.integration

StartServer = Callable[..., Awaitable[Server]]


async def serve_and_mark(_: Header, channel: Channel) -> None:
    await channel.set_variable("EVENDIAL_DONE", "1")
    await channel.hang_up()


class Held:
    """Calls that stay until they are let go."""

    def __init__(self) -> None:
        self.headers: list[Header] = []
        self.interrupted = 0
        self.go = asyncio.Event()

    async def serve(self, given: Header, channel: Channel) -> None:
        self.headers.append(given)
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.interrupted += 1
            raise
        await serve_and_mark(given, channel)


@pytest.fixture
async def start() -> AsyncIterator[StartServer]:
    """Starts servers that are stopped after the test."""
    servers: list[Server] = []

    async def begin(handle: Callable[[Header, Channel], Awaitable[None]], limits: Limits) -> Server:
        server = Server(handle, limits)
        await server.start("127.0.0.1", 0)
        servers.append(server)
        return server

    yield begin
    for server in servers:
        if server.trouble() != "not listening":
            await server.drain(0)


async def is_dropped(server: Server, *parts: bytes) -> bool:
    """Whether the server closes a connection that sends these and then nothing."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
        return await asyncio.wait_for(reader.read(), 20) == b""
    except ConnectionError:
        return True
    finally:
        writer.close()


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([b"GET / HTTP/1.1\r\n"], id="another protocol"),
        pytest.param([b"\x16\x03\x01\x02\x00\x01\n"], id="TLS"),
        pytest.param([b"x" * 20_000], id="first line without end"),
        pytest.param([b"agi_network: yes\n", b"a: " + b"x" * 20_000], id="line without end"),
        pytest.param([b"agi_network: yes\n", *[b"a: %d\n" % n for n in range(100)]], id="too many lines"),
        pytest.param([b"agi_network: yes\n", *[b"a: " + b"x" * 3000 + b"\n"] * 10], id="too many bytes"),
        pytest.param([b"agi_network: yes\n", b"no colon\n", b"\n"], id="no header"),
        pytest.param([b"\n"], id="empty"),
    ],
)
async def test_what_is_no_call_is_dropped_at_once(start: StartServer, parts: list[bytes]) -> None:
    server = await start(serve_and_mark, Limits(first_line_s=3600, header_s=3600))
    assert await is_dropped(server, *parts)
    assert await FakeAsterisk(server.port).call("token", STAYS) == Ended(marked=True)


@pytest.mark.parametrize(
    ("parts", "limits"),
    [
        pytest.param([], Limits(first_line_s=0.2, header_s=3600), id="nothing"),
        pytest.param([b"agi_net"], Limits(first_line_s=0.2, header_s=3600), id="half a line"),
        pytest.param([header("x")[:100]], Limits(first_line_s=3600, header_s=0.2), id="half a header"),
    ],
)
async def test_what_is_late_is_dropped(start: StartServer, parts: list[bytes], limits: Limits) -> None:
    server = await start(serve_and_mark, limits)
    assert await is_dropped(server, *parts)
    assert await FakeAsterisk(server.port).call("token", STAYS) == Ended(marked=True)


async def test_a_header_may_come_in_pieces(start: StartServer) -> None:
    seen: list[Header] = []

    async def note(given: Header, channel: Channel) -> None:
        seen.append(given)
        await serve_and_mark(given, channel)

    server = await start(note, Limits())
    _, writer = await asyncio.open_connection("127.0.0.1", server.port)
    whole = header("a token")
    for begin in range(0, len(whole), 50):
        assert await FakeAsterisk(server.port).call("another", STAYS) == Ended(marked=True)
        writer.write(whole[begin : begin + 50])
    await until(lambda: seen[-1].arguments == ("a token",))
    writer.close()


async def test_a_waiting_stranger_makes_room_for_the_next(start: StartServer) -> None:
    server = await start(serve_and_mark, Limits(waiting=4, first_line_s=60, header_s=60))
    strangers = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(8)]
    assert await FakeAsterisk(server.port).call("token", STAYS) == Ended(marked=True)
    for _, writer in strangers:
        writer.close()


async def test_one_call_too_many_is_turned_away(start: StartServer) -> None:
    held = Held()
    server = await start(held.serve, Limits(calls=2))
    calls = [asyncio.create_task(FakeAsterisk(server.port).call("token", STAYS)) for _ in range(2)]
    await until(lambda: len(held.headers) == 2)
    assert not server.accepting
    assert server.trouble() == "too many calls"
    assert await FakeAsterisk(server.port).call("token", STAYS) == Ended(marked=False)
    held.go.set()
    assert await asyncio.gather(*calls) == [Ended(marked=True)] * 2
    assert server.accepting


async def test_a_call_that_fails_disturbs_no_other(
    start: StartServer, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(given: Header, channel: Channel) -> None:
        if given.arguments == ("bad",):
            raise RuntimeError("a fault of ours")
        await serve_and_mark(given, channel)

    server = await start(fail, Limits())
    assert await FakeAsterisk(server.port).call("bad", STAYS) == Ended(marked=False)
    assert await FakeAsterisk(server.port).call("good", STAYS) == Ended(marked=True)
    assert "a fault of ours" in caplog.text


async def test_a_drain_waits_for_calls_and_takes_no_more(start: StartServer) -> None:
    held = Held()
    server = await start(held.serve, Limits())
    port = server.port
    call = asyncio.create_task(FakeAsterisk(port).call("token", STAYS))
    await until(lambda: held.headers)
    draining = asyncio.create_task(server.drain(60))
    await until(lambda: not server.accepting)
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)
    held.go.set()
    await draining
    assert await call == Ended(marked=True)


async def test_a_drain_interrupts_what_outlasts_it(start: StartServer) -> None:
    held = Held()
    server = await start(held.serve, Limits())
    call = asyncio.create_task(FakeAsterisk(server.port).call("token", STAYS))
    await until(lambda: held.headers)
    await server.drain(0.05)
    assert held.interrupted == 1
    assert await call == Ended(marked=False)
