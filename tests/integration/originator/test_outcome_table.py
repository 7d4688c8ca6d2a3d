"""Every row of the truth table, lived through on the newest Asterisk and on the oldest that we support.

`python -m tests.traces` runs this and keeps what AMI said; here it must still say the same.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from evendial_chassis.bus import connect
from evendial_chassis.run import Stop
from evendial_originator.core.facts import Refused
from evendial_originator.settings import Settings

from deploy.local.asterisk import configure_carrier, configure_dialer
from deploy.local.asterisk_build import AsteriskBuild
from deploy.local.asterisk_fetch import OLDEST
from deploy.local.ports import Ports
from tests.conftest import DatabaseFactory
from tests.integration.originator.proxy import Proxy
from tests.integration.originator.world import World
from tests.traces import keeping, rows
from tests.traces.replay import end, shape
from tests.traces.row import Act
from tests.traces.sip_callee import SipCallee
from tests.traces.stage import Played, Stage, furnish
from tests.traces.tap import Tap
from tests.traces.trace import path_of, read

pytestmark = pytest.mark.integration

NEWEST = 22
"""What the rows say of it is expected of every version but the oldest."""


@pytest.fixture(params=["newest", "oldest"])
def build(request: pytest.FixtureRequest) -> AsteriskBuild:
    found = request.getfixturevalue("asterisk_build" if request.param == "newest" else "oldest_build")
    assert isinstance(found, AsteriskBuild)
    return found


@pytest.fixture
async def stage(
    build: AsteriskBuild, run_folder: Path, ports: Ports, nats_url: str, database: DatabaseFactory
) -> AsyncIterator[Stage]:
    agi_port, callee = ports.one(), SipCallee(rows.scripts())
    folder = run_folder / f"table-{build.major}"
    folder.mkdir()
    carrier = configure_carrier(folder / "carrier", build=build, ports=ports)
    dialer = configure_dialer(
        folder / "dialer", build=build, ports=ports, agi_port=agi_port, carrier_sip_port=carrier.sip_port
    )
    await callee.start(ports.one())
    furnish(dialer, callee_port=callee.port, dead_port=ports.one())
    agi = await asyncio.start_server(_keep, "127.0.0.1", agi_port)
    processes = [await carrier.start(), await dialer.start()]
    tap, proxy = Tap(), Proxy(dialer.ami.host, dialer.ami.port)
    proxy.tap = tap.hear
    await proxy.start()
    settings = Settings(
        nats_url=nats_url,
        database_url=await database("originator"),
        ami_port=proxy.port,
        ami_user=dialer.ami.user,
        ami_secret=dialer.ami.secret,
        call_token_key="k" * 32,
        person_key="p" * 32,
        pools=f"p{uuid4().hex[:12]}",
        instance="test",
        ledger=f"l{uuid4().hex[:12]}",
    )
    async with connect(nats_url, "test", Stop()) as bus:
        assert bus
        world = World(bus, settings)
        await world.listen()
        await world.start()
        made = Stage(world=world, tap=tap, dialer=dialer, process=processes[1])
        await made.until_the_trunks_are_known()
        yield made
        await world.close()
    await proxy.stop()
    agi.close()
    callee.stop()
    await asyncio.gather(processes[0].stop(), made.process.stop())


async def _keep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"EXEC UserEvent EvendialServing\n")
    while line := await reader.readline():
        if line == b"HANGUP\n":
            break
    writer.close()


async def test_each_row_ends_as_the_table_says(stage: Stage, build: AsteriskBuild) -> None:
    played = await stage.play([row for row in rows.CALLS if keeping.recording() or not row.slow])
    played += [await stage.refused(row) for row in rows.AMI_ERRORS]
    reply = await stage.reply_to_a_listener()
    assert isinstance(reply, Refused), reply
    assert reply.message == "Permission denied"
    for act in (Act.KILL, Act.RESTART):
        played += await stage.play_through([row for row in rows.RESTARTS if row.act is act])
    keeping.keep(build, played)
    version = OLDEST if build.major == OLDEST else NEWEST
    assert strange_ends(played, version) == []
    assert strange_traces(played, version) == []


def strange_ends(played: list[Played], version: int) -> list[str]:
    """What did not end as its row says."""
    ends = {each.row.name: end(each.ended) for each in played}
    return [
        f"{each.row.name}: {ends[each.row.name]}, not {expected}"
        for each in played
        if ends[each.row.name] not in (expected := each.row.ends(version))
    ]


def strange_traces(played: list[Played], version: int) -> list[str]:
    """Of which AMI does not say what was recorded."""
    return [
        f"{each.row.name}: {said}, not {recorded}"
        for each in played
        if (said := shape(each.row, each.trace))
        != (recorded := shape(each.row, read(path_of(version, each.row.name))))
    ]
