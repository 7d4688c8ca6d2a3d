"""Every test here runs twice: on the simulated Asterisk, and on the real one that it stands for."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.local.asterisk import configure_carrier, configure_dialer
from deploy.local.asterisk_build import AsteriskBuild
from deploy.local.ports import Ports
from deploy.pbx.instance import configure_simulated
from tests.integration.pbx.agi_server import AgiServer
from tests.integration.pbx.phones import Phones


@pytest.fixture(scope="package", params=["simulated", "real"])
async def started(
    request: pytest.FixtureRequest, run_folder: Path, ports: Ports, asterisk_build: AsteriskBuild
) -> AsyncIterator[Phones]:
    """Running, with nobody connected; the simulated one is like the version that the real one has."""
    agi = AgiServer(agi_port := ports.one())
    major = 22 if asterisk_build.major >= 22 else 16
    if request.param == "simulated":
        simulated = configure_simulated(run_folder / "simulated", ports=ports, agi_port=agi_port, like=major)
        phones = Phones(simulated, simulated.record, agi, major=major)
        phones.process = await simulated.start()
        yield phones
        await phones.process.stop()
        return
    carrier = configure_carrier(run_folder / "pbx-carrier", build=asterisk_build, ports=ports)
    real = configure_dialer(
        run_folder / "pbx-dialer",
        build=asterisk_build,
        ports=ports,
        agi_port=agi_port,
        carrier_sip_port=carrier.sip_port,
    )
    phones = Phones(real, carrier.record, agi, major=major)
    carrying, phones.process = await asyncio.gather(carrier.start(), real.start())
    yield phones
    await asyncio.gather(phones.process.stop(), carrying.stop())


@pytest.fixture
async def phones(started: Phones) -> AsyncIterator[Phones]:
    """Connected, with the agi service's end listening."""
    started.events.clear()
    await started.agi.start()
    await started.connect()
    yield started
    await started.agi.stop()
    await started.disconnect()
