"""The campaigns service and the person before it: says what is to be called, stops, goes on, calls once more.

Its own store is not what is simulated: what it has decided it never forgets, and says until it is heard.
"""

import asyncio
import hmac
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from evendial_chassis import bus as buses
from evendial_chassis.bus import Bus, NoAnswer, NotPublished, Outgoing, sealed
from evendial_chassis.consumer import Consumer, Delivery
from evendial_chassis.run import Stop, together
from evendial_chassis.streams import stream_of
from evendial_contracts.campaigns import (
    CampaignActivated,
    CampaignCreated,
    CampaignExhausted,
    CampaignFinished,
    CampaignRules,
    CampaignStopped,
    NumbersImported,
    NumbersRedialled,
    SequenceChanged,
)
from evendial_contracts.message import Message
from evendial_contracts.numbers import ListedNumber, NumberFailed, NumbersChunk
from evendial_contracts.requests import (
    CloseGate,
    GateClosed,
    KeepSuppressions,
    SuppressionsKept,
)
from evendial_contracts.subjects import EVENTS, GATE_CLOSE, KEEP_SUPPRESSIONS, events_of
from evendial_contracts.suppressions import SuppressionAdded, SuppressionEntry, SuppressionRemoved

from tests.sim.process import Process

SERVICE = "campaigns"
PERSON_KEY = b"k" * 32
STREAM = stream_of([EVENTS])
STOP_AGAIN_S = 0.5
DURABLE = "campaigns-events"


@dataclass(kw_only=True)
class Campaign:
    """What the person has asked for."""

    campaign_id: UUID
    owner_id: UUID
    rules: CampaignRules
    numbers: dict[int, str]
    epoch: int = 0
    active: bool = False
    finished: bool = False
    batches: int = 1
    generations: dict[int, int] = field(default_factory=dict)
    failed: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Stopped:
    """A stop that was answered: from `at_s` on nothing of an epoch below `epoch` may be originated."""

    campaign_id: UUID
    epoch: int
    at_s: float


@dataclass
class Suppressed:
    """A person whom the ledger has known from `at_s` on to be left in peace; `until_s` when that ends."""

    entry: SuppressionEntry
    digits: str
    at_s: float = float("inf")
    until_s: float = float("inf")


def person_of(owner_id: UUID, digits: str) -> str:
    """As all services hash a person."""
    return hmac.digest(PERSON_KEY, f"{owner_id}/{digits}".encode(), "sha256").hex()


