"""The same on a real Asterisk, the newest and the oldest supported; the judge is the carrier's own record."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest
from evendial_chassis.bus import connect
from evendial_chassis.run import Stop
from evendial_contracts.calls import CallAnswered, CallEnded, CallOriginated, Disposition
from evendial_contracts.dialing import DialNumber
from evendial_originator.ami_session import Address
from evendial_originator.asterisk import Asterisk, Lost
from evendial_originator.core.originate import originate
from evendial_originator.settings import Settings

from deploy.local.ami import AmiSession
from deploy.local.asterisk import configure_carrier, configure_dialer
from deploy.local.carrier import CarrierCall, read_record
from deploy.local.ports import Ports
from tests.conftest import AsteriskPair, DatabaseFactory
from tests.integration.originator.orders import order
from tests.integration.originator.proxy import Proxy
from tests.integration.originator.world import World
from tests.waiting import until

pytestmark = pytest.mark.integration

_tails = count(1)


def callee(behaviour: str) -> str:
    """A number that was never dialled before; its first digits pick what the carrier does."""
    return f"{behaviour}{next(_tails):0{10 - len(behaviour)}d}"


@pytest.fixture(scope="module", params=["newest", "oldest"])
async def pair(
    request: pytest.FixtureRequest, asterisk_pair: AsteriskPair, run_folder: Path, ports: Ports
) -> AsyncIterator[AsteriskPair]:
    """Dialer and carrier, and an AGI listener that keeps each answered call until its callee hangs up."""
    pair, processes = asterisk_pair, []
    if request.param == "oldest":
        build = request.getfixturevalue("oldest_build")
        carrier = configure_carrier(run_folder / "old-carrier", build=build, ports=ports)
        agi_port = ports.one()
        dialer = configure_dialer(
            run_folder / "old-dialer",
            build=build,
            ports=ports,
            agi_port=agi_port,
            carrier_sip_port=carrier.sip_port,
        )
        processes = [await carrier.start(), await dialer.start()]
        pair = AsteriskPair(dialer=dialer, carrier=carrier, agi_port=agi_port)
    agi = await asyncio.start_server(_keep, "127.0.0.1", pair.agi_port)
    yield pair
    agi.close()
    await agi.wait_closed()
    await asyncio.gather(*(process.stop() for process in processes))


async def _keep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"EXEC UserEvent EvendialServing\n")
    while line := await reader.readline():
        if line == b"HANGUP\n":
            break
    writer.close()


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
        ledger=f"l{uuid4().hex[:12]}",
    )
    async with connect(nats_url, "test", Stop()) as bus:
        assert bus
        made = World(bus, settings)
        await made.listen()
        await made.start()
        yield made
        await made.close()


async def recorded(pair: AsteriskPair, command: DialNumber) -> list[CarrierCall]:
    """The carrier's calls to that number, once there is one."""
    return await until(lambda: [c for c in read_record(pair.carrier.record) if c.number == command.e164])


OUTCOMES = {
    "20": (Disposition.BUSY, 17),
    "21": (Disposition.CONGESTION, 34),
    "22": (Disposition.INVALID_NUMBER, 1),
    "24": (Disposition.REJECTED, 21),
}


async def test_every_outcome_is_what_the_carrier_did(world: World, pair: AsteriskPair) -> None:
    campaign = await world.activated()
    commands = {
        behaviour: await world.command(campaign, digits=callee(behaviour), due_in_s=0.5)
        for behaviour in OUTCOMES
    }
    for behaviour, command in commands.items():
        outcome = await world.ended(command)
        assert (outcome.disposition, outcome.hangup_cause) == OUTCOMES[behaviour]
        assert outcome.started_at is not None
        assert outcome.started_at >= command.slot_at
        assert outcome.answered_at is None
        assert len(await recorded(pair, command)) == 1


async def test_a_callee_who_answers_and_hangs_up(world: World, pair: AsteriskPair) -> None:
    command = await world.command(await world.activated(), digits=callee("111"))
    outcome = await world.ended(command)
    assert outcome.disposition is Disposition.ANSWERED
    assert outcome.billed_s >= 1
    assert len(world.facts(command, CallOriginated)) == len(world.facts(command, CallAnswered)) == 1
    [call] = await recorded(pair, command)
    assert call.caller == command.caller_id
    assert call.answered_at is not None


async def test_a_callee_who_lets_it_ring(world: World) -> None:
    command = await world.command(await world.activated(), digits=callee("30"), ring_timeout_s=1)
    assert (await world.ended(command)).disposition is Disposition.NO_ANSWER


@pytest.mark.parametrize(
    ("behaviour", "endpoint"), [("31", "carrier"), ("20", "deadtrunk"), ("20", "no-such-trunk")]
)
async def test_a_trunk_that_says_nothing_is_not_the_numbers_fault(
    world: World, behaviour: str, endpoint: str
) -> None:
    command = await world.command(
        await world.activated(), digits=callee(behaviour), endpoint=endpoint, ring_timeout_s=1
    )
    assert (await world.ended(command)).disposition is Disposition.FAILED_SYSTEM
    assert await world.fetch("select from attempt where held") == []


