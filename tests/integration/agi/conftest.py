"""The whole agi service in this process, on real NATS and Postgres, and the two Asterisks that call it."""

import asyncio
import time
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import nats
import pytest
from evendial_agi.app import run
from evendial_agi.settings import Settings
from evendial_chassis.bus import Bus, connect
from evendial_chassis.objects import Objects
from evendial_chassis.run import Stop
from evendial_contracts.actions import Action, ActionCompleted, Play, SequenceEnded, SequenceResult
from evendial_contracts.call_token import CallToken, mint
from evendial_contracts.campaigns import SequenceChanged
from evendial_contracts.codec import decode
from evendial_contracts.requests import AgiAlive
from evendial_contracts.subjects import AGI_HEARTBEAT, PROMPT_BUCKET, events_of
from nats.aio.msg import Msg

from deploy.local.ports import Ports
from tests.conftest import AsteriskPair, DatabaseFactory
from tests.integration.agi.fake_asterisk import FakeAsterisk
from tests.integration.agi.line import Line
from tests.integration.agi.real_asterisk import RealAsterisk
from tests.waiting import until

KEY = "a key that originator and agi share"


class Campaign:
    """A campaign as the agi service meets it: announced sequences, tokens, and the reports that come back."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.campaign_id = uuid4()
        self.owner_id = uuid4()
        self.reports: list[ActionCompleted | SequenceEnded] = []

    async def announce(self, *actions: Action, version: int = 1) -> None:
        """As campaigns would."""
        changed = SequenceChanged(
            campaign_id=self.campaign_id,
            owner_id=self.owner_id,
            changed_by=self.owner_id,
            sequence_version=version,
            actions=actions,
        )
        await self._bus.publish(changed)

    async def prompt(self, seconds: float, *, stored: bool = True) -> Play:
        """A prompt of its owner, put into the bucket as campaigns would."""
        audio = uuid4().bytes + b"\xff" * round(seconds * 8000)
        digest = sha256(audio).hexdigest()
        if stored:
            await Objects(self._bus, PROMPT_BUCKET).put(f"{self.owner_id}/{digest}", audio)
        return Play(prompt_id=uuid4(), sha256=digest, duration_ms=round(seconds * 1000))

    def token(self, command_id: UUID, *, version: int = 1, valid_s: int = 60, key: str = KEY) -> str:
        """As the originator would mint it."""
        claims = CallToken(
            command_id=command_id,
            campaign_id=self.campaign_id,
            sequence_version=version,
            expires_at=int(time.time()) + valid_s,
        )
        return mint(claims, key.encode())

    async def hear(self, message: Msg) -> None:
        """Takes what the bus says about it."""
        report = decode(message.headers["ce-type"], message.data) if message.headers else None
        if isinstance(report, ActionCompleted | SequenceEnded) and report.campaign_id == self.campaign_id:
            self.reports.append(report)

    async def ended(self, command_id: UUID) -> SequenceEnded:
        """The one end of that call's sequence."""
        return (await until(lambda: [r for r in self._ends() if r.command_id == command_id]))[0]

    async def result(self, command_id: UUID) -> SequenceResult:
        """How it ended."""
        return (await self.ended(command_id)).result

    def actions(self, command_id: UUID) -> list[tuple[str, str]]:
        """Kind and result of each action reported, by index."""
        mine = [r for r in self.reports if isinstance(r, ActionCompleted) and r.command_id == command_id]
        return [(r.kind, r.result.value) for r in sorted(mine, key=lambda r: r.index)]

    def _ends(self) -> list[SequenceEnded]:
        return [report for report in self.reports if isinstance(report, SequenceEnded)]


@pytest.fixture
async def campaign(nats_url: str) -> AsyncIterator[Campaign]:
    """Listening to its reports."""
    async with connect(nats_url, "test", Stop()) as bus:
        assert bus
        mine = Campaign(bus)
        client = await nats.connect(nats_url)
        for subject in events_of(ActionCompleted, SequenceEnded):
            await client.subscribe(subject, cb=mine.hear)
        await client.flush()
        yield mine
        await client.close()


@pytest.fixture
async def settings(
    nats_url: str, database: DatabaseFactory, ports: Ports, tmp_path: Path, asterisk_pair: AsteriskPair
) -> Settings:
    """Of a service with a database and a prompt folder of its own, where the real Asterisk expects it."""
    return Settings(
        nats_url=nats_url,
        database_url=await database("agi"),
        call_token_key=KEY,
        prompt_folder=str(tmp_path),
        listen_port=asterisk_pair.agi_port,
        health_port=ports.one(),
        drain_s=5,
        instance="test",
    )


@pytest.fixture
async def service(settings: Settings) -> AsyncIterator[Stop]:
    """The running service; the value stops it."""
    stop = Stop()
    running = asyncio.create_task(run(settings, stop))
    await until_alive(settings)
    yield stop
    stop.request()
    await running


async def until_alive(settings: Settings) -> None:
    """Returns at a heartbeat of that instance."""
    client = await nats.connect(settings.nats_url)
    beats = await client.subscribe(AGI_HEARTBEAT)
    instance = None
    while instance != settings.instance:
        beat = await beats.next_msg(timeout=10)
        instance = msgspec.json.decode(beat.data, type=AgiAlive).instance
    await client.close()


@pytest.fixture
def fake_line(settings: Settings) -> Line:
    """The fake Asterisk."""
    return FakeAsterisk(settings.listen_port)


@pytest.fixture(params=["fake", "real"])
def line(request: pytest.FixtureRequest, fake_line: Line, asterisk_pair: AsteriskPair) -> Line:
    """Each Asterisk in turn."""
    return fake_line if request.param == "fake" else RealAsterisk(asterisk_pair.dialer)
