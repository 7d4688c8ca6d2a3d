"""Lists and what is done to them, with a real scheduler on a bus of their own; the test plays the line."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from evendial_campaigns.projector import Projector
from evendial_chassis.bus import Bus
from evendial_chassis.consumer import Consumer, Delivery
from evendial_chassis.run import Stop
from evendial_contracts.calls import CallEnded, CallOriginated, Disposition
from evendial_contracts.campaigns import CampaignExhausted
from evendial_contracts.dialing import DialNumber
from evendial_contracts.message import AttemptFact
from evendial_contracts.requests import OriginatorAlive
from evendial_contracts.subjects import dial_commands, originator_heartbeat
from evendial_scheduler.app import run as run_scheduler
from evendial_scheduler.settings import Settings as SchedulerSettings

from deploy.local.nats import start_nats
from deploy.local.ports import Ports
from tests.conftest import DatabaseFactory
from tests.integration.campaigns.conftest import Running, made, running, settings_for
from tests.waiting import until

pytestmark = pytest.mark.integration


class Line:
    """Plays the originator: every call ends at once as `comes_to` says, but for those `held`."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._stop = Stop()
        self._loops: list[asyncio.Task[None]] = []
        self.orders: list[DialNumber] = []
        self.comes_to = Disposition.ANSWERED
        self.held: set[str] = set()

    def begin(self) -> None:
        commands = Consumer(self._bus, "test-line", [dial_commands("default")])
        loops = (commands.handle(self._dial, self._stop), self._beat())
        self._loops = [asyncio.create_task(loop) for loop in loops]

    async def end(self) -> None:
        self._stop.request()
        await asyncio.gather(*self._loops)

    def dialled(self) -> list[tuple[str, int]]:
        return [(order.e164, order.generation) for order in self.orders]

    async def hang_up(self, order: DialNumber) -> None:
        about: dict[str, Any] = {name: getattr(order, name) for name in AttemptFact.__struct_fields__}
        ended = CallEnded(
            **about,
            disposition=self.comes_to,
            ended_at=order.slot_at + timedelta(seconds=1),
            account_code=order.account_code,
            device_id=order.device_id,
            trunk_id=order.trunk_id,
        )
        await self._bus.publish(CallOriginated(**about, originated_at=order.slot_at))
        await self._bus.publish(ended)

    async def _dial(self, batch: list[Delivery]) -> None:
        for delivery in batch:
            order = delivery.message
            assert isinstance(order, DialNumber)
            self.orders.append(order)
            if order.e164 not in self.held:
                await self.hang_up(order)

    async def _beat(self) -> None:
        alive = OriginatorAlive(pool="default", instance="test")
        while not self._stop.requested:
            await self._bus.tell(originator_heartbeat("default"), alive)
            await self._stop.pause(0.2)


class Pair:
    """Campaigns and scheduler at work, and the line behind them."""

    def __init__(self, service: Running, line: Line, stop_scheduler: Callable[[], None]) -> None:
        self.service = service
        self.line = line
        self.stop_scheduler = stop_scheduler

    async def campaign(self, numbers: int, **rules: Any) -> str:
        """Active, at ten calls a second."""
        campaign_id = await self.service.ready_campaign(numbers, calls_per_minute=600, **rules)
        assert (await self.service.user.post(f"/v1/campaigns/{campaign_id}/activate")).is_success
        return campaign_id

    async def status(self, campaign_id: str) -> str:
        return str((await self.service.user.get(f"/v1/campaigns/{campaign_id}")).json()["status"])

    async def finished(self, campaign_id: str) -> bool:
        return await self.status(campaign_id) == "finished"

    async def states(self, campaign_id: str) -> dict[str, int]:
        progress = await self.service.progress(campaign_id)
        return {state: count for state, count in progress["states"].items() if count}


@pytest.fixture
async def pair(
    database: DatabaseFactory, run_folder: Path, ports: Ports, tmp_path: Path
) -> AsyncIterator[Pair]:
    broker = await start_nats(tmp_path / "nats", port=ports.one(), monitor_port=ports.one())
    stop = Stop()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(broker.stop)
        settings = settings_for(await database("campaigns"), broker.url, ports)
        service = await stack.enter_async_context(running(settings))
        theirs = SchedulerSettings(
            database_url=await database("scheduler"), nats_url=broker.url, health_port=ports.one()
        )
        scheduler = asyncio.create_task(run_scheduler(theirs, stop))
        line = Line(service.bus)
        line.begin()
        pair = Pair(service, line, stop.request)
        yield pair
        await pair.line.end()
        stop.request()
        await scheduler


