"""A person is erased: from every table of campaigns and scheduler, from every stream, and from NATS' disk."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from evendial_campaigns import erased_messages, eraser
from evendial_campaigns.core.person import person_of
from evendial_campaigns.settings import Settings
from evendial_chassis.bus import Bus, connect
from evendial_chassis.database import open_pool
from evendial_chassis.run import Stop
from evendial_contracts.campaigns import NumbersRemoved, RemovalReason

from deploy.local.nats import start_nats
from deploy.local.ports import Ports
from tests.conftest import DatabaseFactory
from tests.integration.campaigns.conftest import PERSON_KEY, Ear, Running, made, running, settings_for
from tests.integration.campaigns.erasure_world import DIGITS, World, scheduler_settings
from tests.integration.campaigns.service_process import Starter
from tests.waiting import until

pytestmark = pytest.mark.integration

PLUS = f"+{DIGITS}"
OTHERS = ["4915550000010", "4915550000011", "4915550000012", f"{DIGITS}5"]
HARDLY = ["call +49 1555 000 0001 now", "(01555) 0000001x", "junk"]
TEXT = "\n".join([PLUS, *(f"+{each}" for each in OTHERS), *HARDLY])
CSV = f"phone,name,second\n{PLUS},Ann,\n+4915550000020,Bob,+49 (0)1555 0000001\n+4915550000021,Eve,12345\n"


@pytest.fixture
async def world(
    database: DatabaseFactory, ports: Ports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    """Nothing in it yet; what has settled after 5 s has here after 0.2 s."""
    monkeypatch.setattr(eraser, "SETTLE_S", 0.2)
    monkeypatch.setattr(eraser, "POLL_S", 0.1)
    monkeypatch.setattr(erased_messages, "OVERDUE", erased_messages.OVERDUE / 60)
    nats = await start_nats(tmp_path / "nats", port=ports.one(), monitor_port=ports.one())
    campaigns = settings_for(await database("campaigns"), nats.url, ports)
    scheduler = await scheduler_settings(await database("scheduler"), nats.url, ports.one())
    async with running(campaigns) as service:
        yield World(service, scheduler, tmp_path / "nats")
    await nats.stop()


async def imported(
    service: Running, client: httpx.AsyncClient, content: str, kind: str = "text/plain", **rules: Any
) -> str:
    """A campaign with that list."""
    campaign_id = await service.campaign(client, default_region="DE", **rules)
    headers = {"Content-Type": kind, "Idempotency-Key": str(uuid4())}
    path = f"/v1/campaigns/{campaign_id}/numbers/import"
    made(await client.post(path, content=content, headers=headers))
    return campaign_id


async def erase(client: httpx.AsyncClient, number: str = PLUS) -> str:
    answer = await client.post("/v1/erasures", json={"number": number})
    assert answer.status_code == httpx.codes.ACCEPTED, answer.text
    return str(answer.json()["erasure_id"])


async def dead_letter(bus: Bus, content: str) -> None:
    await bus.jetstream.publish("evendial.dead.test", content.encode())


async def stored_answer(service: Running, body: str) -> None:
    add = "insert into idempotent_answer(scope, key, status, body) values ($1, $2, 200, $3)"
    await service.pool.execute(add, uuid4(), uuid4().bytes, body.encode())


async def test_nothing_is_left_of_a_person(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    service = world.campaigns
    device_id = await service.device()
    first = await imported(service, service.user, TEXT, device_id=device_id)
    second = await imported(service, service.user, CSV, "text/csv")
    third = await imported(service, service.other, PLUS)
    wait = {"actions": [{"kind": "wait", "seconds": 1}]}
    assert (await service.user.put(f"/v1/campaigns/{first}/actions", json=wait)).is_success
    await dead_letter(service.bus, f'{{"e164":"{DIGITS}","torn')
    await dead_letter(service.bus, f'{{"e164":"{DIGITS}9"}}')
    await stored_answer(service, f'{{"e164":"{DIGITS}"}}')
    ear = Ear(first)
    await service.bus.client.subscribe("evendial.event.>", cb=ear.take)
    async with world.scheduling():
        await until(lambda: scheduler_has(world, {DIGITS, *OTHERS}))
        assert (await service.user.post(f"/v1/campaigns/{first}/activate")).is_success

        async def commanded() -> bool:
            await world.originator_is_there()
            commands = await world.stream("EVENDIAL_COMMANDS")
            return any(f'"{DIGITS}"'.encode() in (each.data or b"") for each in commands)

        await until(commanded, timeout=30, every=0.3)
        assert await world.holds()
        assert await world.on_disk()
        erasure = await world.until_done(await erase(service.admin))
        assert not await world.holds()
        await until(lambda: is_off_the_disk(world))
        assert await scheduler_has(world, set(OTHERS))
    assert erasure["removed"] | {"chunks": 0} == {
        "numbers": 3, "row_variables": 1, "refused_lines": 2, "stored_answers": 1, "chunks": 0,
        "dial_commands": 1, "dead_letters": 1,
    }  # fmt: skip
    assert (erasure["owner_id"], erasure["waiting_for"]) == (None, [])
    for campaign_id, left in ((first, OTHERS), (second, ["4915550000020", "4915550000021"]), (third, [])):
        await campaign_has(service, campaign_id, left)
    (removed,) = await until(lambda: ear.of(NumbersRemoved))
    assert (removed.reason, removed.numbers, removed.number_id) == (RemovalReason.ERASED, 1, None)
    letters = [each.data for each in await world.stream("EVENDIAL_DEAD")]
    assert letters == [f'{{"e164":"{DIGITS}9"}}'.encode()]
    rows = await service.pool.fetch("select variables from number order by number_id")
    assert [row["variables"] for row in rows if row["variables"]] == [
        {"name": "Bob", "second": ""},
        {"name": "Eve", "second": "12345"},
    ]
    texts = await service.pool.fetch("select text from refused_line order by import_id, line")
    assert sorted(row["text"] for row in texts) == ["", "", "junk"]
    said = [str(vars(record)) for record in caplog.records if record.name.startswith("evendial")]
    assert said
    assert [each for each in said if DIGITS in each] == []


async def scheduler_has(world: World, numbers: set[str]) -> bool:
    return numbers <= await world.scheduled()


async def is_off_the_disk(world: World) -> bool:
    return not await world.on_disk()


async def campaign_has(service: Running, campaign_id: str, numbers: list[str]) -> None:
    page = (await service.admin.get(f"/v1/campaigns/{campaign_id}/numbers")).json()
    assert {each["e164"] for each in page["items"]} == set(numbers)
    campaign = (await service.admin.get(f"/v1/campaigns/{campaign_id}")).json()
    assert campaign["numbers"] == len(numbers)
    progress = (await service.admin.get(f"/v1/campaigns/{campaign_id}/progress")).json()
    assert sum(progress["states"].values()) == len(numbers)


async def test_a_scheduler_that_begins_anew_gets_everybody_else(
    world: World, database: DatabaseFactory, ports: Ports
) -> None:
    service = world.campaigns
    await imported(service, service.user, TEXT)
    async with world.scheduling():
        await until(lambda: scheduler_has(world, {DIGITS, *OTHERS}))
        await world.until_done(await erase(service.user), service.user)
    for consumer in await service.bus.jetstream.consumers_info("EVENDIAL_NUMBERS"):
        await service.bus.jetstream.delete_consumer("EVENDIAL_NUMBERS", consumer.name)
    settings = await scheduler_settings(await database("scheduler"), world.scheduler.nats_url, ports.one())
    anew = World(service, settings, world.nats_folder)
    async with anew.scheduling():
        await until(lambda: scheduler_has(anew, set(OTHERS)))
        assert await anew.scheduled() == set(OTHERS)


async def test_a_user_erases_in_what_is_theirs(world: World) -> None:
    service = world.campaigns
    mine = await imported(service, service.user, f"{TEXT}\n")
    theirs = await imported(service, service.other, TEXT)
    async with world.scheduling():
        erasure_id = await erase(service.user)
        erasure = await world.until_done(erasure_id, service.user)
    assert (erasure["removed"]["numbers"], erasure["removed"]["refused_lines"]) == (1, 2)
    await campaign_has(service, mine, OTHERS)
    await campaign_has(service, theirs, [*OTHERS, DIGITS])
    assert await chunks_with(world) == {theirs}
    assert (await service.other.get(f"/v1/erasures/{erasure_id}")).status_code == httpx.codes.NOT_FOUND
    assert (await service.other.get("/v1/erasures")).json()["items"] == []
    assert (await service.user.get("/v1/erasures")).json()["items"] == [erasure]
    assert (await service.admin.get("/v1/erasures")).json()["items"] == [erasure]


async def test_a_campaign_that_was_deleted_has_nothing_left_either(world: World) -> None:
    service = world.campaigns
    async with world.scheduling():
        campaigns = [await imported(service, service.user, TEXT) for _ in range(2)]
        await until(lambda: scheduler_has(world, {DIGITS}))
        assert (await service.user.delete(f"/v1/campaigns/{campaigns[0]}")).is_success
        await until(lambda: is_swept(service, campaigns[0]))
        assert (await service.user.delete(f"/v1/campaigns/{campaigns[1]}")).is_success
        await world.until_done(await erase(service.admin))
        await until(lambda: is_clean(world), timeout=20)


async def is_swept(service: Running, campaign_id: str) -> bool:
    swept = "select swept from campaign where campaign_id = $1"
    return bool(await service.pool.fetchval(swept, UUID(campaign_id)))


async def is_clean(world: World) -> bool:
    return not await world.holds()


async def test_all_that_stays_is_a_keyed_hash_that_keeps_the_number_out(world: World) -> None:
    service = world.campaigns
    campaign_id = await imported(service, service.user, PLUS)
    async with world.scheduling():
        await world.until_done(await erase(service.user), service.user)
        me = UUID((await service.user.get("/v1/me")).json()["user_id"])
        kept = await service.pool.fetchrow("select owner_id, person, source from suppression")
        assert kept is not None
        assert tuple(kept) == (me, person_of(PERSON_KEY.encode(), me, int(DIGITS)), "erasure")
        report = made(await service.import_list(campaign_id, TEXT))
        assert report["refusals"]["suppressed"] == 1
        refused = [each["reason"] for each in report["rejections"]]
        assert refused.count("suppressed") == 1
        await service.pool.execute("delete from refused_line where reason <> 'suppressed'")
        assert not await world.holds()


async def test_nothing_is_taken_from_a_scheduler_that_has_not_read_it(world: World) -> None:
    service = world.campaigns
    await imported(service, service.user, TEXT)
    async with world.scheduling():
        await until(lambda: scheduler_has(world, {DIGITS}))
    late = await imported(service, service.user, TEXT, name="while no scheduler is there")
    await until(lambda: has_chunks(world, 2))
    erasure_id = await erase(service.admin)
    await world.until_waiting_for(erasure_id, "scheduler-numbers")
    assert late in await chunks_with(world)
    async with world.scheduling():
        await world.until_done(erasure_id)
        assert await world.scheduled() == set(OTHERS)
    assert not await world.holds()
    await campaign_has(service, late, OTHERS)


async def chunks_with(world: World) -> set[str]:
    """The campaigns of which a slice of a list holds the number."""
    chunks = await world.chunks()
    return {str(chunk.campaign_id) for chunk in chunks if DIGITS in {each.e164 for each in chunk.numbers}}


async def has_chunks(world: World, count: int) -> bool:
    return len(await world.chunks()) == count


async def test_a_list_that_is_coming_in_is_waited_for(world: World) -> None:
    service = world.campaigns
    campaign_id = await service.campaign(default_region="DE")
    go_on = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield f"{PLUS}\n".encode() + b"+4915550000030\n" * 3
        await go_on.wait()
        yield f"{PLUS}\n+4915550000031\n+49 1555 0000001 x\n".encode()

    path = f"/v1/campaigns/{campaign_id}/numbers/import"
    headers = {"Content-Type": "text/plain"}
    sending = asyncio.ensure_future(service.user.post(path, content=body(), headers=headers))
    running = "select exists(select from import where state = 'running')"
    await until(lambda: service.pool.fetchval(running))
    async with world.scheduling():
        erasure_id = await erase(service.admin)
        await world.until_waiting_for(erasure_id, "imported")
        go_on.set()
        made(await sending)
        await world.until_done(erasure_id)
        assert not await world.holds()
        await campaign_has(service, campaign_id, ["4915550000030", "4915550000031"])


async def test_a_service_that_is_killed_in_between_goes_on(
    database: DatabaseFactory, ports: Ports, tmp_path: Path
) -> None:
    """Once with some of the lists done, once with all of them but not the streams."""
    nats = await start_nats(tmp_path / "nats", port=ports.one(), monitor_port=ports.one())
    settings = settings_for(await database("campaigns"), nats.url, ports)
    scheduler = await scheduler_settings(await database("scheduler"), nats.url, ports.one())
    starter = Starter(settings, tmp_path)
    try:
        process = await starter.ready()
        async with spoken_to(settings) as service:
            world = World(service, scheduler, tmp_path / "nats")
            campaigns = [await imported(service, service.user, TEXT) for _ in range(4)]
            async with world.scheduling():
                await until(lambda: scheduler_has(world, {DIGITS, *OTHERS}))
            async with service.pool.acquire() as connection, connection.transaction():
                await connection.execute(HOLD, int(DIGITS))
                erasure_id = await erase(service.admin)
                await until(lambda: numbers_left(service, 3))
                process.kill()
            assert await numbers_left(service, 3)
            process = await starter.ready()
            await until(lambda: numbers_left(service, 0))
            await world.until_waiting_for(erasure_id, "scheduler-numbers")
            process.kill()
            assert await world.holds()
            await starter.ready()
            async with world.scheduling():
                erasure = await world.until_done(erasure_id)
                assert await world.scheduled() == set(OTHERS)
            assert erasure["removed"]["numbers"] == len(campaigns)
            assert not await world.holds()
    finally:
        starter.kill()
        await nats.stop()


HOLD = """
select from number where e164 = $1 and campaign_id > (select min(campaign_id::text)::uuid from campaign)
for update
"""


@asynccontextmanager
async def spoken_to(settings: Settings) -> AsyncIterator[Running]:
    """A service that runs as a process of its own."""
    pool = await open_pool(settings.database_url, stop=Stop(), name="test")
    async with connect(settings.nats_url, "test", Stop()) as bus:
        assert pool is not None
        assert bus is not None
        service = Running(settings, pool, bus)
        yield service
        await service.close()
        await pool.close()


async def numbers_left(service: Running, count: int) -> bool:
    standing: int = await service.pool.fetchval("select count(*) from number where e164 = $1", int(DIGITS))
    return standing == count


@pytest.mark.parametrize(
    "number",
    ["", "abc", "1234", "01555 0000001", "+49 1555 0000001 x", "\x00", "4" * 70, None, 49155500000],
)
async def test_what_is_no_number_is_refused_with_a_reason(service: Running, number: Any) -> None:
    refused = await service.user.post("/v1/erasures", json={"number": number})
    assert (refused.status_code, refused.json()["field"]) == (400, "number"), refused.text
    assert len(refused.json()["reason"]) > 8


async def test_the_same_erasure_is_asked_for_once(service: Running) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    body = {"number": "+4915550000099"}
    first = await service.other.post("/v1/erasures", json=body, headers=key)
    again = await service.other.post("/v1/erasures", json=body, headers=key)
    assert first.json()["erasure_id"] == again.json()["erasure_id"]
    large = await service.other.post("/v1/erasures", content=b'{"number": "' + b"1" * 20_000 + b'"}')
    assert large.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE
    assert (await service.other.get(f"/v1/erasures/{uuid4()}")).status_code == httpx.codes.NOT_FOUND
