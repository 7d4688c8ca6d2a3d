"""Trunks, devices and IVRs: read, changed, deleted, and kept while somebody uses them."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from evendial_contracts.resources import DeviceDefined, TrunkDefined

from tests.integration.campaigns.conftest import Ear, Listen, Running, made
from tests.waiting import until

pytestmark = pytest.mark.integration

TRUNK = {"name": "carrier", "endpoint": "carrier", "calls_per_second": 20}
IVR = {"name": "menu", "context": "menu"}
PLAIN: list[tuple[str, str, dict[str, Any]]] = [("trunks", "trunk_id", TRUNK), ("ivrs", "ivr_id", IVR)]


def slug(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["type"]


def said_of(ear: Ear, device_id: str) -> dict[int, DeviceDefined]:
    """What was said of a device, by revision."""
    return {each.revision: each for each in ear.of(DeviceDefined) if str(each.device_id) == device_id}


@pytest.mark.parametrize(("path", "id", "body"), PLAIN)
async def test_a_definition_is_made_read_changed_and_deleted(
    service: Running, path: str, id: str, body: dict[str, Any]
) -> None:
    created = await service.admin.post(f"/v1/{path}", json=body)
    url = f"/v1/{path}/{made(created)[id]}"
    assert created.headers["ETag"] == '"1"'
    assert (await service.admin.get(url)).json() == created.json()

    changed = await service.admin.patch(url, json={"name": "other"}, headers={"If-Match": '"1"'})
    assert changed.json() == created.json() | {"name": "other", "revision": 2}
    assert changed.headers["ETag"] == '"2"'
    same = await service.admin.patch(url, json={"name": "other"})
    assert same.json()["revision"] == 2
    for stale in (
        await service.admin.patch(url, json={"name": "x"}, headers={"If-Match": '"1"'}),
        await service.admin.delete(url, headers={"If-Match": '"1"'}),
    ):
        assert slug(stale) == (412, "version_mismatch")
        assert stale.headers["ETag"] == '"2"'
    for method in ("GET", "PATCH", "DELETE"):
        refused = await service.user.request(method, url, json={"name": "x"} if method == "PATCH" else None)
        assert slug(refused) == (403, "forbidden")

    assert (await service.admin.delete(url, headers={"If-Match": '"2"'})).status_code == 204
    for method in ("GET", "PATCH", "DELETE"):
        gone = await service.admin.request(method, url, json={"name": "x"} if method == "PATCH" else None)
        assert slug(gone) == (404, "not_found")
    listed = (await service.admin.get(f"/v1/{path}?limit=1000")).json()["items"]
    assert url.rsplit("/", 1)[1] not in {row[id] for row in listed}
    made(await service.admin.post(f"/v1/{path}", json=body | {"name": "other"}))


async def test_a_device_is_read_by_its_owner_and_changed_by_an_admin(
    service: Running, listen: Listen
) -> None:
    device_id = await service.device()
    url = f"/v1/devices/{device_id}"
    ear = await listen("evendial.event.")
    read = await service.user.get(url)
    assert read.json() == (await service.admin.get(url)).json()
    assert slug(await service.other.get(url)) == (404, "not_found")
    for client in (service.user, service.other):
        assert slug(await client.patch(url, json={"name": "x"})) == (403, "forbidden")
        assert slug(await client.delete(url)) == (403, "forbidden")

    change = {
        "name": "desk 2",
        "account_code": "acc2",
        "caller_ids": ["15550002222"],
        "max_concurrent_calls": 4,
    }
    changed = await service.admin.patch(url, json=change, headers={"If-Match": read.headers["ETag"]})
    assert changed.json() == read.json() | change | {"revision": 2}
    await until(lambda: 2 in said_of(ear, device_id))
    told = said_of(ear, device_id)[2]
    assert (told.account_code, told.deleted) == ("acc2", False)
    owner_id = read.json()["owner_id"]
    assert (await service.admin.patch(url, json={"owner_id": owner_id})).json()["revision"] == 2
    for body, field in (
        ({"owner_id": str(uuid4())}, "owner_id"),
        ({"trunk_id": str(uuid4())}, "trunk_id"),
        ({"caller_ids": ["1555", "1555"]}, "caller_ids"),
        ({"name": "\x00"}, "name"),
        ({"name": None}, "name"),
        ({"revision": 7}, "revision"),
        ({"deleted": True}, "deleted"),
    ):
        refused = await service.admin.patch(url, json=body)
        assert (refused.status_code, refused.json()["field"]) == (400, field), refused.text
    assert (await service.admin.delete(url)).status_code == 204
    assert slug(await service.user.get(url)) == (404, "not_found")
    await until(lambda: 3 in said_of(ear, device_id))
    assert said_of(ear, device_id)[3].deleted


async def test_what_is_used_is_kept(service: Running) -> None:
    device_id = await service.device(("15550001111", "15550002222"))
    device = f"/v1/devices/{device_id}"
    trunk_id = (await service.admin.get(device)).json()["trunk_id"]
    trunk = f"/v1/trunks/{trunk_id}"
    campaign_id = await service.campaign(device_id=device_id, caller_id="15550001111")
    refused = await service.admin.delete(trunk)
    assert slug(refused) == (409, "in_use")
    assert "1 device calls" in refused.json()["detail"]
    refused = await service.admin.delete(device)
    assert slug(refused) == (409, "in_use")
    assert "1 campaign" in refused.json()["detail"]
    assert slug(await service.admin.patch(device, json={"caller_ids": ["15550002222"]})) == (409, "in_use")
    assert (await service.admin.patch(device, json={"caller_ids": ["15550001111"]})).is_success
    assert (await service.admin.patch(trunk, json={"calls_per_second": 5})).is_success

    assert (await service.user.post(f"/v1/campaigns/{campaign_id}/archive")).is_success
    assert (await service.admin.delete(device)).status_code == 204
    assert (await service.admin.delete(trunk)).status_code == 204
    body = {"name": "x", "device_id": device_id}
    assert (await service.user.post("/v1/campaigns", json=body)).json()["field"] == "device_id"
    me = (await service.user.get("/v1/me")).json()["user_id"]
    desk = {"name": "desk", "owner_id": me, "trunk_id": trunk_id, "account_code": "acc1"}
    assert (await service.admin.post("/v1/devices", json=desk)).json()["field"] == "trunk_id"

    assert (await service.user.post(f"/v1/campaigns/{campaign_id}/restore")).is_success
    ready = await service.user.post(f"/v1/campaigns/{campaign_id}/activate")
    assert "device" in ready.json()["missing"]
    copy = made(await service.user.post(f"/v1/campaigns/{campaign_id}/clone"))
    assert (copy["device_id"], copy["caller_id"]) == (None, None)


async def test_an_ivr_that_ends_a_sequence_is_kept(service: Running) -> None:
    ivr_id = made(await service.admin.post("/v1/ivrs", json=IVR))["ivr_id"]
    campaign_id = await service.campaign()
    actions = f"/v1/campaigns/{campaign_id}/actions"
    body = {"actions": [{"kind": "ivr", "ivr_id": ivr_id}]}
    assert (await service.admin.put(actions, json=body)).is_success
    for response in (
        await service.admin.delete(f"/v1/ivrs/{ivr_id}"),
        await service.admin.patch(f"/v1/ivrs/{ivr_id}", json={"context": "other"}),
    ):
        assert slug(response) == (409, "in_use")
    assert (await service.admin.patch(f"/v1/ivrs/{ivr_id}", json={"name": "other"})).is_success
    assert (await service.admin.put(actions, json={"actions": []})).is_success
    assert (await service.admin.delete(f"/v1/ivrs/{ivr_id}")).status_code == 204
    refused = await service.admin.put(actions, json=body)
    assert (refused.status_code, refused.json()["field"]) == (400, "actions[0].ivr_id")


async def test_changes_at_once_all_stick(service: Running, listen: Listen) -> None:
    trunk_id = made(await service.admin.post("/v1/trunks", json=TRUNK))["trunk_id"]
    ear = await listen("evendial.event.")
    url = f"/v1/trunks/{trunk_id}"
    changes: list[dict[str, Any]] = [
        {"name": "n"},
        {"calls_per_second": 3},
        {"pool": "two"},
        {"endpoint": "e2"},
    ]
    answers = await asyncio.gather(*(service.admin.patch(url, json=change) for change in changes))
    assert sorted(answer.json()["revision"] for answer in answers) == [2, 3, 4, 5]
    after = (await service.admin.get(url)).json()
    assert after["revision"] == 5
    assert all(after[key] == value for change in changes for key, value in change.items())
    told = {2, 3, 4, 5}
    await until(lambda: told <= {t.revision for t in ear.of(TrunkDefined) if t.trunk_id == UUID(trunk_id)})
    conditional = [
        service.admin.patch(url, json={"name": str(each)}, headers={"If-Match": '"5"'}) for each in range(5)
    ]
    assert sorted(answer.status_code for answer in await asyncio.gather(*conditional)) == [200] + [412] * 4


async def test_a_campaign_never_ends_up_with_a_device_that_was_deleted_at_once(service: Running) -> None:
    for _ in range(5):
        device_id = await service.device()
        campaigns = [await service.campaign() for _ in range(4)]
        edits = [
            service.user.patch(f"/v1/campaigns/{each}", json={"device_id": device_id}) for each in campaigns
        ]
        *edited, deleted = await asyncio.gather(*edits, service.admin.delete(f"/v1/devices/{device_id}"))
        took = [answer for answer in edited if answer.is_success]
        assert deleted.status_code == (409 if took else 204)
        assert all(answer.json()["field"] == "device_id" for answer in edited if not answer.is_success)


async def test_a_request_that_is_repeated_makes_one_device(service: Running) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    trunks = [made(await service.admin.post("/v1/trunks", json=TRUNK, headers=headers)) for _ in range(2)]
    assert trunks[0] == trunks[1]
