"""Acts on many numbers: said once, done in slices whatever is killed in between, in nobody's way."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from evendial_campaigns import batch_feed, batch_work
from evendial_campaigns.batch_feed import BatchFeed
from evendial_campaigns.batch_store import Batches, Kind, all_failed
from evendial_campaigns.batch_sweeper import BatchSweeper
from evendial_campaigns.core.campaign import Campaign
from evendial_campaigns.settings import Settings
from evendial_chassis.bus import Bus, NotPublished
from evendial_contracts.campaigns import CampaignRulesChanged, NumbersRedialled, NumbersRemoved
from evendial_contracts.numbers import NumbersChunk

from tests.integration.campaigns.conftest import Listen, Running, listing, made, running
from tests.integration.campaigns.told import lists_fed, put_in_state
from tests.waiting import until

pytestmark = pytest.mark.integration

Hold = Callable[[], None]


def problem(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["type"]


async def count(service: Running, query: str) -> int:
    number: int = await service.pool.fetchval(f"select count(*) from {query}")  # noqa: S608
    return number


async def failed_campaign(service: Running, numbers: int) -> str:
    """Ready to be activated but for its numbers, which have all failed."""
    campaign_id = await service.ready_campaign(numbers)
    await put_in_state(service, campaign_id, "failed")
    await lists_fed(service)
    return campaign_id


async def all_done(service: Running) -> bool:
    fed = "select not exists(select from batch where state <> 'said' or fed_chunks < chunks)"
    return bool(await service.pool.fetchval(fed))


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Hold:
    """Nothing of what was said is done until this is called."""
    apply_chunk, free = BatchFeed.apply_chunk, asyncio.Event()

    async def when_free(feed: BatchFeed) -> bool:
        return await apply_chunk(feed) if free.is_set() else False

    monkeypatch.setattr(BatchFeed, "apply_chunk", when_free)
    monkeypatch.setattr(batch_feed, "POLL_S", 0.02)
    return free.set


async def test_many_are_redialled_in_chunks(fresh: Running, listen: Listen) -> None:
    campaign_id = await failed_campaign(fresh, 25_000)
    ear = await listen(campaign_id)
    response = await fresh.user.post(f"/v1/campaigns/{campaign_id}/redial-failed")
    assert response.json() == {"numbers": 25_000}
    assert (await fresh.user.post(f"/v1/campaigns/{campaign_id}/activate")).is_success
    await until(lambda: all_done(fresh))
    await until(lambda: len(ear.of(NumbersChunk)) == 3)
    chunks = ear.of(NumbersChunk)
    assert [(each.chunk_no, len(each.numbers)) for each in chunks] == [(0, 10_000), (1, 10_000), (2, 5_000)]
    (said,) = await until(lambda: ear.of(NumbersRedialled))
    assert (said.numbers, said.chunks) == (25_000, 3)
    assert {each.import_id for each in chunks} == {said.batch_id}
    assert {entry.generation for each in chunks for entry in each.numbers} == {1}
    assert (await fresh.progress(campaign_id))["states"]["free"] == 25_000


async def test_what_was_said_holds_before_it_is_done(fresh: Running, held: Hold) -> None:
    campaign_id = await failed_campaign(fresh, 25_000)
    url = f"/v1/campaigns/{campaign_id}"
    (first, *_) = await fresh.number_ids(campaign_id)
    assert problem(await fresh.user.post(f"{url}/activate")) == (409, "not_ready")
    assert (await fresh.user.post(f"{url}/redial-failed")).is_success
    for method, path in (
        ("POST", "/redial-failed"),
        ("DELETE", "/numbers"),
        ("DELETE", f"/numbers/{first}"),
        ("POST", f"/numbers/{first}/reactivate"),
    ):
        assert problem(await fresh.user.request(method, url + path)) == (409, "list_busy")
    assert (await fresh.user.post(f"{url}/activate")).is_success
    held()
    await until(lambda: all_done(fresh))
    again = await fresh.user.post(f"{url}/numbers/{first}/reactivate")
    assert problem(again) == (409, "still_to_call")


async def test_a_list_is_not_imported_while_numbers_go(fresh: Running, held: Hold) -> None:
    campaign_id = await fresh.ready_campaign(15_000)
    url = f"/v1/campaigns/{campaign_id}"
    assert (await fresh.user.delete(f"{url}/numbers")).json() == {"removed": 15_000, "kept": 0}
    assert problem(await fresh.import_list(campaign_id, listing(3))) == (409, "list_busy")
    one = await fresh.user.post(f"{url}/numbers", json={"number": "4915500000001"})
    assert problem(one) == (409, "list_busy")
    assert problem(await fresh.user.post(f"{url}/activate")) == (409, "not_ready")
    held()
    await until(lambda: all_done(fresh))
    assert made(await fresh.import_list(campaign_id, listing(3)))["accepted"] == 3
    assert await count(fresh, "number") == 3


async def test_numbers_do_not_go_while_a_list_comes(fresh: Running) -> None:
    campaign_id = await fresh.ready_campaign(3)
    import_id = await fresh.pool.fetchval("select import_id from import")
    await fresh.pool.execute(
        "insert into import(import_id, campaign_id, owner_id) values ($1, $2, $2)", uuid4(), UUID(campaign_id)
    )
    for url in (f"/v1/campaigns/{campaign_id}/numbers", f"/v1/imports/{import_id}"):
        assert problem(await fresh.user.delete(url)) == (409, "import_running")
    assert await count(fresh, "batch") == 0


async def test_two_at_once_are_one(fresh: Running, listen: Listen) -> None:
    campaign_id = await failed_campaign(fresh, 30_000)
    ear = await listen(campaign_id)
    url = f"/v1/campaigns/{campaign_id}/redial-failed"
    responses = await asyncio.gather(*(fresh.user.post(url) for _ in range(8)))
    slugs = Counter(response.json().get("type", "done") for response in responses)
    assert slugs.pop("done") == 1
    assert set(slugs) <= {"list_busy", "none_failed"}
    await until(lambda: all_done(fresh))
    await until(lambda: len(ear.of(NumbersChunk)) == 3)
    assert len(ear.of(NumbersRedialled)) == 1
    assert await count(fresh, "number where generation <> 1") == 0


async def test_what_a_killed_service_was_preparing_is_thrown_away(fresh: Running) -> None:
    campaign_id = await failed_campaign(fresh, 10)
    batches, batch_id = Batches(fresh.pool), uuid4()
    campaign = Campaign(
        campaign_id=UUID(campaign_id),
        owner_id=await fresh.owner_id(campaign_id),
        rules=None,  # type: ignore[arg-type]
    )
    await batches.begin(batch_id, campaign, Kind.REDIAL)
    assert await batches.gather(batch_id, campaign.campaign_id, all_failed()) == 10
    url = f"/v1/campaigns/{campaign_id}/redial-failed"
    assert problem(await fresh.user.post(url)) == (409, "list_busy")
    await BatchSweeper(batches).start()
    await batches.discard()
    assert await count(fresh, "batch_number") == 0
    assert (await fresh.user.post(url)).json() == {"numbers": 10}


async def test_a_client_who_leaves_while_it_is_prepared_leaves_nothing(
    fresh: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign_id = await failed_campaign(fresh, 10)
    gather = Batches.gather

    async def cut(batches: Batches, *args: Any) -> int:
        await gather(batches, *args)
        raise asyncio.CancelledError

    monkeypatch.setattr(Batches, "gather", cut)
    url = f"/v1/campaigns/{campaign_id}/redial-failed"
    assert (await fresh.user.post(url)).status_code == 500
    monkeypatch.setattr(Batches, "gather", gather)
    await until(lambda: all_done(fresh))
    assert await count(fresh, "batch_number") == 0
    assert (await fresh.user.post(url)).json() == {"numbers": 10}


@pytest.mark.parametrize("act", ["redial", "removal"])
@pytest.mark.parametrize("where", ["before a chunk is applied", "after it was published", "before it is fed"])
async def test_a_kill_at_any_point_changes_nothing(
    settings: Settings, listen: Listen, monkeypatch: pytest.MonkeyPatch, act: str, where: str
) -> None:
    """The service is ended there in the middle of the second chunk, and started again."""
    async with running(settings) as service:
        campaign_id = await failed_campaign(service, 25_000)
        ear = await listen(campaign_id)
        ends = _end_it(monkeypatch, where)
        url = f"/v1/campaigns/{campaign_id}"
        if act == "redial":
            assert (await service.user.post(f"{url}/redial-failed")).is_success
        else:
            assert (await service.user.delete(f"{url}/numbers")).is_success
        await until(ends.is_set)
        await service.pool.execute("delete from person where name = 'other'")  # made at each start here
    monkeypatch.undo()

    async with running(settings) as again:
        await until(lambda: all_done(again))
        await until(lambda: len({id for id, each in ear.heard if isinstance(each, NumbersChunk)}) == 3)
        entries = {id: each.numbers for id, each in ear.heard if isinstance(each, NumbersChunk)}
        told = [entry for numbers in entries.values() for entry in numbers]
        assert len({entry.number_id for entry in told}) == len(told) == 25_000
        assert await count(again, "number_progress") == 0
        assert await count(again, "batch_number") == 0
        if act == "redial":
            assert {entry.generation for entry in told} == {1}
            assert await count(again, "number where generation = 1") == 25_000
        else:
            assert all(entry.deleted for entry in told)
            assert await count(again, "number") == 0
        assert len(ear.of(NumbersRedialled) + ear.of(NumbersRemoved)) == 1


def _end_it(monkeypatch: pytest.MonkeyPatch, where: str) -> asyncio.Event:
    """From there on everything fails, as if the process were gone."""
    ended, seen = asyncio.Event(), Counter[str]()
    apply_chunk, fed, publish = batch_work.apply_chunk, batch_work.fed, Bus.publish

    def dies(what: str) -> bool:
        seen[what] += 1
        if where == what and seen[what] >= 2:
            ended.set()
        return ended.is_set()

    async def apply(*args: Any) -> bool:
        if dies("before a chunk is applied"):
            raise ConnectionError("killed here")
        return await apply_chunk(*args)

    async def say(bus: Bus, message: Any, **more: Any) -> None:
        await publish(bus, message, **more)
        if isinstance(message, NumbersChunk) and dies("after it was published"):
            raise NotPublished("killed here")

    async def feed(*args: Any) -> None:
        await fed(*args)
        if dies("before it is fed"):
            raise ConnectionError("killed here: the transaction is rolled back")

    monkeypatch.setattr(batch_work, "apply_chunk", apply)
    monkeypatch.setattr(batch_work, "fed", feed)
    monkeypatch.setattr(Bus, "publish", say)
    return ended


async def test_events_do_not_wait_behind_it(fresh: Running, listen: Listen) -> None:
    """60,000 are redialled, then removed; meanwhile another campaign is edited all the time."""
    busy, other = await failed_campaign(fresh, 60_000), await fresh.campaign()
    ear = await listen(other)
    waits: list[float] = []

    async def edits_until(task: "asyncio.Task[httpx.Response]") -> None:
        while not (task.done() and await all_done(fresh)):
            asked, heard = time.monotonic(), len(ear.heard)
            rate = {"calls_per_minute": 11 + len(waits)}
            assert (await fresh.user.patch(f"/v1/campaigns/{other}", json=rate)).is_success
            await until(lambda: len(ear.heard) > heard, every=0.002)  # noqa: B023
            waits.append(time.monotonic() - asked)

    url = f"/v1/campaigns/{busy}"
    await edits_until(asyncio.create_task(fresh.user.post(f"{url}/redial-failed")))
    await edits_until(asyncio.create_task(fresh.user.delete(f"{url}/numbers")))
    assert len(ear.of(CampaignRulesChanged)) == len(waits) > 20
    waits.sort()
    print(f"{len(waits)} events: median {waits[len(waits) // 2]:.3f} s, longest {waits[-1]:.3f} s")
    assert waits[-1] < 3
