"""10,000 connections that are no calls, while calls go on."""

import asyncio
import resource
import socket
from collections import deque
from collections.abc import Iterator
from contextlib import suppress

import pytest
from evendial_agi.channel import Channel
from evendial_agi.core.header import Header
from evendial_agi.server import Limits, Server

from tests.integration.agi.fake_asterisk import FakeAsterisk, header
from tests.integration.agi.line import STAYS, Ended

pytestmark = pytest.mark.integration

CONNECTIONS = 10_000
AT_ONCE = 200
LEFT_OPEN = 1500
"""More than the server lets wait."""

HALF_HEADER = header("x" * 75)[:150]
HUGE_HEADER = b"agi_network: yes\n" + b"agi_arg_1: " + b"x" * 1_000_000


@pytest.fixture
def many_files() -> Iterator[None]:
    """Both ends of all these connections are in this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Strangers:
    """Four kinds of them, in turn; the latest are left open."""

    def __init__(self, port: int) -> None:
        self._address = ("127.0.0.1", port)
        self._open: deque[socket.socket] = deque()
        self._dripping: deque[socket.socket] = deque(maxlen=20)
        self.over = asyncio.Event()

    async def attack(self) -> None:
        """All of them, so many at once."""
        numbers = iter(range(CONNECTIONS))

        async def one_after_the_other() -> None:
            for number in numbers:
                await self._come(number)

        try:
            await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))
        finally:
            self.over.set()
            for each in self._open:
                each.close()

    async def _come(self, number: int) -> None:
        loop = asyncio.get_running_loop()
        stranger = socket.socket()
        stranger.setblocking(False)
        with suppress(ConnectionError):
            await loop.sock_connect(stranger, self._address)
            match number % 4:
                case 0:
                    stranger.close()
                    return
                case 1:
                    await loop.sock_sendall(stranger, HALF_HEADER)
                case 2:
                    self._dripping.append(stranger)
                case _:
                    await loop.sock_sendall(stranger, HUGE_HEADER)
        self._leave_open(stranger)
        self._drip()

    def _drip(self) -> None:
        """One more byte from each of the latest slow ones, whose first line never ends."""
        for stranger in self._dripping:
            with suppress(OSError):
                stranger.send(b"a")

    def _leave_open(self, stranger: socket.socket) -> None:
        self._open.append(stranger)
        if len(self._open) > LEFT_OPEN:
            self._open.popleft().close()


async def test_calls_go_on_among_ten_thousand_strangers(many_files: None) -> None:
    async def long_call(given: Header, channel: Channel) -> None:
        while given.arguments == ("long",) and not strangers.over.is_set():
            assert await channel.is_up()
        await channel.set_variable("EVENDIAL_DONE", "1")
        await channel.hang_up()

    server = Server(long_call, Limits())
    await server.start("127.0.0.1", 0)
    strangers = Strangers(server.port)
    asterisk = FakeAsterisk(server.port)
    through_it_all = asyncio.create_task(asterisk.call("long", STAYS))
    attack = asyncio.create_task(strangers.attack())
    amid = 0
    while not attack.done():
        assert await asterisk.call("short", STAYS) == Ended(marked=True)
        amid += 1
    await attack
    assert await through_it_all == Ended(marked=True)
    assert amid
    await server.drain(5)
