"""What is around an originator: campaigns and a scheduler that speak to it, a subscriber, an agi service."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import asyncpg
from evendial_chassis.bus import Bus
from evendial_chassis.health import Part
from evendial_chassis.run import Stop
from evendial_contracts.calls import CallAnswered, CallEnded, CallOriginated
from evendial_contracts.campaigns import CampaignActivated, CampaignStopped
from evendial_contracts.codec import decode
from evendial_contracts.dialing import DialNumber, NumberDialVoided
from evendial_contracts.message import AttemptFact
from evendial_contracts.requests import AgiAlive
from evendial_contracts.subjects import AGI_HEARTBEAT, events_of, originator_heartbeat
from evendial_originator import app
from evendial_originator.settings import Settings
from nats.aio.msg import Msg

from tests.integration.originator.orders import order
from tests.waiting import until


class World:
    """One originator in this process, and what it says."""

    def __init__(self, bus: Bus, settings: Settings) -> None:
        self.bus = bus
        self.settings = settings
        self.said: list[AttemptFact] = []
        self.heartbeats = 0
        self.agi_alive = True
        self.parts: dict[str, Part] = {}
        self._stop = Stop()
        self._end = Stop()
        self._running: asyncio.Task[None] | None = None
        self._agi: asyncio.Task[None] | None = None

    async def listen(self) -> None:
        """Hears outcomes and heartbeats, and plays the agi service."""
        for subject in events_of(CallOriginated, CallAnswered, CallEnded, NumberDialVoided):
            await self.bus.client.subscribe(subject, cb=self._hear)
        subject = originator_heartbeat(self.settings.pool_names[0])
        await self.bus.client.subscribe(subject, cb=self._count_heartbeat)
        self._agi = asyncio.create_task(self._be_agi())

    async def start(self) -> None:
        """Starts the originator; returns when it says that it can dial."""
        self.launch()
        before = self.heartbeats
        await until(lambda: self.heartbeats > before or (self._running and self._running.done()))
        if self._running and self._running.done():
            self._running.result()

    def launch(self) -> None:
        """Starts the originator."""
        self._stop = Stop()
        self.parts = {}
        self._running = asyncio.create_task(app.run(self.settings, self.parts, self._stop))

    async def drain(self) -> None:
        """Stops the originator as its first signal would."""
        self._stop.request()
        if self._running:
            await asyncio.wait_for(self._running, 10)
            self._running = None

    async def kill(self) -> None:
        """Ends the originator without letting it finish anything, as nearly as one process can."""
        if self._running:
            self._running.cancel()
            await asyncio.wait([self._running])
            self._running = None

    async def close(self) -> None:
        """The end of the test."""
        self._end.request()
        if self._agi:
            await self._agi
        await self.drain()

    async def activated(self, epoch: int = 1) -> UUID:
        """A campaign that dials, as campaigns would say it."""
        campaign_id = uuid4()
        await self.activate(campaign_id, epoch)
        return campaign_id

    async def activate(self, campaign_id: UUID, epoch: int = 1) -> None:
        """As campaigns would say it."""
        owner = uuid4()
        await self.bus.publish(
            CampaignActivated(campaign_id=campaign_id, owner_id=owner, activated_by=owner, epoch=epoch)
        )

    async def stop_campaign(self, campaign_id: UUID, epoch: int, hang_up: bool = False) -> None:
        """As campaigns would say it."""
        owner = uuid4()
        await self.bus.publish(
            CampaignStopped(
                campaign_id=campaign_id, owner_id=owner, stopped_by=owner, epoch=epoch, hang_up=hang_up
            )
        )

    async def command(self, campaign_id: UUID, due_in_s: float = 0.3, **fields: object) -> DialNumber:
        """A dial command of that campaign, published as the scheduler would."""
        pool = self.settings.pool_names[0]
        command = order(campaign_id=campaign_id, due_in_s=due_in_s, pool=pool, **fields)  # type: ignore[arg-type]
        await self.publish(command)
        return command

    async def publish(self, command: DialNumber) -> None:
        """Once more, under another message id: JetStream does not recognise it as a repeat."""
        await self.bus.publish(command)

    def facts(self, command: DialNumber, kind: type[AttemptFact]) -> list[AttemptFact]:
        """What was said of that kind about the command."""
        return [
            each for each in self.said if each.command_id == command.command_id and isinstance(each, kind)
        ]

    def outcomes(self, command: DialNumber) -> list[AttemptFact]:
        """How the command ended."""
        return self.facts(command, CallEnded) + self.facts(command, NumberDialVoided)

    async def ended(self, command: DialNumber, within_s: float = 10) -> CallEnded:
        """Its end as a call."""
        outcome = (await until(lambda: self.outcomes(command), timeout=within_s))[0]
        assert isinstance(outcome, CallEnded), outcome
        return outcome

    async def voided(self, command: DialNumber, within_s: float = 10) -> NumberDialVoided:
        """Its end without a call."""
        outcome = (await until(lambda: self.outcomes(command), timeout=within_s))[0]
        assert isinstance(outcome, NumberDialVoided), outcome
        return outcome

    async def fetch(self, statement: str, *values: object) -> list[asyncpg.Record]:
        """Asks the ledger's database directly."""
        connection = await asyncpg.connect(self.settings.database_url)
        try:
            return await connection.fetch(statement, *values)
        finally:
            await connection.close()

    async def until_rows(self, statement: str, every_s: float = 0.02) -> None:
        """Returns once the ledger's database gives a row."""

        async def rows() -> int:
            return len(await self.fetch(statement))

        await until(rows, every=every_s)

    @asynccontextmanager
    async def locked(self, statement: str) -> AsyncIterator[None]:
        """Keeps the locks that the statement takes, so that the originator has to wait for its database."""
        connection = await asyncpg.connect(self.settings.database_url)
        try:
            async with connection.transaction():
                await connection.execute(statement)
                yield
        finally:
            await connection.close()

    async def _hear(self, message: Msg) -> None:
        fact = decode(message.headers["ce-type"], message.data) if message.headers else None
        if isinstance(fact, AttemptFact):
            self.said.append(fact)

    async def _count_heartbeat(self, message: Msg) -> None:
        self.heartbeats += 1

    async def _be_agi(self) -> None:
        while not self._end.requested:
            if self.agi_alive:
                await self.bus.tell(AGI_HEARTBEAT, AgiAlive(instance="test"))
            await self._end.pause(0.3)