class Console:
    """One process, never killed; its link to the bus breaks like all others."""

    def __init__(self, process: Process, campaigns: Sequence[Campaign], before: Sequence[Message]) -> None:
        self.process = process
        self.campaigns = {each.campaign_id: each for each in campaigns}
        self.stops: list[Stopped] = []
        self.suppressions: list[Suppressed] = []
        self._revision = 0
        self._to_say: deque[Outgoing] = deque()
        self._before = before
        self._bus: Bus | None = None

    async def run(self) -> None:
        """For ever."""
        stop = Stop()
        async with buses.connect("nats://sim", SERVICE, stop) as bus:
            assert bus
            self._bus = bus
            self._say(*self._before)
            for each in self.campaigns.values():
                self._create(each)
            hearing = Consumer(bus, DURABLE, events_of(CampaignExhausted, NumberFailed), ack_wait_s=5.0)
            await together(stop, self._relay(bus), hearing.handle(self._hear, stop))

    def activate(self, campaign_id: UUID) -> None:
        """The person presses start."""
        campaign = self.campaigns[campaign_id]
        if not campaign.active:
            campaign.active, campaign.finished = True, False
            campaign.epoch += 1
            about = {"campaign_id": campaign_id, "owner_id": campaign.owner_id}
            self._say(CampaignActivated(**about, activated_by=campaign.owner_id, epoch=campaign.epoch))

    def stop(self, campaign_id: UUID) -> None:
        """The person presses stop, and again until it is certain."""
        campaign = self.campaigns[campaign_id]
        if campaign.active:
            campaign.active = False
            campaign.epoch += 1
            self._say(
                CampaignStopped(
                    campaign_id=campaign_id,
                    owner_id=campaign.owner_id,
                    stopped_by=campaign.owner_id,
                    epoch=campaign.epoch,
                )
            )
            self.process.start(self._close_gate(campaign_id, campaign.epoch))

    def redial(self, campaign_id: UUID) -> None:
        """The person has all that failed called once more."""
        campaign = self.campaigns[campaign_id]
        if not campaign.failed or self._bus is None:
            return
        numbers, campaign.failed = sorted(campaign.failed), set()
        batch_id = uuid4()
        for number in numbers:
            campaign.generations[number] = campaign.generations.get(number, 0) + 1
        campaign.batches += 1
        redialled = NumbersRedialled(
            campaign_id=campaign_id,
            owner_id=campaign.owner_id,
            batch_id=batch_id,
            redialled_by=campaign.owner_id,
            numbers=len(numbers),
            chunks=1,
        )
        self._say(redialled, self._chunk(campaign, batch_id, numbers))

    def suppress(self, campaign_id: UUID) -> None:
        """Somebody on the list is not to be called any more."""
        campaign = self.campaigns[campaign_id]
        digits = self.process.world.random.choice(sorted(campaign.numbers.values()))
        if any(each.digits == digits for each in self.suppressions):
            return
        self._revision += 1
        entry = SuppressionEntry(
            suppression_id=uuid4(),
            person=person_of(campaign.owner_id, digits),
            revision=self._revision,
            suppressed=True,
        )
        self._say(
            SuppressionAdded(
                suppression_id=entry.suppression_id,
                owner_id=campaign.owner_id,
                person=entry.person,
                revision=entry.revision,
            )
        )
        suppressed = Suppressed(entry, digits)
        self.suppressions.append(suppressed)
        self.process.start(self._keep(suppressed))

    def lift(self, owner_id: UUID) -> None:
        """All of them may be called again."""
        for each in self.suppressions:
            if each.until_s > self.process.world.now_s:
                self._revision += 1
                removed = SuppressionRemoved(
                    suppression_id=each.entry.suppression_id,
                    owner_id=owner_id,
                    person=each.entry.person,
                    revision=self._revision,
                )
                self._say(removed)
                each.until_s = self.process.world.now_s

    async def _keep(self, suppressed: Suppressed) -> None:
        while True:
            try:
                if self._bus is None:
                    raise NoAnswer("no bus yet")
                request = KeepSuppressions(entries=(suppressed.entry,))
                kept = await self._bus.ask(KEEP_SUPPRESSIONS, request, SuppressionsKept, timeout_s=2.0)
            except NoAnswer:
                await asyncio.sleep(STOP_AGAIN_S)
                continue
            if kept.kept:
                suppressed.at_s = self.process.world.now_s
                self.process.world.note("suppressed", suppressed.digits)
            return

    def _create(self, campaign: Campaign) -> None:
        about = {"campaign_id": campaign.campaign_id, "owner_id": campaign.owner_id}
        import_id = uuid4()
        self._say(
            CampaignCreated(**about, created_by=campaign.owner_id, rules=campaign.rules),
            SequenceChanged(**about, changed_by=campaign.owner_id, sequence_version=1, actions=()),
            self._chunk(campaign, import_id, sorted(campaign.numbers)),
            NumbersImported(
                **about,
                import_id=import_id,
                imported_by=campaign.owner_id,
                accepted=len(campaign.numbers),
                duplicates=0,
                rejected=0,
                chunks=1,
                sha256="",
            ),
        )

    def _chunk(self, campaign: Campaign, import_id: UUID, numbers: Sequence[int]) -> NumbersChunk:
        listed = tuple(
            ListedNumber(number, campaign.numbers[number], campaign.generations.get(number, 0))
            for number in numbers
        )
        about = {"campaign_id": campaign.campaign_id, "owner_id": campaign.owner_id}
        return NumbersChunk(**about, import_id=import_id, chunk_no=0, numbers=listed)

    def _say(self, *messages: Message) -> None:
        self._to_say.extend(
            sealed(message, SERVICE, id=uuid4(), at=self.process.now()) for message in messages
        )

    async def _relay(self, bus: Bus) -> None:
        said: list[Outgoing] = []
        said_to: datetime | None = None
        while True:
            made_at = bus.made_at(STREAM)
            if made_at and made_at != said_to:
                self._to_say.extendleft(reversed(said))
                said, said_to = [], made_at
            while self._to_say and bus.made_at(STREAM) == said_to:
                try:
                    await bus.publish_sealed(self._to_say[0])
                except NotPublished:
                    continue
                said.append(self._to_say.popleft())
            await asyncio.sleep(0.05)

    async def _close_gate(self, campaign_id: UUID, epoch: int) -> None:
        while True:
            try:
                if self._bus is None:
                    raise NoAnswer("no bus yet")
                closed = await self._bus.ask(
                    GATE_CLOSE, CloseGate(campaign_id=campaign_id, epoch=epoch), GateClosed, timeout_s=2.0
                )
            except NoAnswer:
                await asyncio.sleep(STOP_AGAIN_S)
                continue
            if closed.epoch >= epoch:
                world = self.process.world
                self.stops.append(Stopped(campaign_id, epoch, world.now_s))
                world.note("stopped", f"{campaign_id} {epoch}")
                return

    async def _hear(self, batch: list[Delivery]) -> None:
        for message in (each.message for each in batch):
            match message:
                case NumberFailed():
                    self._failed(message)
                case CampaignExhausted():
                    self._exhausted(message)

    def _failed(self, fact: NumberFailed) -> None:
        campaign = self.campaigns[fact.campaign_id]
        if campaign.generations.get(fact.number_id, 0) == fact.generation:
            campaign.failed.add(fact.number_id)

    def _exhausted(self, fact: CampaignExhausted) -> None:
        campaign = self.campaigns[fact.campaign_id]
        if campaign.active and fact.epoch == campaign.epoch and fact.batches == campaign.batches:
            campaign.active, campaign.finished = False, True
            campaign.epoch += 1
            about = {"campaign_id": campaign.campaign_id, "owner_id": campaign.owner_id}
            self._say(CampaignFinished(**about, epoch=campaign.epoch))
            self.process.world.note("finished", str(campaign.campaign_id))
