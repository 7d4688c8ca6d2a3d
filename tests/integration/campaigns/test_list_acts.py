"""Numbers are removed, or called once more: who may, when, and what becomes of them."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from evendial_contracts.calls import Disposition
from evendial_contracts.campaigns import (
    CampaignActivated,
    NumbersImported,
    NumbersRedialled,
    NumbersRemoved,
    RemovalReason,
)
from evendial_contracts.numbers import NumbersChunk

from tests.integration.campaigns.conftest import Listen, Running, listing, made
from tests.integration.campaigns.told import (
    answered,
    attempt,
    ended,
    failed,
    lists_fed,
    originated,
    put_in_state,
    scheduled,
    tell,
    unknown,
    waiting,
)
from tests.waiting import until

pytestmark = pytest.mark.integration


def problem(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["type"]


async def numbers(service: Running, campaign_id: str, query: str = "") -> list[Any]:
    response = await service.user.get(f"/v1/campaigns/{campaign_id}/numbers?limit=1000&{query}")
    assert response.is_success, response.text
    items: list[Any] = response.json()["items"]
    return items


async def states(service: Running, campaign_id: str) -> dict[int, str]:
    return {each["number_id"]: each["state"] for each in await numbers(service, campaign_id)}


async def all_fed(service: Running) -> None:
    fed = "select not exists(select from batch where fed_chunks < chunks)"
    await until(lambda: service.pool.fetchval(fed))
    assert await service.pool.fetchval("select not exists(select from batch_number)")


async def test_a_completed_number_is_reactivated(service: Running, listen: Listen) -> None:
    campaign_id = await service.ready_campaign(2)
    one, two = await service.number_ids(campaign_id)
    await tell(service, answered(attempt(campaign_id, one)) + answered(attempt(campaign_id, two)))
    await lists_fed(service)
    ear = await listen(campaign_id)
    url = f"/v1/campaigns/{campaign_id}"
    assert problem(await service.user.post(f"{url}/activate")) == (409, "not_ready")

    response = await service.user.post(f"{url}/numbers/{one}/reactivate")
    assert response.status_code == 200
    again = response.json()
    assert (again["state"], again["reason"], again["generation"]) == ("free", "draft", 1)
    assert (again["attempts"], again["attempt_no"], again["slot_at"]) == (1, 0, None)
    assert await states(service, campaign_id) == {one: "free", two: "completed"}
    assert (await service.progress(campaign_id))["states"]["free"] == 1

    (said,) = await until(lambda: ear.of(NumbersRedialled))
    (chunk,) = await until(lambda: ear.of(NumbersChunk))
    assert (said.number_id, said.numbers, said.chunks) == (one, 1, 1)
    assert said.redialled_by == UUID((await service.user.get("/v1/me")).json()["user_id"])
    assert (chunk.import_id, chunk.chunk_no) == (said.batch_id, 0)
    (entry,) = chunk.numbers
    assert (entry.number_id, entry.e164, entry.generation) == (one, "4915500000000", 1)
    assert not entry.deleted

    assert problem(await service.user.post(f"{url}/numbers/{one}/reactivate")) == (409, "still_to_call")
    assert (await service.user.post(f"{url}/activate")).is_success
    await tell(service, answered(attempt(campaign_id, one, generation=1)))
    assert await states(service, campaign_id) == {one: "completed", two: "completed"}
    (shown,) = await numbers(service, campaign_id, "q=500000000")
    assert (shown["attempts"], shown["generation"]) == (2, 1)


async def test_late_facts_of_the_generation_before_change_nothing(service: Running) -> None:
    campaign_id = await service.ready_campaign(1)
    (one,) = await service.number_ids(campaign_id)
    first = attempt(campaign_id, one)
    await tell(service, unknown(first))
    assert (await service.user.post(f"/v1/campaigns/{campaign_id}/numbers/{one}/reactivate")).is_success
    await tell(
        service, [ended(first, Disposition.ANSWERED), *failed(attempt(campaign_id, one, attempt_no=2))]
    )
    assert await states(service, campaign_id) == {one: "free"}


async def test_which_numbers_can_be_reactivated(service: Running) -> None:
    campaign_id = await service.ready_campaign(7)
    free, one, calling, done, retry, over, lost = await service.number_ids(campaign_id)
    told = [
        scheduled(attempt(campaign_id, one)),
        scheduled(attempt(campaign_id, calling)),
        originated(attempt(campaign_id, calling)),
        *answered(attempt(campaign_id, done)),
        *waiting(attempt(campaign_id, retry)),
        *failed(attempt(campaign_id, over)),
        *unknown(attempt(campaign_id, lost)),
    ]
    await tell(service, told)
    url = f"/v1/campaigns/{campaign_id}/numbers"
    for number_id, slug in (
        (free, "still_to_call"),
        (one, "in_a_call"),
        (calling, "in_a_call"),
        (retry, "still_to_call"),
    ):
        assert problem(await service.user.post(f"{url}/{number_id}/reactivate")) == (409, slug)
    for number_id in (done, over, lost):
        assert (await service.user.post(f"{url}/{number_id}/reactivate")).json()["state"] == "free"


async def test_all_failed_are_redialled_and_nothing_else(service: Running, listen: Listen) -> None:
    campaign_id = await service.ready_campaign(5)
    one, two, done, lost, free = await service.number_ids(campaign_id)
    told = [
        *failed(attempt(campaign_id, one)),
        *failed(attempt(campaign_id, two)),
        *answered(attempt(campaign_id, done)),
        *unknown(attempt(campaign_id, lost)),
    ]
    await tell(service, told)
    await lists_fed(service)
    ear = await listen(campaign_id)
    response = await service.user.post(f"/v1/campaigns/{campaign_id}/redial-failed")
    assert (response.status_code, response.json()) == (200, {"numbers": 2})
    expected = {one: "free", two: "free", done: "completed", lost: "unknown", free: "free"}
    assert await states(service, campaign_id) == expected
    (chunk,) = await until(lambda: ear.of(NumbersChunk))
    assert [(each.number_id, each.generation) for each in chunk.numbers] == [(one, 1), (two, 1)]
    (said,) = await until(lambda: ear.of(NumbersRedialled))
    assert (said.numbers, said.chunks, said.number_id) == (2, 1, None)
    again = await service.user.post(f"/v1/campaigns/{campaign_id}/redial-failed")
    assert problem(again) == (409, "none_failed")
    again = await service.user.post(f"/v1/campaigns/{campaign_id}/redial-failed")
    assert problem(again) == (409, "none_failed")


async def test_one_number_is_removed_for_good(service: Running, listen: Listen) -> None:
    campaign_id = await service.ready_campaign(3)
    one, two, three = await service.number_ids(campaign_id)
    await tell(service, answered(attempt(campaign_id, two)))
    await lists_fed(service)
    ear = await listen(campaign_id)
    url = f"/v1/campaigns/{campaign_id}/numbers"
    for number_id in (one, two):
        assert (await service.user.delete(f"{url}/{number_id}")).status_code == 204
        assert problem(await service.user.get(f"{url}/{number_id}")) == (404, "not_found")
        assert problem(await service.user.delete(f"{url}/{number_id}")) == (404, "not_found")
        assert problem(await service.user.post(f"{url}/{number_id}/reactivate")) == (404, "not_found")
    assert await states(service, campaign_id) == {three: "free"}
    progress = await service.progress(campaign_id)
    assert progress["numbers"] == 1
    assert {state: count for state, count in progress["states"].items() if count} == {"free": 1}

    await until(lambda: len(ear.of(NumbersChunk)) == 2)
    entries = [entry for chunk in ear.of(NumbersChunk) for entry in chunk.numbers]
    assert [(each.number_id, each.e164, each.deleted) for each in entries] == [
        (one, "", True),
        (two, "", True),
    ]
    removals = await until(lambda: ear.of(NumbersRemoved))
    assert [(each.number_id, each.reason) for each in removals] == [
        (one, RemovalReason.DELETED),
        (two, RemovalReason.DELETED),
    ]
    left = "select number_id from number where campaign_id = $1 order by number_id"
    rows = await until(lambda: _two(service, left, campaign_id))
    assert rows == [two, three]  # calls tell of it
    calls = (await service.user.get(f"/v1/campaigns/{campaign_id}/calls")).json()["items"]
    assert [call["number_id"] for call in calls] == [two]


async def _two(service: Running, query: str, campaign_id: str) -> list[int] | None:
    rows = [row["number_id"] for row in await service.pool.fetch(query, UUID(campaign_id))]
    return rows if len(rows) == 2 else None


async def test_late_facts_about_a_removed_number_bring_nothing_back(service: Running) -> None:
    campaign_id = await service.ready_campaign(2)
    called, never = await service.number_ids(campaign_id)
    await tell(service, failed(attempt(campaign_id, called)))
    for number_id in (called, never):
        await service.user.delete(f"/v1/campaigns/{campaign_id}/numbers/{number_id}")
    await all_fed(service)
    await tell(service, answered(attempt(campaign_id, called, attempt_no=2)))
    await tell(service, [scheduled(attempt(campaign_id, never)), originated(attempt(campaign_id, never))])
    progress = await service.progress(campaign_id)
    assert progress["numbers"] == 0
    assert set(progress["states"].values()) == {0}
    calls = (await service.user.get(f"/v1/campaigns/{campaign_id}/calls")).json()["items"]
    assert {call["number_id"]: call["e164"] for call in calls} == {called: "4915500000000", never: None}


async def test_a_number_in_a_call_is_not_removed(service: Running) -> None:
    campaign_id = await service.ready_campaign(2)
    one, two = await service.number_ids(campaign_id)
    await tell(service, [scheduled(attempt(campaign_id, one)), originated(attempt(campaign_id, two))])
    for number_id in (one, two):
        refused = await service.user.delete(f"/v1/campaigns/{campaign_id}/numbers/{number_id}")
        assert problem(refused) == (409, "in_a_call")


async def test_a_removed_number_may_be_imported_again(service: Running) -> None:
    campaign_id = await service.ready_campaign(1)
    (one,) = await service.number_ids(campaign_id)
    await tell(service, failed(attempt(campaign_id, one)))
    await service.user.delete(f"/v1/campaigns/{campaign_id}/numbers/{one}")
    assert made(await service.import_list(campaign_id, listing(1)))["accepted"] == 1
    assert made(await service.import_list(campaign_id, listing(1)))["accepted"] == 0
    (new,) = await service.number_ids(campaign_id)
    assert new != one


async def test_all_numbers_are_removed_but_those_in_a_call(service: Running, listen: Listen) -> None:
    campaign_id = await service.ready_campaign(5)
    ids = await service.number_ids(campaign_id)
    told = [*failed(attempt(campaign_id, ids[0])), originated(attempt(campaign_id, ids[1]))]
    await tell(service, told)
    url = f"/v1/campaigns/{campaign_id}"
    await service.user.post(f"{url}/activate")
    assert problem(await service.user.delete(f"{url}/numbers")) == (409, "campaign_active")
    await service.user.post(f"{url}/stop")
    await lists_fed(service)
    ear = await listen(campaign_id)
    response = await service.user.delete(f"{url}/numbers")
    assert (response.status_code, response.json()) == (200, {"removed": 4, "kept": 1})
    assert await states(service, campaign_id) == {ids[1]: "calling"}
    (said,) = await until(lambda: ear.of(NumbersRemoved))
    assert (said.numbers, said.chunks, said.import_id) == (4, 1, None)
    assert (await service.user.delete(f"{url}/numbers")).json() == {"removed": 0, "kept": 1}
    assert (await service.progress(campaign_id))["numbers"] == 1
    await tell(service, [ended(attempt(campaign_id, ids[1]), Disposition.ANSWERED)])
    assert (await service.user.delete(f"{url}/numbers")).json() == {"removed": 1, "kept": 0}
    assert problem(await service.user.post(f"{url}/activate")) == (409, "not_ready")


async def test_an_import_is_undone_as_far_as_it_was_not_called(service: Running, listen: Listen) -> None:
    campaign_id = await service.ready_campaign(2)
    report = made(await service.import_list(campaign_id, listing(6, first=4916600000000)))
    ids = (await service.number_ids(campaign_id))[2:]
    told = [
        *failed(attempt(campaign_id, ids[0])),
        scheduled(attempt(campaign_id, ids[1])),
        *unknown(attempt(campaign_id, ids[2])),
    ]
    await tell(service, told)
    await service.user.post(f"/v1/campaigns/{campaign_id}/numbers/{ids[2]}/reactivate")
    await lists_fed(service)
    ear = await listen(campaign_id)
    url = f"/v1/imports/{report['import_id']}"
    assert problem(await service.other.delete(url)) == (404, "not_found")
    response = await service.user.delete(url)
    assert (response.status_code, response.json()) == (200, {"removed": 3, "kept": 3})
    (said,) = await until(lambda: ear.of(NumbersRemoved))
    assert (said.reason, str(said.import_id)) == (RemovalReason.IMPORT_UNDONE, report["import_id"])
    assert set(await states(service, campaign_id)) >= set(ids[:3])
    assert len(await states(service, campaign_id)) == 5
    assert (await service.user.delete(url)).json() == {"removed": 0, "kept": 3}
    again = made(await service.import_list(campaign_id, listing(6, first=4916600000000)))
    assert (again["accepted"], again["duplicates"]) == (3, 3)
    assert (await service.user.get(url)).json()["undone_at"] is not None
    assert again["undone_at"] is None
    await service.user.post(f"/v1/campaigns/{campaign_id}/activate")
    assert problem(await service.user.delete(url)) == (409, "campaign_active")


@pytest.mark.parametrize("act", ["reactivate", "redial-failed", "remove", "remove all", "undo"])
async def test_an_act_that_is_asked_for_twice_is_done_once(fresh: Running, listen: Listen, act: str) -> None:
    campaign_id = await fresh.ready_campaign(2)
    one, _ = await fresh.number_ids(campaign_id)
    if act in ("reactivate", "redial-failed"):
        await put_in_state(fresh, campaign_id, "failed")
    import_id = await fresh.pool.fetchval("select import_id from import")
    await lists_fed(fresh)
    ear = await listen(campaign_id)
    method, url = {
        "reactivate": ("POST", f"/v1/campaigns/{campaign_id}/numbers/{one}/reactivate"),
        "redial-failed": ("POST", f"/v1/campaigns/{campaign_id}/redial-failed"),
        "remove": ("DELETE", f"/v1/campaigns/{campaign_id}/numbers/{one}"),
        "remove all": ("DELETE", f"/v1/campaigns/{campaign_id}/numbers"),
        "undo": ("DELETE", f"/v1/imports/{import_id}"),
    }[act]
    key = {"Idempotency-Key": "only once"}
    first = await fresh.user.request(method, url, headers=key)
    second = await fresh.user.request(method, url, headers=key)
    assert first.is_success, first.text
    assert (first.status_code, first.text) == (second.status_code, second.text)
    await all_fed(fresh)
    await until(lambda: ear.of(NumbersChunk))
    await until(lambda: ear.of(NumbersRedialled) + ear.of(NumbersRemoved))
    await until(lambda: fresh.pool.fetchval("select not exists(select from outbox)"))
    assert len(ear.of(NumbersRedialled) + ear.of(NumbersRemoved)) == 1
    assert len(ear.of(NumbersChunk)) == 1


async def test_somebody_elses_numbers_are_not_there(service: Running) -> None:
    campaign_id, other_id = await service.ready_campaign(1), await service.ready_campaign(1)
    (one,) = await service.number_ids(campaign_id)
    url = f"/v1/campaigns/{campaign_id}"
    for method, path in (
        ("GET", "/numbers"),
        ("GET", f"/numbers/{one}"),
        ("DELETE", "/numbers"),
        ("DELETE", f"/numbers/{one}"),
        ("POST", f"/numbers/{one}/reactivate"),
        ("POST", "/redial-failed"),
    ):
        assert problem(await service.other.request(method, url + path)) == (404, "not_found")
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/reactivate")):
        wrong = await service.user.request(method, f"/v1/campaigns/{other_id}/numbers/{one}{path}")
        assert problem(wrong) == (404, "not_found")
    assert await states(service, campaign_id) == {one: "free"}


@pytest.mark.parametrize("number_id", ["0", "-1", "9223372036854775807", "9223372036854775808", "9" * 40])
async def test_ids_beyond_all_numbers_are_not_there(service: Running, number_id: str) -> None:
    campaign_id = await service.ready_campaign(1)
    url = f"/v1/campaigns/{campaign_id}/numbers/{number_id}"
    for method, path in (("GET", url), ("DELETE", url), ("POST", f"{url}/reactivate")):
        assert (await service.user.request(method, path)).status_code == 404


async def test_an_admins_act_on_anothers_list_carries_both_ids(service: Running, listen: Listen) -> None:
    campaign_id = await service.ready_campaign(1)
    (one,) = await service.number_ids(campaign_id)
    await lists_fed(service)
    ear = await listen(campaign_id)
    assert (await service.admin.delete(f"/v1/campaigns/{campaign_id}/numbers/{one}")).status_code == 204
    (said,) = await until(lambda: ear.of(NumbersRemoved))
    assert said.owner_id == await service.owner_id(campaign_id)
    assert said.removed_by == UUID((await service.admin.get("/v1/me")).json()["user_id"])
    assert said.removed_by != said.owner_id


async def test_a_campaign_of_completed_numbers_is_startable_again_after_a_redial(
    service: Running, listen: Listen
) -> None:
    campaign_id = await service.ready_campaign(30)
    await put_in_state(service, campaign_id, "failed")
    url = f"/v1/campaigns/{campaign_id}"
    await lists_fed(service)
    ear = await listen(campaign_id)
    assert problem(await service.user.post(f"{url}/activate")) == (409, "not_ready")
    assert (await service.user.post(f"{url}/redial-failed")).json() == {"numbers": 30}
    assert (await service.user.post(f"{url}/activate")).is_success
    await until(lambda: ear.of(CampaignActivated))
    assert not ear.of(NumbersImported)
