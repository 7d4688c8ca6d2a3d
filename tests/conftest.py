"""Real servers for tests: each pytest worker has its own, and each test its own databases."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings

from deploy.local.asterisk import AsteriskInstance, configure_carrier, configure_dialer
from deploy.local.asterisk_build import AsteriskBuild
from deploy.local.asterisk_fetch import OLDEST, AsteriskUnavailable, find_asterisk
from deploy.local.folders import RunFolder
from deploy.local.nats import start_nats
from deploy.local.ports import Ports
from deploy.local.postgres import PostgresServer, start_postgres

settings.register_profile("evendial", deadline=None)  # a busy machine is no fault of what is tested
settings.load_profile("evendial")

DatabaseFactory = Callable[..., Awaitable[str]]


@dataclass(frozen=True, kw_only=True)
class AsteriskPair:
    """The dialer that the code under test talks to, and the carrier with its callees."""

    dialer: AsteriskInstance
    carrier: AsteriskInstance
    agi_port: int


@pytest.fixture(scope="session")
def run_folder() -> Iterator[Path]:
    """A folder of this pytest worker, outside the checkout, removed at the end."""
    with RunFolder("test") as path:
        yield path


@pytest.fixture(scope="session")
def ports() -> Iterator[Ports]:
    """Loopback ports that no other worker or checkout takes: `ports.one()`."""
    taken = Ports()
    yield taken
    taken.close()


@pytest.fixture(scope="session")
async def nats_url(run_folder: Path, ports: Ports) -> AsyncIterator[str]:
    """A real nats-server with JetStream, credentials in the address."""
    server = await start_nats(run_folder / "nats", port=ports.one(), monitor_port=ports.one())
    yield server.url
    await server.stop()


@pytest.fixture(scope="session")
async def postgres_server(run_folder: Path, ports: Ports) -> AsyncIterator[PostgresServer]:
    """A real Postgres; tests ask `database` for their databases."""
    server = await start_postgres(run_folder / "postgres", port=ports.one(), fsync=False)
    yield server
    await server.stop()


@pytest.fixture
async def database(postgres_server: PostgresServer) -> AsyncIterator[DatabaseFactory]:
    """`await database()` = the address of an empty database with its own role, dropped after the test."""
    made: list[str] = []

    async def make(label: str = "test") -> str:
        name = f"{label}_{uuid4().hex[:12]}"
        dsn = await postgres_server.create_database(name)
        made.append(name)
        return dsn

    yield make
    for name in made:
        await postgres_server.drop_database(name)


@pytest.fixture(scope="session")
def asterisk_build() -> AsteriskBuild:
    """The real Asterisk of this host, unpacked at its first use."""
    return find_asterisk()


@pytest.fixture(scope="session")
def oldest_build() -> AsteriskBuild:
    """The oldest Asterisk that we support; where this host cannot have it, the run's summary says so."""
    try:
        return find_asterisk(major=OLDEST)
    except AsteriskUnavailable as reason:
        pytest.skip(f"nothing was tried on Asterisk {OLDEST}: {reason}")


@pytest.fixture(scope="session")
async def asterisk_pair(
    run_folder: Path, ports: Ports, asterisk_build: AsteriskBuild
) -> AsyncIterator[AsteriskPair]:
    """A running dialer and the carrier behind its trunk `carrier`; answered calls go to `agi_port`."""
    agi_port = ports.one()
    carrier = configure_carrier(run_folder / "carrier", build=asterisk_build, ports=ports)
    dialer = configure_dialer(
        run_folder / "dialer",
        build=asterisk_build,
        ports=ports,
        agi_port=agi_port,
        carrier_sip_port=carrier.sip_port,
    )
    processes = await asyncio.gather(carrier.start(), dialer.start())
    yield AsteriskPair(dialer=dialer, carrier=carrier, agi_port=agi_port)
    await asyncio.gather(*(process.stop() for process in processes))