async def test_a_call_that_lasts_too_long_is_hung_up(world: World, pair: AsteriskPair) -> None:
    command = await world.command(await world.activated(), digits=callee("12"), max_call_s=2)
    outcome = await world.ended(command)
    assert (outcome.disposition, outcome.hangup_cause) == (Disposition.ANSWERED, 16)
    assert outcome.billed_s >= 2


async def test_a_call_outlives_its_link_and_is_settled_by_its_end(
    world: World, pair: AsteriskPair, proxy: Proxy
) -> None:
    command = await world.command(await world.activated(), digits=callee("115"))
    [answered] = await until(lambda: world.facts(command, CallAnswered))
    proxy.cut()
    outcome = await world.ended(command)
    assert outcome.disposition is Disposition.ANSWERED
    assert outcome.hangup_cause is not None
    assert isinstance(answered, CallAnswered)
    assert outcome.answered_at == answered.answered_at
    assert len(await recorded(pair, command)) == 1


async def test_a_call_outlives_its_originator_and_is_settled_by_the_next(
    world: World, pair: AsteriskPair
) -> None:
    command = await world.command(await world.activated(), digits=callee("116"))
    [answered] = await until(lambda: world.facts(command, CallAnswered))
    await world.until_rows("select from attempt where answered_at is not null")
    await world.kill()
    await world.start()
    outcome = await world.ended(command)
    assert outcome.disposition is Disposition.ANSWERED
    assert isinstance(answered, CallAnswered)
    assert outcome.answered_at == answered.answered_at
    assert len(await recorded(pair, command)) == 1


async def test_a_call_whose_end_nobody_saw_is_unknown_and_not_dialled_again(
    world: World, pair: AsteriskPair, proxy: Proxy
) -> None:
    command = await world.command(await world.activated(), digits=callee("20"), due_in_s=0.5)
    proxy.deaf = True
    await recorded(pair, command)
    proxy.cut()
    proxy.deaf = False
    outcome = await world.ended(command, within_s=20)
    assert outcome.disposition is Disposition.UNKNOWN
    assert len(await recorded(pair, command)) == 1


async def test_a_frozen_link_is_noticed_and_found_again(world: World, proxy: Proxy) -> None:
    proxy.frozen = True
    await until(lambda: world.parts["asterisk"](), timeout=8)
    proxy.frozen = False
    await until(lambda: world.parts["asterisk"]() is None)


async def test_an_originate_whose_reply_was_lost_reaches_the_carrier_once(
    pair: AsteriskPair, proxy: Proxy
) -> None:
    ami = pair.dialer.ami
    address = Address(host="127.0.0.1", port=proxy.port, username=ami.user, secret=ami.secret)
    asterisk = Asterisk(address)
    running = asyncio.create_task(asterisk.run())
    await until(lambda: asterisk.trouble() is None)
    command = order(digits=callee("20"))

    proxy.deaf = True
    reply = asyncio.ensure_future(asterisk.originate(originate(command, "A" * 75)))
    await recorded(pair, command)
    proxy.cut()
    proxy.deaf = False
    assert await reply is Lost.LOST
    await until(lambda: asterisk.trouble() is None)
    await asterisk.channels()

    asterisk.close()
    await running
    assert len(await recorded(pair, command)) == 1


async def test_a_wrong_password_is_said_in_asterisks_own_words(pair: AsteriskPair) -> None:
    ami = pair.dialer.ami
    asterisk = Asterisk(Address(host=ami.host, port=ami.port, username=ami.user, secret="wrong"))
    running = asyncio.create_task(asterisk.run())
    await until(lambda: asterisk.trouble() == "no AMI link: Authentication failed")
    asterisk.close()
    await running


async def test_a_duplicate_of_a_live_channel_does_not_end_its_call(world: World, pair: AsteriskPair) -> None:
    command = await world.command(await world.activated(), digits=callee("113"))
    await until(lambda: world.facts(command, CallAnswered))
    stranger = await AmiSession.open(pair.dialer.ami)
    id = f"ed-{command.command_id.hex}"
    stranger.send(
        "Originate",
        Channel=f"PJSIP/{command.e164}@carrier",
        Context="evendial",
        Exten="s",
        Priority="1",
        Async="true",
        ActionID=id,
        ChannelId=id,
    )
    await stranger.receive(lambda message: message.get("Event") == "OriginateResponse")
    await stranger.close()
    assert world.facts(command, CallEnded) == []
    outcome = await world.ended(command)
    assert outcome.disposition is Disposition.ANSWERED
    assert len(await recorded(pair, command)) == 1
