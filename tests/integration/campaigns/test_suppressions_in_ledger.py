"""Suppressed means suppressed: what the ledger is told, and when an answer says that it is certain."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from evendial_campaigns import suppression_teller
from evendial_campaigns.app import run
from evendial_campaigns.core.person import person_of
from evendial_campaigns.settings import Settings
from evendial_chassis.bus import Bus
from evendial_chassis.run import Stop
from evendial_contracts.suppressions import SuppressionAdded, SuppressionRemoved

from tests.integration.campaigns.conftest import PERSON_KEY, Listen, Running, made, running
from tests.integration.campaigns.ledger_peer import LedgerPeer
from tests.waiting import until

pytestmark = pytest.mark.integration

NUMBER = "4915577003001"
PATH = "/v1/suppressions"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suppression_teller, "ANSWER_S", 0.2)
    monkeypatch.setattr(suppression_teller, "ASK_AGAIN_S", 0.1)
    monkeypatch.setattr(suppression_teller, "COMPARE_EVERY_S", 0.2)


@pytest.fixture
async def ledger(bus: Bus) -> AsyncIterator[LedgerPeer]:
    peer = LedgerPeer()
    await peer.listen(bus)
    yield peer


async def put_on(client: httpx.AsyncClient, number: str, **more: Any) -> httpx.Response:
    return await client.post(PATH, json={"number": number} | more)


async def effective(fresh: Running) -> list[bool]:
    return [each["effective"] for each in (await fresh.admin.get(PATH)).json()["items"]]


async def test_an_entry_is_made_once_the_ledger_has_it_and_gone_once_it_has_heard_that(
    fresh: Running, ledger: LedgerPeer, listen: Listen
) -> None:
    ear = await listen("evendial.event.suppression")
    entry = made(await put_on(fresh.user, NUMBER))
    assert entry["effective"]
    owner, id = UUID(entry["owner_id"]), UUID(entry["suppression_id"])
    person = person_of(PERSON_KEY.encode(), owner, int(NUMBER)).hex()
    assert (ledger.entries[person, None].suppression_id, ledger.suppressed()) == (id, {id})

    gone = await fresh.user.delete(f"{PATH}/{id}")
    assert (gone.status_code, ledger.suppressed()) == (httpx.codes.NO_CONTENT, set())
    assert (await fresh.user.delete(f"{PATH}/{id}")).status_code == httpx.codes.NOT_FOUND

    again = made(await put_on(fresh.user, NUMBER))
    assert ledger.suppressed() == {UUID(again["suppression_id"])}
    (removed,) = await until(lambda: ear.of(SuppressionRemoved))
    await until(lambda: len(ear.of(SuppressionAdded)) == 2)
    first, second = ear.of(SuppressionAdded)
    assert first.revision < removed.revision < second.revision
    assert {each.person for each in (first, removed, second)} == {person}
    assert (first.owner_id, removed.suppression_id) == (owner, id)


async def test_without_originators_it_is_accepted_and_becomes_certain_by_itself(
    fresh: Running, bus: Bus
) -> None:
    waiting = await put_on(fresh.user, NUMBER)
    assert (waiting.status_code, waiting.json()["effective"]) == (httpx.codes.ACCEPTED, False)
    again = await put_on(fresh.user, NUMBER)
    assert (again.status_code, again.json()) == (httpx.codes.ACCEPTED, waiting.json())
    assert await effective(fresh) == [False]

    peer = LedgerPeer()
    await peer.listen(bus)
    await until(lambda: _all_effective(fresh))
    assert peer.suppressed() == {UUID(waiting.json()["suppression_id"])}
    peer.asked = 0
    assert made(await put_on(fresh.user, NUMBER))["effective"]
    assert peer.asked == 0, "what is certain needs no asking"


async def test_a_deletion_that_the_ledger_has_not_heard_may_be_asked_for_again(
    fresh: Running, ledger: LedgerPeer
) -> None:
    path = f"{PATH}/{made(await put_on(fresh.user, NUMBER))['suppression_id']}"
    ledger.silent = True
    for client in (fresh.user, fresh.user, fresh.admin):
        assert (await client.delete(path)).status_code == httpx.codes.ACCEPTED
    assert (await fresh.other.delete(path)).status_code == httpx.codes.NOT_FOUND
    assert await effective(fresh) == []
    ledger.silent = False
    assert (await fresh.user.delete(path)).status_code in (httpx.codes.NO_CONTENT, httpx.codes.NOT_FOUND)
    await until(lambda: ledger.suppressed() == set())


async def test_an_erasure_suppresses_in_the_ledger_too(fresh: Running, ledger: LedgerPeer) -> None:
    asked = await fresh.user.post("/v1/erasures", json={"number": NUMBER})
    assert asked.status_code == httpx.codes.ACCEPTED
    (entry,) = (await fresh.user.get(PATH)).json()["items"]
    await until(lambda: ledger.suppressed() == {UUID(entry["suppression_id"])})
    await until(lambda: _all_effective(fresh))


async def test_a_service_that_was_killed_before_it_asked_asks_after_its_start(
    settings: Settings, bus: Bus
) -> None:
    async with running(settings) as service:
        entry = (await put_on(service.user, NUMBER)).json()
        assert not entry["effective"]
        await service.pool.execute("delete from outbox")
    peer = LedgerPeer()
    await peer.listen(bus)
    stop = Stop()
    again = asyncio.create_task(run(settings, stop))
    await until(lambda: peer.suppressed() == {UUID(entry["suppression_id"])})
    stop.request()
    await again


async def test_a_ledger_that_has_lost_entries_or_deletions_is_told_all_again(
    fresh: Running, ledger: LedgerPeer
) -> None:
    entries = [made(await put_on(fresh.user, f"49155770040{n:02d}")) for n in range(4)]
    await until(lambda: len(ledger.entries) == 4)
    before = dict(ledger.entries)
    gone = entries[0]["suppression_id"]
    assert (await fresh.user.delete(f"{PATH}/{gone}")).status_code == httpx.codes.NO_CONTENT
    there = {UUID(each["suppression_id"]) for each in entries[1:]}
    assert ledger.suppressed() == there

    ledger.entries = before
    await until(lambda: ledger.suppressed() == there)
    ledger.entries = {}
    await until(lambda: ledger.suppressed() == there)


async def test_entries_count_even_where_the_ledger_is_newer_than_what_was_restored_here(
    fresh: Running, ledger: LedgerPeer
) -> None:
    made(await put_on(fresh.user, NUMBER))
    await fresh.pool.execute("alter sequence suppression_revision restart with 1")
    await fresh.pool.execute("delete from suppression")
    again = await put_on(fresh.user, NUMBER)
    await until(lambda: ledger.suppressed() == {UUID(again.json()["suppression_id"])})
    await until(lambda: _all_effective(fresh))


async def _all_effective(fresh: Running) -> bool:
    return set(await effective(fresh)) == {True}
