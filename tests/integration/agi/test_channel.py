"""Commands and answers on one connection: scripted peers, and a real Asterisk's word on what they mean."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import pytest
from evendial_agi import channel as module
from evendial_agi.channel import Channel, ChannelGone, Disconnected, HungUp, Refused
from evendial_agi.core.command import UnsafeArgument
from evendial_agi.core.header import Header
from evendial_agi.server import Limits, Server

from tests.conftest import AsteriskPair
from tests.integration.agi.line import HANGS_UP, PRESSES_KEY, STAYS, Callee
from tests.integration.agi.real_asterisk import RealAsterisk

pytestmark = pytest.mark.integration

DEAD = b"511 Command Not Permitted on a dead channel or intercept routine\n"
USAGE = b"520-Invalid command syntax.  Proper usage follows:\n" + b"text\n\n" * 20 + b"520 End.\n"
CLOSE = b""

Script = Callable[..., Awaitable[Channel]]


@pytest.fixture
async def peer() -> AsyncIterator[Script]:
    """`await peer(answer, answer …)` = a channel whose peer answers each command so; `CLOSE` closes."""
    servers: list[asyncio.Server] = []
    writers: list[asyncio.StreamWriter] = []

    async def connect(*answers: bytes) -> Channel:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            for each in answers:
                if each == CLOSE:
                    break
                await reader.readline()
                writer.write(each)
            else:
                await reader.read()
            writer.close()

        servers.append(await asyncio.start_server(answer, "127.0.0.1", 0))
        reader, writer = await asyncio.open_connection(*servers[-1].sockets[0].getsockname())
        writers.append(writer)
        return Channel(reader, writer)

    yield connect
    for writer in writers:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
    for server in servers:
        server.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A silent peer is given up after a moment."""
    monkeypatch.setattr(module, "ANSWER_DEADLINE_S", 0.1)


async def test_a_hangup_line_is_never_an_answer(peer: Script) -> None:
    channel = await peer(b"HANGUP\n200 result=1\n", b"200 result=1\n")
    await channel.set_variable("A", "1")
    assert channel.hung_up
    await channel.set_variable("B", "2")


async def test_trying_is_not_the_answer_yet(peer: Script) -> None:
    channel = await peer(b"100 result=0 Trying...\n200 result=6\n")
    assert await channel.is_up()


async def test_a_usage_block_is_read_to_its_end(peer: Script) -> None:
    channel = await peer(USAGE, b"200 result=6\n")
    with pytest.raises(Refused, match="520"):
        await channel.set_variable("A", "1")
    assert await channel.is_up()


async def test_a_dead_channel_is_a_hangup_and_still_takes_variables(peer: Script) -> None:
    channel = await peer(DEAD, b"200 result=1\n")
    with pytest.raises(HungUp):
        await channel.stream_file("sound", duration_s=1)
    assert channel.hung_up
    await channel.set_variable("EVENDIAL_DONE", "1")


@pytest.mark.parametrize(
    ("status", "played"), [(b"200 result=6\n", False), (b"HANGUP\n" + DEAD, None), (b"200 result=0\n", None)]
)
async def test_minus_one_is_a_missing_sound_only_while_the_channel_is_up(
    peer: Script, status: bytes, played: bool | None
) -> None:
    channel = await peer(b"200 result=-1 endpos=0\n", status)
    if played is None:
        with pytest.raises(HungUp):
            await channel.stream_file("sound", duration_s=1)
    else:
        assert await channel.stream_file("sound", duration_s=1) is played


@pytest.mark.parametrize(
    ("answer", "exists"),
    [
        (b"200 result=1 (1)\n", True),
        (b"200 result=1 (0)\n", False),
        (b"200 result=1 ()\n", None),
        (b"200 result=0\n", None),
    ],
)
async def test_a_dialplan_that_cannot_say_is_neither_yes_nor_no(
    peer: Script, answer: bytes, exists: bool | None
) -> None:
    channel = await peer(answer)
    assert await channel.context_exists("menu", "s", 1) is exists


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param([CLOSE], id="closed"),
        pytest.param([b"200 result=", CLOSE], id="closed in the middle of a line"),
        pytest.param([b"what?\n"], id="not AGI"),
        pytest.param([b"200 result=x\n"], id="no number"),
        pytest.param([b"\n"], id="empty line"),
        pytest.param([b"\xff\xfe\n"], id="not UTF-8"),
        pytest.param([b"x" * 200_000 + b"\n"], id="line without end"),
        pytest.param([b"520-Usage\n" + b"x\n" * 1000], id="block without end"),
    ],
)
async def test_a_peer_that_is_gone_or_odd_ends_the_connection(peer: Script, answers: list[bytes]) -> None:
    channel = await peer(*answers)
    for _ in range(2):
        with pytest.raises(Disconnected):
            await channel.is_up()
    assert not channel.usable