async def test_a_list_that_failed_is_redialled_and_comes_to_its_end_again(pair: Pair) -> None:
    pair.line.comes_to = Disposition.INVALID_NUMBER
    campaign_id = await pair.campaign(3)
    url = f"/v1/campaigns/{campaign_id}"
    await until(lambda: pair.finished(campaign_id), timeout=20)
    assert await pair.states(campaign_id) == {"failed": 3}
    refused = await pair.service.user.post(f"{url}/activate")
    assert refused.json()["type"] == "not_ready"

    assert (await pair.service.user.post(f"{url}/redial-failed")).json() == {"numbers": 3}
    assert await pair.status(campaign_id) == "finished"
    pair.line.comes_to = Disposition.ANSWERED
    assert (await pair.service.user.post(f"{url}/activate")).is_success
    await until(lambda: pair.finished(campaign_id), timeout=20)
    assert await pair.states(campaign_id) == {"completed": 3}
    first, last = 4915500000000, 4915500000003
    expected = [(str(number), generation) for generation in (0, 1) for number in range(first, last)]
    assert sorted(pair.line.dialled(), key=lambda each: each[::-1]) == expected


async def test_a_call_of_unknown_outcome_is_repeated_only_when_a_person_says_so(pair: Pair) -> None:
    pair.line.comes_to = Disposition.UNKNOWN
    campaign_id = await pair.campaign(1, max_retries=3, retry_delay_s=0)
    url = f"/v1/campaigns/{campaign_id}"
    await until(lambda: pair.finished(campaign_id), timeout=20)
    assert await pair.states(campaign_id) == {"unknown": 1}
    (number,) = (await pair.service.user.get(f"{url}/numbers")).json()["items"]
    assert (number["state"], number["attempts"]) == ("unknown", 1)
    redialled = await pair.service.user.post(f"{url}/redial-failed")
    assert redialled.json()["type"] == "none_failed"

    pair.line.comes_to = Disposition.ANSWERED
    assert (await pair.service.user.post(f"{url}/numbers/{number['number_id']}/reactivate")).is_success
    assert (await pair.service.user.post(f"{url}/activate")).is_success
    await until(lambda: pair.finished(campaign_id), timeout=20)
    assert await pair.states(campaign_id) == {"completed": 1}
    assert [generation for _, generation in pair.line.dialled()] == [0, 1]


async def test_what_is_done_to_a_running_campaign_holds_at_once(pair: Pair) -> None:
    """One call lasts, so the campaign goes on; one number is called again, one added, one removed."""
    lasting, done = "4915500000000", "4915500000001"
    pair.line.held = {lasting}
    campaign_id = await pair.campaign(2)
    url = f"/v1/campaigns/{campaign_id}"
    await until(lambda: len(pair.line.orders) == 2)

    async def is_done() -> bool:
        return await pair.states(campaign_id) == {"scheduled": 1, "completed": 1}

    await until(is_done)
    ids = await pair.service.number_ids(campaign_id)
    refused = await pair.service.user.delete(f"{url}/numbers/{ids[0]}")
    assert refused.json()["type"] == "in_a_call"

    assert (await pair.service.user.post(f"{url}/numbers/{ids[1]}/reactivate")).is_success
    await until(lambda: (done, 1) in pair.line.dialled(), timeout=3)
    await until(is_done)
    made(await pair.service.user.post(f"{url}/numbers", json={"number": "4915112345678"}))
    await until(lambda: ("4915112345678", 0) in pair.line.dialled(), timeout=3)

    async def two_done() -> bool:
        return await pair.states(campaign_id) == {"scheduled": 1, "completed": 2}

    await until(two_done)
    assert (await pair.service.user.delete(f"{url}/numbers/{ids[1]}")).is_success
    assert await pair.status(campaign_id) == "active"
    await pair.line.hang_up(
        pair.line.orders[0] if pair.line.orders[0].e164 == lasting else pair.line.orders[1]
    )
    await until(lambda: pair.finished(campaign_id), timeout=10)
    assert await pair.states(campaign_id) == {"completed": 2}
    assert len(pair.line.orders) == 4


async def test_a_list_that_comes_in_the_instant_before_the_end_is_called(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish, heard = Projector._finish, list[CampaignExhausted]()

    async def after_an_import(projector: Projector, exhausted: CampaignExhausted) -> None:
        heard.append(exhausted)
        if len(heard) == 1:
            made(await pair.service.import_list(str(exhausted.campaign_id), "4915112345678\n"))
        await finish(projector, exhausted)

    monkeypatch.setattr(Projector, "_finish", after_an_import)
    campaign_id = await pair.campaign(1)
    await until(lambda: ("4915112345678", 0) in pair.line.dialled(), timeout=20)
    await until(lambda: pair.finished(campaign_id), timeout=20)
    assert [(each.epoch, each.batches) for each in heard] == [(1, 1), (1, 2)]
    assert await pair.states(campaign_id) == {"completed": 2}
    assert (await pair.service.user.get(f"/v1/campaigns/{campaign_id}")).json()["epoch"] == 2


async def test_the_last_free_numbers_are_removed_and_the_campaign_is_finished(pair: Pair) -> None:
    campaign_id = await pair.campaign(
        2, window={"start": "00:00", "stop": "00:01", "first_day": "2099-01-01"}
    )
    url = f"/v1/campaigns/{campaign_id}"
    for number_id in await pair.service.number_ids(campaign_id):
        assert (await pair.service.user.delete(f"{url}/numbers/{number_id}")).is_success
    await until(lambda: pair.finished(campaign_id), timeout=20)
    assert pair.line.orders == []
