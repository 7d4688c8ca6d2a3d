"""Two at once, putting away, taking out, copying: the life of a campaign over HTTP."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from evendial_campaigns.definition_store import Definitions
from evendial_contracts.campaigns import CampaignActivated
from evendial_contracts.resources import LimitsDefined

from tests.integration.campaigns.conftest import Listen, Running, listing, made
from tests.waiting import until

pytestmark = pytest.mark.integration

WAIT = {"actions": [{"kind": "wait", "seconds": 1}]}


def slug(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["type"]


async def test_every_answer_about_a_campaign_carries_its_version(service: Running) -> None:
    answers = [
        await service.user.post("/v1/campaigns", json={"name": "x", "device_id": await service.device()})
    ]
    url = f"/v1/campaigns/{answers[0].json()['campaign_id']}"
    made(await service.import_list(answers[0].json()["campaign_id"], listing(1)))
    answers += [
        await service.user.get(url),
        await service.user.patch(url, json={"name": "y"}),
        await service.user.put(f"{url}/actions", json=WAIT),
        await service.user.get(f"{url}/actions"),
        await service.user.post(f"{url}/activate"),
        await service.user.post(f"{url}/activate"),
        await service.user.post(f"{url}/stop"),
        await service.user.post(f"{url}/archive"),
        await service.user.post(f"{url}/restore"),
    ]
    assert all(answer.is_success for answer in answers), [answer.text for answer in answers]
    assert [answer.json()["version"] for answer in answers] == [1, 2, 3, 4, 4, 5, 5, 6, 7, 8]
    assert [answer.headers["ETag"] for answer in answers] == [f'"{a.json()["version"]}"' for a in answers]
    stored = "select max(version) from event where stream = $1"
    assert await service.pool.fetchval(stored, f"campaign:{answers[0].json()['campaign_id']}") == 8


async def test_of_two_edits_of_one_version_one_is_made(service: Running) -> None:
    url = f"/v1/campaigns/{await service.campaign()}"
    read = await service.user.get(url)
    edits = [{"max_retries": 5}, {"retry_delay_s": 7}]
    answers = await asyncio.gather(
        *(service.user.patch(url, json=edit, headers={"If-Match": read.headers["ETag"]}) for edit in edits)
    )
    (lost,) = [answer for answer in answers if not answer.is_success]
    assert slug(lost) == (412, "version_mismatch")
    assert lost.headers["ETag"] == '"2"'
    assert "version 2" in lost.json()["detail"]
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    after = (await service.user.get(url)).json()
    assert (after["revision"], after["version"]) == (1, 2)

    edit = edits[answers.index(lost)]
    again = await service.user.patch(url, json=edit, headers={"If-Match": lost.headers["ETag"]})
    assert (again.json()["max_retries"], again.json()["retry_delay_s"]) == (5, 7)


async def test_edits_of_different_fields_at_once_all_stick(service: Running) -> None:
    url = f"/v1/campaigns/{await service.campaign()}"
    edits = {
        "name": "autumn",
        "max_retries": 5,
        "retry_delay_s": 7,
        "ring_timeout_s": 45,
        "max_call_s": 60,
        "max_concurrent_calls": 3,
        "calls_per_minute": 17,
        "weight": 7,
        "default_region": "DE",
        "time_zone": "Europe/Berlin",
        "duplicate_policy": "active",
    }
    answers = await asyncio.gather(*(service.user.patch(url, json={key: edits[key]}) for key in edits))
    assert {answer.status_code for answer in answers} == {200}
    after = (await service.user.get(url)).json()
    assert {key: after[key] for key in edits} == edits
    assert (after["revision"], after["version"]) == (len(edits), len(edits) + 1)
    assert sorted(answer.json()["version"] for answer in answers) == list(range(2, len(edits) + 2))


async def test_many_sequences_at_once_make_one_history(service: Running) -> None:
    url = f"/v1/campaigns/{await service.campaign()}/actions"
    bodies = [{"actions": [{"kind": "wait", "seconds": 1 + each}]} for each in range(30)]
    answers = await asyncio.gather(*(service.user.put(url, json=body) for body in bodies))
    assert sorted(answer.json()["sequence_version"] for answer in answers) == list(range(1, 31))


async def test_fifty_activations_at_once_are_one(service: Running, listen: Listen) -> None:
    campaign_id = await service.ready_campaign()
    ear = await listen(campaign_id)
    url = f"/v1/campaigns/{campaign_id}/activate"
    answers = await asyncio.gather(*(service.user.post(url) for _ in range(50)))
    assert [answer.status_code for answer in answers] == [200] * 50
    assert {(answer.json()["epoch"], answer.headers["ETag"]) for answer in answers} == {(1, '"4"')}
    query = "select count(*) from event where stream = $1 and type = 'campaign.activated.v1'"
    assert await service.pool.fetchval(query, f"campaign:{campaign_id}") == 1
    await until(lambda: ear.of(CampaignActivated))
    assert len(ear.of(CampaignActivated)) == 1


async def test_a_condition_holds_for_every_way_to_change_a_campaign(service: Running) -> None:
    campaign_id = await service.ready_campaign()
    url = f"/v1/campaigns/{campaign_id}"
    ways: list[tuple[str, str, Any]] = [
        ("PATCH", url, {"json": {"name": "y"}}),
        ("PUT", f"{url}/actions", {"json": WAIT}),
        ("POST", f"{url}/activate", {}),
        ("POST", f"{url}/stop", {}),
        ("POST", f"{url}/archive", {}),
        ("POST", f"{url}/restore", {}),
        ("DELETE", url, {}),
    ]
    for method, path, request in ways:
        for stale in ('"2"', '"99"', 'W/"3"', '"x"'):
            refused = await service.user.request(method, path, headers={"If-Match": stale}, **request)
            assert slug(refused) == (412, "version_mismatch"), (method, path, stale)
            assert refused.headers["ETag"] == '"3"'
        for malformed in ("3", "'3'", '"3', ""):
            refused = await service.user.request(method, path, headers={"If-Match": malformed}, **request)
            assert (refused.status_code, refused.json()["field"]) == (400, "If-Match"), (method, malformed)
    assert (await service.user.get(url)).json()["version"] == 3
    for good in ("*", '"2", "3"'):
        assert (await service.user.patch(url, json={}, headers={"If-Match": good})).is_success
    assert (await service.user.delete(url, headers={"If-Match": '"3"'})).status_code == httpx.codes.NO_CONTENT


async def test_who_has_the_version_already_is_not_sent_it_again(service: Running) -> None:
    url = f"/v1/campaigns/{await service.campaign()}"
    etag = (await service.user.get(url)).headers["ETag"]
    same = await service.user.get(url, headers={"If-None-Match": etag})
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", etag)
    await service.user.patch(url, json={"name": "y"})
    changed = await service.user.get(url, headers={"If-None-Match": etag})
    assert (changed.status_code, changed.json()["name"]) == (200, "y")


async def test_a_campaign_that_is_put_away_is_left_as_it_is(service: Running) -> None:
    campaign_id = await service.ready_campaign()
    url = f"/v1/campaigns/{campaign_id}"
    assert (await service.user.post(f"{url}/archive")).json()["archived"]
    edits: list[tuple[str, str, Any]] = [
        ("PATCH", url, {"json": {"name": "y"}}),
        ("PUT", f"{url}/actions", {"json": WAIT}),
        ("POST", f"{url}/activate", {}),
    ]
    for method, path, request in edits:
        assert slug(await service.user.request(method, path, **request)) == (409, "archived")
    assert slug(await service.import_list(campaign_id, "4915100000001\n")) == (409, "archived")
    assert (await service.user.post(f"{url}/archive")).json()["version"] == 4
    assert (await service.user.get(url)).json()["numbers"] == 3
    restored = (await service.user.post(f"{url}/restore")).json()
    assert (restored["archived"], restored["version"]) == (False, 5)
    assert (await service.user.post(f"{url}/activate")).is_success
    for path in (f"{url}/archive", url):
        act = service.user.delete if path == url else service.user.post
        assert slug(await act(path)) == (409, "campaign_active")


async def test_a_copy_belongs_to_the_same_owner_and_has_no_numbers(service: Running) -> None:
    campaign_id = await service.ready_campaign(max_retries=4, time_zone="Europe/Berlin")
    await service.user.post(f"/v1/campaigns/{campaign_id}/activate")
    original = (await service.user.get(f"/v1/campaigns/{campaign_id}")).json()
    for client, body in ((service.user, None), (service.admin, {"name": "autumn"})):
        copy = made(await client.post(f"/v1/campaigns/{campaign_id}/clone", json=body))
        assert copy["name"] == ("autumn" if body else "test (copy)")
        assert (copy["numbers"], copy["status"], copy["version"]) == (0, "draft", 2)
        assert copy["cloned_from"] == campaign_id
        same = ("owner_id", "device_id", "max_retries", "time_zone", "window", "run_time")
        assert [copy[key] for key in same] == [original[key] for key in same]
        actions = (await service.user.get(f"/v1/campaigns/{copy['campaign_id']}/actions")).json()["actions"]
        assert actions == WAIT["actions"]
    bare = await service.user.post(f"/v1/campaigns/{campaign_id}/clone")
    assert made(bare)["name"] == "test (copy)"
    theirs = await service.other.post(f"/v1/campaigns/{campaign_id}/clone")
    assert theirs.status_code == httpx.codes.NOT_FOUND
    refused = await service.user.post(f"/v1/campaigns/{campaign_id}/clone", json={"name": "a\nb"})
    assert (refused.status_code, refused.json()["field"]) == (400, "name")


async def test_a_request_that_is_repeated_makes_one_copy(service: Running) -> None:
    campaign_id = await service.campaign()
    headers = {"Idempotency-Key": str(uuid4())}
    url = f"/v1/campaigns/{campaign_id}/clone"
    copies = [made(await service.user.post(url, headers=headers)) for _ in range(2)]
    assert copies[0]["campaign_id"] == copies[1]["campaign_id"]


async def test_a_user_copies_no_ivr(service: Running) -> None:
    ivr = made(await service.admin.post("/v1/ivrs", json={"name": "menu", "context": "menu"}))
    campaign_id = await service.campaign()
    url = f"/v1/campaigns/{campaign_id}"
    body = {"actions": [{"kind": "ivr", "ivr_id": ivr["ivr_id"]}]}
    assert (await service.admin.put(f"{url}/actions", json=body)).is_success
    assert slug(await service.user.post(f"{url}/clone")) == (403, "ivr_is_the_admins")
    assert made(await service.admin.post(f"{url}/clone"))["owner_id"] == str(
        await service.owner_id(campaign_id)
    )


async def test_an_admin_makes_campaigns_for_users(service: Running) -> None:
    me = (await service.user.get("/v1/me")).json()["user_id"]
    theirs = (await service.other.get("/v1/me")).json()["user_id"]
    device_id = await service.device()
    body = {"name": "for you", "owner_id": me, "device_id": device_id}
    campaign = made(await service.admin.post("/v1/campaigns", json=body))
    assert campaign["owner_id"] == me
    assert (await service.user.get(f"/v1/campaigns/{campaign['campaign_id']}")).is_success
    for client, owner_id, field in (
        (service.admin, theirs, "device_id"),
        (service.admin, str(uuid4()), "owner_id"),
        (service.user, theirs, "owner_id"),
        (service.user, str(uuid4()), "owner_id"),
    ):
        refused = await client.post("/v1/campaigns", json=body | {"owner_id": owner_id})
        assert (refused.status_code, refused.json()["field"]) == (400, field)
    assert made(await service.user.post("/v1/campaigns", json=body))["owner_id"] == me


async def test_an_edit_while_it_dials_keeps_it_dialling(service: Running) -> None:
    campaign_id = await service.ready_campaign()
    url = f"/v1/campaigns/{campaign_id}"
    await service.user.post(f"{url}/activate")
    edited = await service.user.patch(url, json={"calls_per_minute": 30, "max_retries": 3})
    assert (edited.json()["status"], edited.json()["epoch"], edited.json()["revision"]) == ("active", 1, 1)
    longer = {"actions": [{"kind": "wait", "seconds": 2}]}
    assert (await service.user.put(f"{url}/actions", json=longer)).json()["sequence_version"] == 2
    for body, field in (
        ({"device_id": None}, "device_id"),
        ({"duplicate_policy": "file"}, "duplicate_policy"),
    ):
        refused = await service.user.patch(url, json=body)
        assert (refused.status_code, refused.json()["field"]) == (400, field)
    refused = await service.user.put(f"{url}/actions", json={"actions": []})
    assert (refused.status_code, refused.json()["field"]) == (400, "actions")


async def limited(service: Running, **most: Any) -> UUID:
    """A limit for the user of a service of their own."""
    owner_id = UUID((await service.user.get("/v1/me")).json()["user_id"])
    await Definitions(service.pool).define(LimitsDefined(owner_id=owner_id, revision=1, **most))
    return owner_id


async def test_an_owner_has_no_more_campaigns_than_the_limit(fresh: Running) -> None:
    owner_id = await limited(fresh, max_campaigns=3)
    post = fresh.user.post
    answers = await asyncio.gather(*(post("/v1/campaigns", json={"name": "x"}) for _ in range(12)))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [409] * 9
    refused = next(answer for answer in answers if not answer.is_success)
    assert slug(refused) == (409, "limit_reached")
    assert "limit is 3 campaigns, and there are 3" in refused.json()["detail"]
    campaign_id = next(answer.json()["campaign_id"] for answer in answers if answer.is_success)
    url = f"/v1/campaigns/{campaign_id}"
    assert slug(await post(f"{url}/clone")) == (409, "limit_reached")
    by_admin = {"name": "x", "owner_id": str(owner_id)}
    assert slug(await fresh.admin.post("/v1/campaigns", json=by_admin)) == (409, "limit_reached")
    made(await fresh.other.post("/v1/campaigns", json={"name": "x"}))
    await post(f"{url}/archive")
    made(await post(f"{url}/clone"))
    assert slug(await post(f"{url}/restore")) == (409, "limit_reached")
    assert (await fresh.user.delete(url)).is_success
    assert slug(await post("/v1/campaigns", json={"name": "x"})) == (409, "limit_reached")


async def test_parallel_activations_stay_within_the_owners_rate(fresh: Running) -> None:
    await limited(fresh, calls_per_minute=100)
    campaigns = [await fresh.ready_campaign(calls_per_minute=40) for _ in range(6)]
    answers = await asyncio.gather(*(fresh.user.post(f"/v1/campaigns/{each}/activate") for each in campaigns))
    assert sorted(answer.status_code for answer in answers) == [200] * 2 + [409] * 4
    refused = next(answer for answer in answers if not answer.is_success)
    assert slug(refused) == (409, "limit_reached")
    assert "limit is 100 calls per minute; the other active campaigns take 80" in refused.json()["detail"]
    active = [each for each, answer in zip(campaigns, answers, strict=True) if answer.is_success]
    for rate, status in ((61, 409), (60, 200), (60, 200), (61, 409), (10, 200)):
        edit = await fresh.user.patch(f"/v1/campaigns/{active[0]}", json={"calls_per_minute": rate})
        assert edit.status_code == status, edit.text
    await fresh.user.post(f"/v1/campaigns/{active[1]}/stop")
    assert (await fresh.user.post(f"/v1/campaigns/{active[1]}/activate")).is_success
