"""On a real Asterisk, newest and oldest: silence, as the carrier has it, and calls that ended unseen."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest
from evendial_chassis.bus import connect
from evendial_chassis.run import Stop
from evendial_contracts.calls import CallAnswered, Disposition
from evendial_contracts.dialing import DialNumber
from evendial_originator.settings import Settings

from deploy.local.asterisk import configure_carrier, configure_dialer
from deploy.local.carrier import CarrierCall, read_record
from deploy.local.ports import Ports
from tests.conftest import AsteriskPair, DatabaseFactory
from tests.integration.originator.proxy import Proxy
from tests.integration.originator.wire import channel
from tests.integration.originator.world import World
from tests.waiting import until

pytestmark = pytest.mark.integration

STAYS_4_S, STAYS_5_S = "114", "115"
_tails = count(1)

Treat = bytes
"""What an AGI service says on a channel before it falls silent."""


@pytest.fixture(scope="module", params=["newest", "oldest"])
async def pair(
    request: pytest.FixtureRequest, asterisk_pair: AsteriskPair, run_folder: Path, ports: Ports
) -> AsyncIterator[AsteriskPair]:
    """Dialer and carrier; each test says what is at the AGI port."""
    if request.param == "newest":
        yield asterisk_pair
        return
    build = request.getfixturevalue("oldest_build")
    carrier = configure_carrier(run_folder / "silent-carrier", build=build, ports=ports)
    agi_port = ports.one()
    dialer = configure_dialer(
        run_folder / "silent-dialer",
        build=build,
        ports=ports,
        agi_port=agi_port,
        carrier_sip_port=carrier.sip_port,
    )
    processes = await asyncio.gather(carrier.start(), dialer.start())
    yield AsteriskPair(dialer=dialer, carrier=carrier, agi_port=agi_port)
    await asyncio.gather(*(process.stop() for process in processes))


@pytest.fixture
async def proxy(pair: AsteriskPair) -> AsyncIterator[Proxy]:
    """Between the originator and the dialer's AMI."""
    made = Proxy(pair.dialer.ami.host, pair.dialer.ami.port)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def world(
    nats_url: str, database: DatabaseFactory, pair: AsteriskPair, proxy: Proxy
) -> AsyncIterator[World]:
    """Around an originator that runs, before the real Asterisk."""
    settings = Settings(
        nats_url=nats_url,
        database_url=await database("originator"),
        ami_port=proxy.port,
        ami_user=pair.dialer.ami.user,
        ami_secret=pair.dialer.ami.secret,
        call_token_key="k" * 32,
        person_key="p" * 32,
        pools=f"p{uuid4().hex[:12]}",
        instance="test",
        cdr_file=str(pair.dialer.cdr_file),
        ledger=f"l{uuid4().hex[:12]}",
    )
    async with connect(nats_url, "test", Stop()) as bus:
        assert bus
        made = World(bus, settings)
        await made.listen()
        await made.start()
        yield made
        await made.close()


class Agi:
    """An AGI listener that treats each channel as it is told to."""

    def __init__(self) -> None:
        self.treatment: dict[str, Treat] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One call, until Asterisk closes the connection."""
        header = await reader.readuntil(b"\n\n")
        [channel_id] = [
            line.split()[1].decode() for line in header.splitlines() if line.startswith(b"agi_uniqueid:")
        ]
        writer.write(self.treatment[channel_id])
        with suppress(ConnectionError):
            await reader.read()
        writer.close()


HANGS = b""
"""Like a process that is stopped: the kernel takes the connection, nobody ever speaks."""
SERVES = b'SET VARIABLE EVENDIAL_SERVED "1"\nEXEC UserEvent "EvendialServing"\n'
SERVES_UNHEARD = b'SET VARIABLE EVENDIAL_SERVED "1"\n'
"""The same on an Asterisk without app_userevent."""


@pytest.fixture
async def agi(pair: AsteriskPair) -> AsyncIterator[Agi]:
    """Listens where the dialer's answered calls go."""
    made = Agi()
    server = await asyncio.start_server(made.serve, "127.0.0.1", pair.agi_port)
    yield made
    server.close()
    await server.wait_closed()