async def test_a_connection_closed_after_a_hangup_is_a_hangup(peer: Script) -> None:
    """So Asterisk ends it when AGIEXITONHANGUP is set."""
    channel = await peer(b"200 result=-1 endpos=160\nHANGUP\n", CLOSE)
    with pytest.raises(HungUp):
        await channel.stream_file("sound", duration_s=1)
    assert not channel.usable


async def test_a_silent_peer_is_given_up_and_nothing_more_is_sent(peer: Script, impatient: None) -> None:
    channel = await peer()
    for reason in ("no answer in time", "earlier command"):
        with pytest.raises(Disconnected, match=reason):
            await channel.is_up()


async def test_an_unsafe_argument_sends_nothing(peer: Script) -> None:
    channel = await peer(b"200 result=6\n")
    with pytest.raises(UnsafeArgument):
        await channel.set_variable("A", "1\nHANGUP")
    assert await channel.is_up()


async def on_real_asterisk(
    pair: AsteriskPair, callee: Callee, act: Callable[[Channel], Awaitable[object]]
) -> object:
    """What `act` returns, or raises as ChannelGone, on a channel of the real Asterisk."""
    outcome: list[object] = []

    async def handle(_: Header, channel: Channel) -> None:
        try:
            outcome.append(await act(channel))
        except ChannelGone as error:
            outcome.append(type(error))

    server = Server(handle, Limits())
    await server.start("127.0.0.1", pair.agi_port)
    await RealAsterisk(pair.dialer).call("unused", callee)
    await server.drain(5)
    return outcome[0]


@pytest.mark.parametrize("name", ["no-such-sound", "/no/such/sound", "", "a&b"])
async def test_real_a_missing_sound_is_told_from_a_hangup(asterisk_pair: AsteriskPair, name: str) -> None:
    async def act(channel: Channel) -> list[bool]:
        return [await channel.stream_file(name, duration_s=1), await channel.is_up()]

    assert await on_real_asterisk(asterisk_pair, STAYS, act) == [False, True]


async def test_real_a_hangup_ends_a_wait_and_the_connection(asterisk_pair: AsteriskPair) -> None:
    async def act(channel: Channel) -> bool:
        with pytest.raises(HungUp):
            await channel.wait_for_digit(60_000)
        with pytest.raises(HungUp):
            await channel.stream_file("beep", duration_s=1)
        with pytest.raises(HungUp):
            await channel.set_variable("EVENDIAL_DONE", "1")
        return channel.hung_up

    assert await on_real_asterisk(asterisk_pair, HANGS_UP, act) is True


async def test_real_a_key_is_read(asterisk_pair: AsteriskPair) -> None:
    async def act(channel: Channel) -> list[str | None]:
        return [await channel.wait_for_digit(10_000), await channel.wait_for_digit(10)]

    assert await on_real_asterisk(asterisk_pair, PRESSES_KEY, act) == ["1", None]


async def test_real_the_dialplan_knows_its_contexts(asterisk_pair: AsteriskPair) -> None:
    async def act(channel: Channel) -> list[bool | None]:
        return [await channel.context_exists(name, "s", 1) for name in ("ivr-demo", "no-such")]

    assert await on_real_asterisk(asterisk_pair, STAYS, act) == [True, False]


async def test_real_text_arrives_as_it_was_sent(asterisk_pair: AsteriskPair) -> None:
    text = 'a "b" \\ c ${EPOCH} , ; | & ż'

    async def act(channel: Channel) -> str | None:
        await channel.set_variable("TEXT", text)
        return (await channel._command("GET VARIABLE", "TEXT")).value

    assert await on_real_asterisk(asterisk_pair, STAYS, act) == text


async def test_real_a_bad_command_leaves_the_channel_in_step(asterisk_pair: AsteriskPair) -> None:
    async def act(channel: Channel) -> list[bool]:
        with pytest.raises(Refused, match="520"):
            await channel._command("SET VARIABLE")
        with pytest.raises(Refused, match="510"):
            await channel._command("NO SUCH COMMAND")
        return [await channel.is_up()]

    assert await on_real_asterisk(asterisk_pair, STAYS, act) == [True]
