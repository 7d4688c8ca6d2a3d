"""The whole campaigns service in this process, on real Postgres and NATS, spoken to over HTTP."""

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import asyncpg
import httpx
import numpy as np
import pytest
import soundfile
from evendial_campaigns.app import run
from evendial_campaigns.people import Role, add_user
from evendial_campaigns.settings import Settings
from evendial_chassis.bus import Bus, connect
from evendial_chassis.database import open_pool
from evendial_chassis.migrations import migrate
from evendial_chassis.run import Stop
from evendial_contracts.codec import UnknownMessage, decode
from evendial_contracts.message import Message
from evendial_contracts.subjects import EVENTS, NUMBERS
from nats.aio.msg import Msg

from deploy.local.nats import start_nats
from deploy.local.ports import Ports
from deploy.local.postgres import PostgresServer
from tests.conftest import DatabaseFactory
from tests.waiting import until

ADMIN_KEY = "an admin's key of forty characters length"
USER_KEY = "a user's key that is of forty characters"
OTHER_KEY = "another user's key, forty characters too"
PERSON_KEY = "the key of the hashes that stand for people"

NO_TLS = httpx.create_ssl_context(verify=False)
"""Every client would read all certificates of this machine, which takes as long as a test."""

Heard = TypeVar("Heard", bound=Message)

IMPORT_MAX_BYTES = 60_000_000


class Running:
    """A running service: what it was started with, and how to speak to it."""

    def __init__(self, settings: Settings, pool: asyncpg.Pool, bus: Bus) -> None:
        self.settings = settings
        self.pool = pool
        self.bus = bus
        self.address = f"http://{settings.host}:{settings.http_port}"
        self.admin = self.client(ADMIN_KEY)
        self.user = self.client(USER_KEY)
        self.other = self.client(OTHER_KEY)
        self.nobody = httpx.AsyncClient(base_url=self.address, verify=NO_TLS)

    def client(self, key: str) -> httpx.AsyncClient:
        """Speaks with that key."""
        return httpx.AsyncClient(
            base_url=self.address, headers={"Authorization": f"Bearer {key}"}, timeout=30, verify=NO_TLS
        )

    async def close(self) -> None:
        """Hangs up."""
        for client in (self.admin, self.user, self.other, self.nobody):
            await client.aclose()

    async def is_answering(self) -> bool:
        """Whether the API is up."""
        try:
            return (await self.nobody.get("/v1/me")).status_code == httpx.codes.UNAUTHORIZED
        except httpx.TransportError:
            return False

    async def device(self, caller_ids: tuple[str, ...] = ("15550001111",)) -> str:
        """A device of the user, with a trunk."""
        me = (await self.user.get("/v1/me")).json()
        trunk = await self.admin.post(
            "/v1/trunks", json={"name": "carrier", "endpoint": "carrier", "calls_per_second": 20}
        )
        device = await self.admin.post(
            "/v1/devices",
            json={
                "name": "desk",
                "owner_id": me["user_id"],
                "trunk_id": trunk.json()["trunk_id"],
                "account_code": "acc1",
                "caller_ids": caller_ids,
            },
        )
        return str(made(device)["device_id"])

    async def campaign(self, client: httpx.AsyncClient | None = None, **rules: Any) -> str:
        """A campaign, the user's unless said otherwise."""
        response = await (client or self.user).post("/v1/campaigns", json={"name": "test"} | rules)
        return str(made(response)["campaign_id"])

    async def import_list(self, campaign_id: str, text: str | bytes) -> httpx.Response:
        """Sends a list as the user."""
        return await self.user.post(
            f"/v1/campaigns/{campaign_id}/numbers/import",
            content=text,
            headers={"Content-Type": "text/plain"},
        )

    async def ready_campaign(self, numbers: int = 3, **rules: Any) -> str:
        """A campaign that can be activated."""
        campaign_id = await self.campaign(device_id=await self.device(), **rules)
        made(await self.import_list(campaign_id, listing(numbers)))
        actions = {"actions": [{"kind": "wait", "seconds": 1}]}
        assert (await self.user.put(f"/v1/campaigns/{campaign_id}/actions", json=actions)).is_success
        return campaign_id

    async def number_ids(self, campaign_id: str) -> list[int]:
        """The numbers of a campaign."""
        page = (await self.user.get(f"/v1/campaigns/{campaign_id}/numbers?limit=1000")).json()
        return [number["number_id"] for number in page["items"]]

    async def progress(self, campaign_id: str) -> Any:
        """How far the campaign is."""
        return (await self.user.get(f"/v1/campaigns/{campaign_id}/progress")).json()

    async def owner_id(self, campaign_id: str) -> UUID:
        """Whose campaign it is."""
        return UUID((await self.admin.get(f"/v1/campaigns/{campaign_id}")).json()["owner_id"])


