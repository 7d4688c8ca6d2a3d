"""An Asterisk client, and whom it talks to."""

import asyncio
from collections.abc import AsyncIterator, Callable
from uuid import uuid4

import asyncpg
import pytest
from evendial_chassis.bus import connect
from evendial_chassis.database import open_pool
from evendial_chassis.migrations import migrate
from evendial_chassis.run import Stop
from evendial_originator.ami_session import Address, Patience
from evendial_originator.asterisk import Asterisk
from evendial_originator.core.facts import Fact
from evendial_originator.gate_table import GateTable
from evendial_originator.ledger import Ledger
from evendial_originator.settings import Settings

from tests.conftest import DatabaseFactory
from tests.integration.originator.ami_peer import AmiPeer
from tests.integration.originator.world import World

QUICK = Patience(
    answer_s=1.0,
    ping_every_s=0.1,
    ping_answer_s=0.2,
    boot_s=0.2,
    retry_s=(0.01, 0.05),
    login_retry_s=(0.01, 0.05),
)


class Client:
    """An `Asterisk` that runs, and the facts that it told."""

    def __init__(self, port: int, secret: str = "secret", user: str = "evendial") -> None:
        self.facts: list[Fact] = []
        self.asterisk = Asterisk(Address(host="127.0.0.1", port=port, username=user, secret=secret), QUICK)
        self.hearers: list[Callable[[Fact], None]] = [self.facts.append]
        self.running: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Connects from the next turn of the loop on."""
        self.running = asyncio.create_task(self.asterisk.run(*self.hearers))

    def heard(self, kind: type[Fact]) -> int:
        """How many facts of a kind were told."""
        return sum(isinstance(fact, kind) for fact in self.facts)

    def is_up(self) -> bool:
        """Whether calls can be placed."""
        return self.asterisk.trouble() is None

    async def stop(self) -> None:
        """Closes it and waits for its end."""
        self.asterisk.close()
        if self.running:
            await asyncio.wait_for(self.running, 5)


@pytest.fixture
async def peer() -> AsyncIterator[AmiPeer]:
    """A scripted AMI server."""
    server = AmiPeer()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def client(peer: AmiPeer) -> AsyncIterator[Client]:
    """A client of the peer, not started yet."""
    made = Client(peer.port)
    yield made
    await made.stop()


@pytest.fixture
async def settings(nats_url: str, database: DatabaseFactory, peer: AmiPeer) -> Settings:
    """Of an originator with a ledger and a pool of its own, before the scripted Asterisk."""
    return Settings(
        nats_url=nats_url,
        database_url=await database("originator"),
        ami_port=peer.port,
        ami_user="evendial",
        ami_secret=peer.password,
        call_token_key="k" * 32,
        person_key="p" * 32,
        ledger=f"l{uuid4().hex[:12]}",
        pools=f"p{uuid4().hex[:12]}",
        instance="test",
    )


@pytest.fixture
async def world(settings: Settings) -> AsyncIterator[World]:
    """Around an originator that is not started yet."""
    async with connect(settings.nats_url, "test", Stop()) as bus:
        assert bus
        made = World(bus, settings)
        await made.listen()
        yield made
        await made.close()


@pytest.fixture
async def pool(database: DatabaseFactory) -> AsyncIterator[asyncpg.Pool]:
    """An empty ledger's database."""
    made = await open_pool(await database("originator"), stop=Stop(), name="test", size=20)
    assert made
    await migrate(made, "evendial_originator")
    yield made
    await made.close()


@pytest.fixture
def ledger(pool: asyncpg.Pool) -> Ledger:
    """Of an originator beside the Asterisk `a:5038`."""
    return Ledger(pool, key=b"k" * 32, asterisk="a:5038")


@pytest.fixture
def gates(pool: asyncpg.Pool) -> GateTable:
    """The same ledger's gates."""
    return GateTable(pool)
