"""The live feed over HTTP: every fact once, whatever writes meanwhile and however often one resumes."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from evendial_campaigns import event_store
from evendial_campaigns.live_feed import FEEDS_OF_USER_MAX
from evendial_campaigns.live_watch import KEPT
from evendial_campaigns.settings import Settings

from tests.integration.campaigns.conftest import USER_KEY, Running, running
from tests.integration.campaigns.test_projector import Attempt, say, with_ids
from tests.waiting import until

pytestmark = pytest.mark.integration

Event = dict[str, Any]


class Viewer:
    """What one feed has said, read as it comes."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.events: list[Event] = []
        self.ended = False
        self._reading = asyncio.create_task(self._read())

    def of(self, name: str) -> list[Event]:
        return [event for event in self.events if event["event"] == name]

    @property
    def ids(self) -> list[str]:
        return [event["id"] for event in self.of("fact")]

    def stop(self) -> None:
        self._reading.cancel()

    async def _read(self) -> None:
        event: Event = {}
        async for line in self.response.aiter_lines():
            name, _, value = line.partition(": ")
            if line:
                event[name] = json.loads(value) if name == "data" else value
            elif "event" in event:
                self.events.append(event)
                event = {}
        self.ended = True


@asynccontextmanager
async def watching(
    client: httpx.AsyncClient, campaign_id: str, last: str | None = None
) -> AsyncIterator[Viewer]:
    headers = {"Last-Event-ID": last} if last else {}
    async with client.stream("GET", f"/v1/campaigns/{campaign_id}/live", headers=headers) as response:
        assert response.status_code == httpx.codes.OK, await response.aread()
        viewer = Viewer(response)
        await until(lambda: viewer.events)
        yield viewer
        viewer.stop()


async def write(service: Running, campaign_id: str, count: int, hold_s: float = 0.0) -> None:
    """Facts by one writer, whose transaction stays open for a while."""
    fact = {
        "type": "campaign.exhausted.v1",
        "campaign_id": campaign_id,
        "owner_id": str(UUID(int=1)),
        "epoch": 1,
    }
    async with service.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "insert into event(id, stream, type, data, source, at)"
            " select gen_random_uuid(), $1, $2, $3, 'evendial/scheduler', now() from generate_series(1, $4)",
            f"campaign:{campaign_id}",
            fact["type"],
            fact,
            count,
        )
        await connection.execute("select pg_sleep($1)", hold_s)
        await event_store.wake(connection)


async def written(service: Running, campaign_id: str) -> int:
    count: int = await service.pool.fetchval(
        "select count(*) from event where stream = $1", f"campaign:{campaign_id}"
    )
    return count


async def test_facts_come_as_they_are_recorded_with_their_sentences(service: Running) -> None:
    campaign_id = await service.ready_campaign(1, caller_id="15550001111")
    owner_id = await service.owner_id(campaign_id)
    (number_id,) = await service.number_ids(campaign_id)
    async with watching(service.user, campaign_id) as viewer:
        await service.admin.post(f"/v1/campaigns/{campaign_id}/activate")
        facts = with_ids(Attempt(UUID(campaign_id), owner_id, number_id, 1).answered())
        for each in facts:
            await say(service, [each])
        await until(lambda: len(viewer.ids) == 6)
        await until(lambda: viewer.of("progress")[-1]["data"]["states"]["completed"] == 1)
        answered = viewer.of("fact")[4]["data"]
        assert (answered["sentence"], answered["outcome"], answered["data"]["billed_s"]) == (
            "Attempt 1 ended: answered, 8 s billed.",
            "answered",
            8,
        )
        assert viewer.of("fact")[0]["data"]["user"] == "admin"
        log = (await service.user.get(f"/v1/campaigns/{campaign_id}/log?limit=6&order=desc")).json()["items"]
        assert [each["id"] for each in log][::-1] == viewer.ids
        await service.user.patch(f"/v1/campaigns/{campaign_id}", json={"calls_per_minute": 7})
        await until(lambda: len(viewer.ids) == 7)
        rules = viewer.of("fact")[6]["data"]["data"]["rules"]
        assert (rules["calls_per_minute"], "caller_id" in rules) == (7, False)
    assert "4915500000000" not in json.dumps(viewer.events)


async def test_nothing_is_lost_and_nothing_comes_twice_however_often_one_resumes(service: Running) -> None:
    campaign_id = await service.campaign()
    chance = random.Random(7)
    async with watching(service.user, campaign_id) as viewer:
        last = viewer.events[0]["id"]
    before = await written(service, campaign_id)

    async def writer() -> None:
        for _ in range(12):
            await write(service, campaign_id, chance.randint(1, 20), chance.random() * 0.1)

    writers = asyncio.gather(*(writer() for _ in range(4)))
    seen: list[str] = []
    while not writers.done():
        async with watching(service.user, campaign_id, last) as viewer:
            wanted = chance.randint(1, 40)
            await until(lambda: writers.done() or len(viewer.ids) >= wanted)  # noqa: B023
        seen += viewer.ids
        last = seen[-1] if seen else last
    await writers
    expected = await written(service, campaign_id) - before
    async with watching(service.user, campaign_id, last) as viewer:
        await until(lambda: len(seen) + len(viewer.ids) >= expected)
    seen += viewer.ids
    places = [tuple(map(int, each.split("-"))) for each in seen]
    assert len(seen) == expected
    assert places == sorted(set(places))


async def test_a_feed_that_told_nothing_yet_goes_on_as_well(service: Running) -> None:
    campaign_id = await service.campaign()
    async with watching(service.user, campaign_id) as viewer:
        last = viewer.events[0]["id"]
    async with watching(service.user, campaign_id, last) as viewer:
        assert viewer.events[0]["event"] == "open"