async def called(world: World, behaviour: str, **fields: float) -> DialNumber:
    """A call to a number that was never dialled before; its first digits pick what the carrier does."""
    digits = f"{behaviour}7{next(_tails):06d}"
    return await world.command(await world.activated(), digits=digits, **fields)


async def recorded(pair: AsteriskPair, command: DialNumber) -> CarrierCall:
    """The carrier's one call to that number, once it has ended."""

    def record() -> list[CarrierCall]:
        return [call for call in read_record(pair.carrier.record) if call.number == command.e164]

    [call] = await until(record, timeout=15)
    return call


async def on_the_line_s(pair: AsteriskPair, command: DialNumber) -> float:
    """From answer to hangup, as the carrier has it, in seconds."""

    call = await recorded(pair, command)
    assert call.answered_at is not None
    return (call.ended_at - call.answered_at).total_seconds()


async def test_only_a_call_that_nobody_serves_is_hung_up_within_four_seconds(
    world: World, pair: AsteriskPair, agi: Agi
) -> None:
    hanging, served, unheard = [await called(world, STAYS_4_S) for _ in range(3)]
    agi.treatment = {channel(hanging): HANGS, channel(served): SERVES, channel(unheard): SERVES_UNHEARD}
    assert 2.9 < await on_the_line_s(pair, hanging) < 3.9
    assert await on_the_line_s(pair, served) > 3.9
    assert await on_the_line_s(pair, unheard) > 3.9
    outcome = await world.ended(hanging)
    assert (outcome.disposition, outcome.hangup_cause) == (Disposition.ANSWERED, 16)


async def test_an_adopted_call_is_hung_up_only_if_nobody_serves_it(
    world: World, pair: AsteriskPair, agi: Agi
) -> None:
    hanging, served = [await called(world, STAYS_5_S) for _ in range(2)]
    agi.treatment = {channel(hanging): HANGS, channel(served): SERVES}
    await until(lambda: world.facts(hanging, CallAnswered) and world.facts(served, CallAnswered))
    await world.kill()
    await world.start()
    assert 2.9 < await on_the_line_s(pair, hanging) < 4.9
    assert await on_the_line_s(pair, served) > 4.9
    assert (await world.ended(hanging)).disposition is Disposition.ANSWERED


async def test_without_an_agi_service_the_dialplan_hangs_up_at_once(world: World, pair: AsteriskPair) -> None:
    command = await called(world, STAYS_4_S)
    assert await on_the_line_s(pair, command) < 2
    assert (await world.ended(command)).disposition is Disposition.ANSWERED


async def test_a_port_that_swallows_connections_costs_the_callee_what_asterisk_waits_for_one(
    world: World, pair: AsteriskPair
) -> None:
    with socket.create_server(("127.0.0.1", pair.agi_port), backlog=0):
        callers = [socket.socket() for _ in range(4)]
        for caller in callers:
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.1", pair.agi_port))
        command = await called(world, STAYS_4_S)
        assert await on_the_line_s(pair, command) < 2.5
        for caller in callers:
            caller.close()
    assert (await world.ended(command)).disposition is Disposition.ANSWERED


async def test_calls_that_ended_while_nobody_listened_are_what_asterisk_wrote_down(
    world: World, pair: AsteriskPair, proxy: Proxy, agi: Agi
) -> None:
    expected = {
        "111": Disposition.ANSWERED,
        "20": Disposition.BUSY,
        "21": Disposition.CONGESTION,
        "30": Disposition.NO_ANSWER,
    }
    commands = {
        behaviour: await called(world, behaviour, ring_timeout_s=1, late_s=2) for behaviour in expected
    }
    agi.treatment = {channel(command): SERVES for command in commands.values()}
    proxy.deaf = True
    for command in commands.values():
        await recorded(pair, command)
    proxy.cut()
    proxy.deaf = False
    for behaviour, command in commands.items():
        outcome = await world.ended(command, within_s=15)
        call = await recorded(pair, command)
        assert outcome.disposition is expected[behaviour], behaviour
        assert abs((outcome.ended_at - call.ended_at).total_seconds()) < 0.5
    answered = await world.ended(commands["111"])
    assert answered.billed_s in (1, 2)
