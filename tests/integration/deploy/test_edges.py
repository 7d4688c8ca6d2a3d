"""An edge fails as a network fails, and heals."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator

import pytest

from deploy.local.edges import Edge
from deploy.local.ports import Ports
from tests.waiting import until

pytestmark = pytest.mark.integration

GIVES_UP_AFTER_S = 0.2


class Far:
    """A server that keeps what it is told."""

    def __init__(self) -> None:
        self.heard = b""
        self.connections: list[asyncio.StreamWriter] = []
        self.callers: list[Near] = []
        self.lost = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.append(writer)
        try:
            while data := await reader.read(1000):
                self.heard += data
        except ConnectionError:
            pass
        self.lost += 1
        writer.close()

    async def dial(self, port: int) -> "Near":
        """Somebody who connects to that port."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        self.callers.append(Near(writer, reader))
        return self.callers[-1]

    def hang_up(self) -> None:
        """Ends everything."""
        for writer in (*self.connections, *(each.writer for each in self.callers)):
            writer.close()


class Near:
    """A client that keeps what it is told."""

    def __init__(self, writer: asyncio.StreamWriter, reader: asyncio.StreamReader) -> None:
        self.writer = writer
        self.heard = b""
        self.lost = False
        self._reading = asyncio.create_task(self._read(reader))

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while data := await reader.read(1000):
                self.heard += data
        except ConnectionError:
            pass
        self.lost = True
        self.writer.close()


@pytest.fixture
async def far(ports: Ports) -> AsyncIterator[tuple[Far, int]]:
    made, port = Far(), ports.one()
    server = await asyncio.start_server(made.serve, "127.0.0.1", port)
    yield made, port
    made.hang_up()
    server.close()
    await until(lambda: all(each.lost for each in made.callers))
    await until(lambda: made.lost == len(made.connections))


@pytest.fixture
async def edge(far: tuple[Far, int], ports: Ports) -> AsyncIterator[Edge]:
    made = Edge("a>b", far[1], gives_up_after_s=GIVES_UP_AFTER_S)
    await made.open(ports.one())
    yield made
    await made.close()


async def connected(edge: Edge, far: Far) -> Near:
    near, expected = await far.dial(edge.port), far.heard + b"hello "
    near.writer.write(b"hello ")
    await until(lambda: far.heard == expected)
    return near


async def test_it_passes_on_what_is_said_and_that_it_is_over(edge: Edge, far: tuple[Far, int]) -> None:
    near = await connected(edge, far[0])
    far[0].connections[0].write(b"welcome")
    await until(lambda: near.heard == b"welcome")
    near.writer.close()
    await until(lambda: far[0].lost == 1)


async def test_cut_resets_and_refuses_until_it_heals(edge: Edge, far: tuple[Far, int]) -> None:
    near = await connected(edge, far[0])
    edge.cut()
    await until(lambda: near.lost and far[0].lost == 1)
    refused = await far[0].dial(edge.port)
    await until(lambda: refused.lost)
    assert len(far[0].connections) == 1
    edge.heal()
    await connected(edge, far[0])


async def test_a_connection_that_was_on_its_way_when_it_was_cut_is_reset(
    edge: Edge, far: tuple[Far, int]
) -> None:
    near = await far[0].dial(edge.port)
    edge.cut()
    await until(lambda: near.lost)


async def test_stalled_bytes_arrive_when_it_heals(edge: Edge, far: tuple[Far, int]) -> None:
    near = await connected(edge, far[0])
    edge.stall()
    near.writer.write(b"held")
    far[0].connections[0].write(b"held")
    await until(lambda: edge.held == len(b"heldheld"))
    assert (far[0].heard, near.heard) == (b"hello ", b"")
    edge.heal()
    await until(lambda: far[0].heard == b"hello held" and near.heard == b"held")


async def test_what_was_given_up_while_it_stalled_never_arrives(edge: Edge, far: tuple[Far, int]) -> None:
    near = await connected(edge, far[0])
    edge.stall()
    near.writer.write(b"stale")
    near.writer.close()
    await until(lambda: far[0].lost == 1)
    edge.heal()
    await connected(edge, far[0])
    assert far[0].heard == b"hello hello "


async def test_bytes_that_are_held_for_too_long_take_their_connection_with_them(
    edge: Edge, far: tuple[Far, int]
) -> None:
    near = await connected(edge, far[0])
    edge.stall()
    near.writer.write(b"stale")
    await until(lambda: near.lost)
    edge.heal()
    assert far[0].heard == b"hello "


async def test_a_delay_keeps_the_order_also_when_it_ends(edge: Edge, far: tuple[Far, int]) -> None:
    near = await connected(edge, far[0])
    loop = asyncio.get_running_loop()
    edge.delay(0.1)
    sent_at = loop.time()
    near.writer.write(b"first ")
    await until(lambda: edge.delayed == 1)
    edge.heal()
    near.writer.write(b"second")
    await until(lambda: far[0].heard == b"hello first second")
    assert loop.time() - sent_at >= 0.1


async def test_bytes_that_are_due_at_one_instant_keep_their_order(edge: Edge, far: tuple[Far, int]) -> None:
    near = await connected(edge, far[0])
    edge.delay(0.3)
    pieces = [f"{n} ".encode() for n in range(20)]
    for piece in pieces:
        late = edge.delayed
        near.writer.write(piece)
        await until(lambda: edge.delayed == late + 1, every=0.001)  # noqa: B023 - it is asked at once
        edge.heal()
    await until(lambda: len(far[0].heard) == len(b"hello " + b"".join(pieces)))
    assert far[0].heard == b"hello " + b"".join(pieces)


async def test_it_breaks_off_in_the_middle_of_a_message(edge: Edge, far: tuple[Far, int]) -> None:
    near = await connected(edge, far[0])
    edge.drop_after(4)
    near.writer.write(b"originate")
    await until(lambda: near.lost and far[0].lost == 1)
    assert far[0].heard == b"hello orig"
    await connected(edge, far[0])


async def test_a_stranger_on_a_half_open_wire_may_give_up(
    edge: Edge, far: tuple[Far, int], caplog: pytest.LogCaptureFixture
) -> None:
    edge.half_open()
    late = await far[0].dial(edge.port)
    late.writer.write(b"swallowed")
    await until(lambda: edge.swallowed)
    reset = struct.pack("ii", 1, 0)
    late.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
    late.writer.transport.abort()
    await until(lambda: late.lost)
    await edge.close()
    unhandled = [each for each in caplog.records if each.name == "asyncio"]
    assert unhandled == []


async def test_half_open_tells_nobody_until_it_heals(edge: Edge, far: tuple[Far, int]) -> None:
    near = await connected(edge, far[0])
    edge.half_open()
    near.writer.write(b"swallowed")
    late = await far[0].dial(edge.port)
    late.writer.write(b"swallowed")
    await until(lambda: edge.swallowed >= len(b"swallowed"))
    assert (near.lost, late.lost, far[0].lost) == (False, False, 0)
    edge.heal()
    await until(lambda: near.lost and late.lost and far[0].lost == 1)
    assert far[0].heard == b"hello "
