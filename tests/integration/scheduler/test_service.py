"""The scheduler as a process on a real bus, with an originator played by the test."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from itertools import pairwise
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from evendial_chassis.bus import Bus
from evendial_chassis.consumer import Consumer, Delivery
from evendial_chassis.outbox import Relay
from evendial_chassis.run import Stop
from evendial_contracts.calls import Disposition
from evendial_contracts.campaigns import CampaignCreated, CampaignExhausted, SequenceChanged
from evendial_contracts.dialing import DialNumber
from evendial_contracts.message import Message
from evendial_contracts.numbers import NumberFailed, NumberScheduled
from evendial_contracts.requests import OriginatorAlive
from evendial_contracts.subjects import dial_commands, events_of, originator_heartbeat

from deploy.local.processes import Process
from tests.integration.scheduler.world import OWNER, World, activated, chunk, ended, imported, seconds
from tests.waiting import until

pytestmark = pytest.mark.integration

StartScheduler = Callable[[], Process]


class Outside:
    """What the rest of the system sees of a scheduler."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._stop = Stop()
        self._loops: list[asyncio.Task[None]] = []
        self.heard: list[Message] = []
        self.ids: list[UUID] = []

    async def begin(self) -> None:
        commands = Consumer(self._bus, "test-commands", [dial_commands("default")])
        events = Consumer(
            self._bus, "test-events", events_of(NumberScheduled, NumberFailed, CampaignExhausted)
        )
        for loop in (
            commands.handle(self._hear, self._stop),
            events.handle(self._hear, self._stop),
            self._beat(),
        ):
            self._loops.append(asyncio.create_task(loop))

    async def end(self) -> None:
        self._stop.request()
        await asyncio.gather(*self._loops)

    async def says(self, *messages: Message) -> None:
        for message in messages:
            await self._bus.publish(message)

    def orders(self) -> list[DialNumber]:
        return [each for each in self.heard if isinstance(each, DialNumber)]

    def count(self, kind: type[Message]) -> int:
        return sum(isinstance(each, kind) for each in self.heard)

    async def _hear(self, batch: list[Delivery]) -> None:
        self.heard += [each.message for each in batch]
        self.ids += [each.envelope.id for each in batch]

    async def _beat(self) -> None:
        alive = OriginatorAlive(pool="default", instance="test")
        while not self._stop.requested:
            await self._bus.tell(originator_heartbeat("default"), alive)
            await self._stop.pause(0.2)


@pytest.fixture
async def outside(bus: Bus) -> AsyncIterator[Outside]:
    outside = Outside(bus)
    await outside.begin()
    yield outside
    await outside.end()


@pytest.fixture
async def start(dsn: str, nats_url: str, tmp_path: Path) -> AsyncIterator[StartScheduler]:
    """Starts schedulers; what still runs after the test is killed."""
    started: list[Process] = []
    settings = {"DATABASE_URL": dsn, "NATS_URL": nats_url, "HEALTH_PORT": "0"}

    def begin() -> Process:
        process = Process.start(
            [sys.executable, "-m", "evendial_scheduler"],
            name="scheduler",
            log=tmp_path / f"scheduler-{len(started)}.log",
            env={f"EVENDIAL_SCHEDULER_{name}": value for name, value in settings.items()},
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()


async def announce(outside: Outside, world: World, numbers: int, *, calls_per_minute: int) -> UUID:
    campaign_id, import_id = uuid4(), uuid4()
    about = {"campaign_id": campaign_id, "owner_id": OWNER}
    await outside.says(
        world.trunk(),
        world.device(),
        CampaignCreated(**about, created_by=OWNER, rules=world.rules(calls_per_minute=calls_per_minute)),
        SequenceChanged(**about, changed_by=OWNER, sequence_version=1, actions=()),
        imported(campaign_id, import_id, chunks=1),
        activated(campaign_id, 1),
        chunk(campaign_id, import_id, 0, range(1, numbers + 1)),
    )
    return campaign_id


@pytest.mark.parametrize("schedulers", [1, 2])
async def test_a_list_is_called_to_its_end_evenly(
    outside: Outside, world: World, start: StartScheduler, schedulers: int
) -> None:
    for _ in range(schedulers):
        start()
    campaign_id = await announce(outside, world, 12, calls_per_minute=600)
    await until(lambda: len(outside.orders()) == 12)
    orders = sorted(outside.orders(), key=lambda each: each.slot_at)
    assert [order.number_id for order in orders] == list(range(1, 13))
    assert all(later.slot_at - earlier.slot_at >= seconds(0.1) for earlier, later in pairwise(orders))
    await outside.says(*(ended(order, Disposition.REJECTED) for order in orders))
    await until(lambda: outside.count(CampaignExhausted) == 1)
    await until(lambda: outside.count(NumberFailed) == outside.count(NumberScheduled) == 12)
    assert {each.campaign_id for each in outside.orders()} == {campaign_id}


async def test_a_kill_loses_and_repeats_nothing(
    outside: Outside, world: World, start: StartScheduler
) -> None:
    first = start()
    await announce(outside, world, 60, calls_per_minute=600)
    await until(lambda: len(outside.orders()) >= 5)
    os.kill(first.pid, signal.SIGKILL)
    start()
    await until(lambda: len(outside.orders()) == 60, timeout=30)
    assert {order.number_id for order in outside.orders()} == set(range(1, 61))
    slots = sorted(order.slot_at for order in outside.orders())
    assert all(later - earlier >= seconds(0.1) for earlier, later in pairwise(slots))
    assert len(set(outside.ids)) == len(outside.ids)


async def test_what_was_planned_before_a_crash_is_published_after_it(
    outside: Outside, world: World, bus: Bus
) -> None:
    await world.has_a_trunk()
    await world.has_a_campaign(3, calls_per_minute=6000)
    planned = await world.plans()
    assert len(planned) == 3
    stop = Stop()
    relaying = asyncio.create_task(Relay(world.pool, bus).run(stop))
    await until(lambda: sorted(outside.orders(), key=lambda each: each.slot_at) == planned)
    stop.request()
    await relaying


async def test_the_first_signal_ends_it_in_order(
    outside: Outside, world: World, start: StartScheduler
) -> None:
    process = start()
    await announce(outside, world, 60, calls_per_minute=600)
    await until(lambda: outside.orders())
    os.kill(process.pid, signal.SIGTERM)
    await until(lambda: process.exit_code == 0, timeout=5)
    stored = await world.pool.fetchval("select count(*) from outbox")
    assert stored == 0