async def test_who_reads_slowly_misses_nothing_and_delays_nobody(service: Running) -> None:
    campaign_id = await service.campaign()
    count = KEPT * 3
    url = f"/v1/campaigns/{campaign_id}/live"
    async with (
        service.user.stream("GET", url) as deaf,
        watching(service.admin, campaign_id) as quick,
    ):
        for _ in range(30):
            await write(service, campaign_id, count // 30)
        await until(lambda: len(quick.ids) == count)
        slow = Viewer(deaf)
        await until(lambda: len(slow.ids) == count)
        assert slow.ids == quick.ids
        slow.stop()


async def test_each_user_has_so_many_feeds_at_once_and_they_hold_no_connection(service: Running) -> None:
    campaign_id = await service.campaign()
    url = f"/v1/campaigns/{campaign_id}/live"
    viewers = [watching(service.user, campaign_id) for _ in range(FEEDS_OF_USER_MAX)]
    opened = [await viewer.__aenter__() for viewer in viewers]
    refused = await service.user.get(url)
    assert (refused.status_code, refused.json()["type"]) == (httpx.codes.TOO_MANY_REQUESTS, "too_many_feeds")
    async with watching(service.admin, campaign_id) as another:
        await write(service, campaign_id, 1)
        await until(lambda: all(viewer.ids for viewer in [*opened, another]))
    for viewer in viewers:
        await viewer.__aexit__(None, None, None)

    async def free_again() -> bool:
        async with service.user.stream("GET", url) as response:
            return response.status_code == httpx.codes.OK

    await until(free_again)


async def test_feeds_that_are_asked_for_at_once_share_the_same_places(service: Running) -> None:
    campaign_id = await service.campaign()
    url = f"/v1/campaigns/{campaign_id}/live"
    for _ in range(2):
        async with AsyncExitStack() as open_feeds, asyncio.timeout(30):
            streams = [open_feeds.enter_async_context(service.user.stream("GET", url)) for _ in range(30)]
            statuses = Counter(response.status_code for response in await asyncio.gather(*streams))
            assert statuses == {200: FEEDS_OF_USER_MAX, 429: 30 - FEEDS_OF_USER_MAX}
            assert (await service.user.get(f"{url}?after=x")).status_code == httpx.codes.BAD_REQUEST
        await until(partial(may_watch, service, url))


async def may_watch(service: Running, url: str) -> bool:
    """Whether all places are free."""
    async with AsyncExitStack() as open_feeds:
        for _ in range(FEEDS_OF_USER_MAX):
            response = await open_feeds.enter_async_context(service.user.stream("GET", url))
            if response.status_code != httpx.codes.OK:
                return False
    return True


async def test_a_feed_ends_when_its_key_is_revoked_or_its_campaign_is_gone(fresh: Running) -> None:
    campaign_id = await fresh.campaign()
    async with watching(fresh.user, campaign_id) as viewer, watching(fresh.admin, campaign_id) as admin:
        await fresh.pool.execute("delete from api_key where user_id = $1", await fresh.owner_id(campaign_id))
        await until(lambda: viewer.ended)
        assert viewer.events[-1]["data"] == {"reason": "gone"}
        assert not admin.ended
        await fresh.pool.execute("delete from campaign")
        await until(lambda: admin.ended)
    assert USER_KEY not in json.dumps(viewer.events)


async def test_a_feed_ends_at_once_when_the_service_stops(settings: Settings) -> None:
    async with running(settings) as service:
        campaign_id = await service.campaign()
        client = service.client(USER_KEY)
        feed = client.stream("GET", f"/v1/campaigns/{campaign_id}/live")
        viewer = Viewer(await feed.__aenter__())
        await until(lambda: viewer.of("progress"))
    await until(lambda: viewer.ended)
    assert viewer.events[-1] == {"event": "end", "data": {"reason": "shutdown"}}
    await client.aclose()


async def test_an_id_of_another_record_begins_anew_and_says_so(service: Running) -> None:
    campaign_id = await service.campaign()
    async with watching(service.user, campaign_id, f"{2**60}-1") as viewer:
        assert viewer.events[0]["event"] == "reset"
        await write(service, campaign_id, 2)
        await until(lambda: len(viewer.ids) == 2)


async def test_the_whole_record_can_be_had_from_its_beginning(service: Running) -> None:
    campaign_id = await service.ready_campaign(1)
    async with watching(service.user, campaign_id, "0-0") as viewer:
        await until(lambda: len(viewer.ids) == 3)
        assert viewer.of("fact")[0]["data"]["type"] == "campaign.created.v1"


async def test_what_is_no_id_is_refused(service: Running) -> None:
    campaign_id = await service.campaign()
    url = f"/v1/campaigns/{campaign_id}/live"
    for last in ("x", "1-1'--", "-1-1", "9" * 40, "1-2-3"):
        refused = await service.user.get(url, headers={"Last-Event-ID": last})
        assert (refused.status_code, refused.json()["field"]) == (httpx.codes.BAD_REQUEST, "Last-Event-ID")
    refused = await service.user.get(url, params={"after": "\x00"})
    assert refused.json()["field"] == "after"


async def test_feeds_of_others_are_not_there(service: Running) -> None:
    campaign_id = await service.campaign()
    for client, id in ((service.other, campaign_id), (service.user, str(uuid4()))):
        assert (await client.get(f"/v1/campaigns/{id}/live")).status_code == httpx.codes.NOT_FOUND
    assert (await service.nobody.get(f"/v1/campaigns/{campaign_id}/live")).status_code == 401