class Ear:
    """Everything that is published about one campaign, in the order of publication."""

    def __init__(self, campaign_id: str) -> None:
        self._campaign_id = campaign_id
        self.heard: list[tuple[UUID, Message]] = []

    async def take(self, message: Msg) -> None:
        """From a subscription."""
        if self._campaign_id in message.subject and message.headers:
            decoded = decode(message.headers["ce-type"], message.data)
            assert not isinstance(decoded, UnknownMessage)
            self.heard.append((UUID(message.headers["ce-id"]), decoded))

    def of(self, kind: type[Heard]) -> list[Heard]:
        """What was heard of one type."""
        return [message for _, message in self.heard if isinstance(message, kind)]


Listen = Callable[[str], Awaitable[Ear]]


async def add_key(pool: asyncpg.Pool, user_id: UUID, key: str, **columns: Any) -> None:
    """A key of the test's own choice; `columns` are those of api_key."""
    names = ["sha256", "user_id", "origin", *columns]
    values = [hashlib.sha256(key.encode()).digest(), user_id, "made", *columns.values()]
    places = ", ".join(f"${each + 1}" for each in range(len(names)))
    await pool.execute(f"insert into api_key({', '.join(names)}) values ({places})", *values)  # noqa: S608


def made(response: httpx.Response) -> Any:
    """The body of a 201, or what went wrong."""
    assert response.status_code == httpx.codes.CREATED, response.text
    return response.json()


def listing(count: int, first: int = 4915500000000) -> str:
    """A list of so many numbers."""
    return "".join(f"+{first + each}\n" for each in range(count))


def wav(seconds: float = 0.5, rate: int = 16000, channels: int = 1) -> bytes:
    """A tone in a WAV file."""
    at = np.arange(round(seconds * rate)) / rate
    tone = 0.3 * np.sin(2 * np.pi * 440 * at)
    out = io.BytesIO()
    soundfile.write(out, np.repeat(tone[:, None], channels, axis=1), rate, format="WAV")
    return out.getvalue()


@pytest.fixture
async def pool(database: DatabaseFactory) -> AsyncIterator[asyncpg.Pool]:
    """A database with the tables of the service, which does not run."""
    pool = await open_pool(await database("campaigns"), stop=Stop(), name="test", size=10)
    assert pool is not None
    await migrate(pool, "evendial_campaigns")
    yield pool
    await pool.close()


@pytest.fixture
async def bus(request: pytest.FixtureRequest, nats_url: str) -> AsyncIterator[Bus]:
    """What the other services say, and hear: on the bus of a service of the test's own, if it has one."""
    alone = "settings" in request.fixturenames
    url = request.getfixturevalue("settings").nats_url if alone else nats_url
    async with connect(url, "test", Stop()) as bus:
        assert bus is not None
        yield bus


@pytest.fixture
async def listen(bus: Bus) -> Listen:
    """Hears what is published about a campaign from now on."""

    async def start(campaign_id: str) -> Ear:
        ear = Ear(campaign_id)
        for subject in (EVENTS, NUMBERS):
            await bus.client.subscribe(subject, cb=ear.take)
        await bus.client.flush()
        return ear

    return start


@pytest.fixture
async def settings(database: DatabaseFactory, tmp_path: Path, ports: Ports) -> AsyncIterator[Settings]:
    """Of a service on a database and a bus of its own: services on one bus share what is said there."""
    nats = await start_nats(tmp_path / "nats", port=ports.one(), monitor_port=ports.one())
    yield settings_for(await database("campaigns"), nats.url, ports)
    await nats.stop()


def settings_for(dsn: str, nats_url: str, ports: Ports) -> Settings:
    """With keys that the tests know."""
    return Settings(
        database_url=dsn,
        nats_url=nats_url,
        person_key=PERSON_KEY,
        health_port=ports.one(),
        http_port=ports.one(),
        admin_api_key=ADMIN_KEY,
        user_api_key=USER_KEY,
        import_max_bytes=IMPORT_MAX_BYTES,
    )


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Running]:
    """A service that answers, with a second user."""
    stop = Stop()
    task = asyncio.create_task(run(settings, stop))
    pool = await open_pool(settings.database_url, stop=stop, name="test")
    async with connect(settings.nats_url, "test", Stop()) as bus:
        assert pool is not None
        assert bus is not None
        service = Running(settings, pool, bus)
        await until(lambda: task.done() or service.is_answering())
        if task.done():
            task.result()
        other_id = uuid4()
        await add_user(pool, other_id, "other", Role.USER, None)
        await add_key(pool, other_id, OTHER_KEY)
        yield service
        await service.close()
        stop.request()
        await task
        await pool.close()


@pytest.fixture(scope="session")
async def service(postgres_server: PostgresServer, nats_url: str, ports: Ports) -> AsyncIterator[Running]:
    """A service that many tests share: they look at what they made only."""
    dsn = await postgres_server.create_database("campaigns_shared")
    async with running(settings_for(dsn, nats_url, ports)) as shared:
        yield shared


@pytest.fixture
async def fresh(settings: Settings) -> AsyncIterator[Running]:
    """A service on an empty database."""
    async with running(settings) as alone:
        yield alone
