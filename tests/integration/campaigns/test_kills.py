"""kill -9 under mixed writes, and NATS away: no answered effect is lost, and each event is published once."""

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid4

import asyncpg
import pytest
from evendial_chassis.bus import connect
from evendial_chassis.run import Stop
from evendial_chassis.streams import stream_of
from evendial_contracts.subjects import EVENTS
from nats.js.api import DeliverPolicy

from deploy.local.nats import NatsServer, start_nats
from deploy.local.ports import Ports
from tests.conftest import DatabaseFactory
from tests.integration.campaigns.conftest import ADMIN_KEY, made, settings_for
from tests.integration.campaigns.service_process import Starter, client
from tests.integration.campaigns.writers import Writer, all_there, stopped
from tests.waiting import until

pytestmark = pytest.mark.integration

KILLS = int(os.environ.get("EVENDIAL_TEST_KILLS", "3"))
AWAY_S = float(os.environ.get("EVENDIAL_TEST_NATS_AWAY_S", "4"))
SEED = int(os.environ.get("EVENDIAL_TEST_SEED", "20101"))
WRITERS = 5

_DECIDED = "select stream, id from event where version is not null order by stream, version"


class Place(NamedTuple):
    """A service of its own, on a NATS of its own."""

    starter: Starter
    nats: NatsServer
    folder: Path
    ports: Ports

    async def nats_again(self) -> NatsServer:
        port = int(self.nats.url.rsplit(":", 1)[1])
        return await start_nats(self.folder, port=port, monitor_port=self.ports.one())


@pytest.fixture
async def place(
    run_folder: Path, tmp_path: Path, database: DatabaseFactory, ports: Ports
) -> AsyncIterator[Place]:
    folder = run_folder / f"nats-{uuid4().hex[:8]}"
    nats = await start_nats(folder, port=ports.one(), monitor_port=ports.one())
    starter = Starter(settings_for(await database("campaigns"), nats.url, ports), tmp_path)
    await starter.ready()
    yield Place(starter, nats, folder, ports)
    starter.kill()
    await nats.stop()


async def test_killed_at_any_moment(place: Place) -> None:
    chance = random.Random(SEED)
    writers, tasks = await _begin_writing(place.starter)
    for _ in range(KILLS):
        answers = _answers(writers) + chance.randint(10, 60)
        await until(lambda: _going_on(tasks) and _answers(writers) >= answers, timeout=60, every=0.001)  # noqa: B023
        place.starter.started[-1].kill()
        await place.starter.ready()
    await stopped(writers, tasks)
    await all_there(place.starter.settings, writers)
    await _each_event_was_published_once_in_order(place)


async def test_nats_away_for_a_while(place: Place) -> None:
    writers, tasks = await _begin_writing(place.starter)
    await until(lambda: _answers(writers) >= 20, timeout=30)
    place.nats.process.kill()
    before, back_at = _answers(writers), time.monotonic() + AWAY_S
    await until(lambda: _going_on(tasks) and time.monotonic() > back_at, timeout=AWAY_S + 30)
    assert _answers(writers) > before + 10, "writes go on"
    again = await place.nats_again()
    try:
        await stopped(writers, tasks)
        await all_there(place.starter.settings, writers)
        await _each_event_was_published_once_in_order(place)
    finally:
        place.starter.kill()
        await again.stop()


async def _begin_writing(starter: Starter) -> tuple[list[Writer], list[asyncio.Task[None]]]:
    device_id = await _device(starter)
    writers = [Writer(starter.settings, SEED + each, device_id) for each in range(WRITERS)]
    return writers, [asyncio.create_task(writer.run()) for writer in writers]


def _answers(writers: list[Writer]) -> int:
    return sum(writer.answers for writer in writers)


def _going_on(tasks: list[asyncio.Task[None]]) -> bool:
    """Raises what a writer has met."""
    for task in tasks:
        if task.done():
            task.result()
    return True


async def _device(starter: Starter) -> str:
    async with client(starter.settings) as user, client(starter.settings, ADMIN_KEY) as admin:
        owner_id = (await user.get("/v1/me")).json()["user_id"]
        trunk = made(
            await admin.post("/v1/trunks", json={"name": "t", "endpoint": "carrier", "calls_per_second": 20})
        )
        device = {
            "name": "d",
            "owner_id": owner_id,
            "trunk_id": trunk["trunk_id"],
            "account_code": "acc1",
            "caller_ids": ["15550001111"],
        }
        return str(made(await admin.post("/v1/devices", json=device))["device_id"])


async def _each_event_was_published_once_in_order(place: Place) -> None:
    database = await asyncpg.connect(place.starter.settings.database_url)
    try:
        await until(lambda: database.fetchval("select not exists(select from outbox)"), timeout=60)
        rows = await database.fetch(_DECIDED)
    finally:
        await database.close()
    decided: dict[str, list[UUID]] = {}
    for row in rows:
        decided.setdefault(row["stream"], []).append(row["id"])
    streams = {row["id"]: row["stream"] for row in rows}
    published: dict[str, list[UUID]] = {}
    for id in await _heard(place.starter.settings.nats_url):
        published.setdefault(streams[id], []).append(id)
    assert published == decided


async def _heard(nats_url: str) -> list[UUID]:
    """What a subscriber hears that comes late and passes over each `ce-id` that it knows."""
    heard: dict[UUID, None] = {}
    async with connect(nats_url, "test", Stop()) as bus:
        assert bus is not None
        last = (await bus.jetstream.stream_info(stream_of([EVENTS]))).state.last_seq
        subscription = await bus.jetstream.subscribe(
            EVENTS, ordered_consumer=True, deliver_policy=DeliverPolicy.ALL
        )
        sequence = 0
        while sequence < last:
            message = await subscription.next_msg(timeout=5)
            sequence = message.metadata.sequence.stream
            heard.setdefault(UUID((message.headers or {})["ce-id"]))
        await subscription.unsubscribe()
    return list(heard)
