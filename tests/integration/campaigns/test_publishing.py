"""What was decided reaches the bus: at once, in order, and whatever is killed in between."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from evendial_campaigns import number_feed
from evendial_campaigns.event_store import WAKE_CHANNEL
from evendial_chassis import outbox
from evendial_chassis.bus import Bus, Outgoing
from evendial_contracts.campaigns import CampaignActivated, CampaignStopped, NumbersImported
from evendial_contracts.numbers import NumbersChunk

from tests.integration.campaigns.conftest import Listen, Running, listing, made
from tests.waiting import until

pytestmark = pytest.mark.integration


@pytest.fixture
async def unpolled(
    fresh: Running, service: Running, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Running]:
    """A service whose loops have nothing but the database's word that there is something to do."""
    monkeypatch.setattr(outbox, "SAFETY_POLL_S", 3600)
    monkeypatch.setattr(number_feed, "POLL_S", 3600)
    await wake(fresh)
    yield fresh
    monkeypatch.undo()
    await wake(fresh)
    await wake(service)  # the loops of the shared service may have begun such a long wait too


async def wake(service: Running) -> None:
    await service.pool.execute("select pg_notify($1, '')", WAKE_CHANNEL)


async def test_an_activation_and_a_stop_are_published_without_a_poll(
    unpolled: Running, listen: Listen
) -> None:
    service = unpolled
    campaign_id = await service.ready_campaign()
    ear = await listen(campaign_id)
    assert (await service.user.post(f"/v1/campaigns/{campaign_id}/activate")).json()["epoch"] == 1
    await until(lambda: ear.of(CampaignActivated))
    assert (await service.user.post(f"/v1/campaigns/{campaign_id}/stop")).json()["epoch"] == 2
    await until(lambda: ear.of(CampaignStopped))
    await until(lambda: service.pool.fetchval("select not exists(select from outbox)"))


async def test_numbers_follow_their_import_in_chunks_of_ten_thousand(
    unpolled: Running, listen: Listen
) -> None:
    service = unpolled
    campaign_id = await service.campaign()
    ear = await listen(campaign_id)
    report = made(await service.import_list(campaign_id, listing(20_001)))
    await until(lambda: len(ear.of(NumbersChunk)) == 3)
    (announced,) = await until(lambda: ear.of(NumbersImported))
    assert (announced.accepted, announced.chunks, announced.sha256) == (20_001, 3, report["sha256"])
    chunks = ear.of(NumbersChunk)
    assert [chunk.chunk_no for chunk in chunks] == [0, 1, 2]
    assert [len(chunk.numbers) for chunk in chunks] == [10_000, 10_000, 1]
    assert {str(chunk.import_id) for chunk in chunks} == {report["import_id"]}
    digits = [int(number.e164) for chunk in chunks for number in chunk.numbers]
    assert digits == list(range(4915500000000, 4915500020001))
    ids = [number.number_id for chunk in chunks for number in chunk.numbers]
    assert ids == sorted(set(ids))


async def test_a_feed_that_died_after_publishing_says_the_same_again(fresh: Running, listen: Listen) -> None:
    campaign_id = await fresh.campaign()
    ear = await listen(campaign_id)
    made(await fresh.import_list(campaign_id, listing(10_001)))
    await until(lambda: len(ear.of(NumbersChunk)) == 2)
    await until(lambda: fresh.pool.fetchval("select bool_and(fed_chunks = 2) from import"))
    before = [(id, message) for id, message in ear.heard if isinstance(message, NumbersChunk)]

    ear.heard.clear()
    await fresh.pool.execute("update import set fed_chunks = 0, fed_number_id = 0")
    await until(lambda: len(ear.of(NumbersChunk)) == 2)
    assert ear.heard == before


async def test_a_relay_that_dies_between_publishing_and_forgetting_loses_nothing(
    fresh: Running, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says some of it twice, under the same id."""
    campaign_id = await fresh.ready_campaign()
    ear = await listen(campaign_id)
    publish = Bus.publish_sealed

    async def die_after(bus: Bus, outgoing: Outgoing, **more: Any) -> None:
        await publish(bus, outgoing, **more)
        if outgoing.type == "campaign.activated.v1" and len(ear.of(CampaignActivated)) < 2:
            raise ConnectionError("killed here")

    monkeypatch.setattr(Bus, "publish_sealed", die_after)
    await fresh.user.post(f"/v1/campaigns/{campaign_id}/activate")
    await until(lambda: len(ear.of(CampaignActivated)) == 2)
    await until(lambda: fresh.pool.fetchval("select not exists(select from outbox)"))
    assert len({id for id, message in ear.heard if isinstance(message, CampaignActivated)}) == 1


async def test_events_are_published_in_the_order_of_the_record(service: Running, listen: Listen) -> None:
    campaign_id = await service.campaign()
    ear = await listen(campaign_id)
    for rate in range(1, 21):
        changed = await service.user.patch(f"/v1/campaigns/{campaign_id}", json={"calls_per_minute": rate})
        assert changed.is_success
    stream = f"campaign:{campaign_id}"
    rows = await service.pool.fetch("select id from event where stream = $1 order by version", stream)
    recorded = [row["id"] for row in rows]
    assert len(recorded) >= 19
    await until(lambda: bool(ear.heard) and ear.heard[-1][0] == recorded[-1])
    assert [id for id, _ in ear.heard] == recorded[-len(ear.heard) :]


async def test_what_waits_for_an_older_transaction_is_published_when_that_ends(
    unpolled: Running, listen: Listen
) -> None:
    service = unpolled
    campaign_id = await service.ready_campaign()
    ear = await listen(campaign_id)
    async with service.pool.acquire() as connection:
        older = connection.transaction()
        await older.start()
        await connection.execute("select pg_current_xact_id()")
        await service.user.post(f"/v1/campaigns/{campaign_id}/activate")
        await until(lambda: service.pool.fetchval("select exists(select from outbox)"))
        assert ear.of(CampaignActivated) == []
        await older.rollback()
    await until(lambda: ear.of(CampaignActivated))
