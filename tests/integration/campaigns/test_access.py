"""Who may do what: a user sees and touches their own only, an admin everything."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.integration.campaigns.conftest import OTHER_KEY, USER_KEY, Running, made, wav

pytestmark = pytest.mark.integration

TEXT = {"Content-Type": "text/plain"}
WAIT = {"actions": [{"kind": "wait", "seconds": 1}]}


def routes_of_a_campaign(campaign_id: str, import_id: str) -> list[tuple[str, str, dict[str, Any], int]]:
    """Every route under a campaign: method, path, request, and the owner's status."""
    url = f"/v1/campaigns/{campaign_id}"
    return [
        ("GET", url, {}, 200),
        ("PATCH", url, {"json": {"calls_per_minute": 30}}, 200),
        ("GET", f"{url}/actions", {}, 200),
        ("PUT", f"{url}/actions", {"json": WAIT}, 200),
        ("POST", f"{url}/numbers/import", {"content": b"4915100000009\n", "headers": TEXT}, 201),
        ("GET", f"{url}/numbers", {}, 200),
        ("GET", f"{url}/progress", {}, 200),
        ("GET", f"{url}/calls", {}, 200),
        ("GET", f"/v1/imports/{import_id}", {}, 200),
        ("POST", f"{url}/activate", {}, 200),
        ("POST", f"{url}/stop", {}, 202),
    ]


@pytest.fixture
async def routes(service: Running) -> AsyncIterator[list[tuple[str, str, dict[str, Any], int]]]:
    """The routes of a campaign of the user that is ready."""
    campaign_id = await service.ready_campaign()
    report = made(await service.import_list(campaign_id, "4915100000008\n"))
    yield routes_of_a_campaign(campaign_id, report["import_id"])


async def test_the_owner_and_an_admin_may(
    service: Running, routes: list[tuple[str, str, dict[str, Any], int]]
) -> None:
    for client in (service.user, service.admin):
        for method, path, request, status in routes:
            response = await client.request(method, path, **request)
            assert response.status_code == status, (method, path, response.text)


async def test_for_another_user_it_is_not_there(
    service: Running, routes: list[tuple[str, str, dict[str, Any], int]]
) -> None:
    for method, path, request, _ in routes:
        response = await service.other.request(method, path, **request)
        assert response.status_code == httpx.codes.NOT_FOUND, (method, path, response.text)
        assert response.json()["type"] == "not_found"


async def test_without_a_key_nothing_is_told(
    service: Running, routes: list[tuple[str, str, dict[str, Any], int]]
) -> None:
    lists = ["me", "trunks", "devices", "ivrs", "prompts", "campaigns"]
    for method, path, request, _ in [*routes, *(("GET", f"/v1/{each}", {}, 200) for each in lists)]:
        response = await service.nobody.request(method, path, **request)
        assert response.status_code == httpx.codes.UNAUTHORIZED, (method, path, response.text)
        assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer wrong", f"Basic {USER_KEY}", USER_KEY, f"Bearer {'x' * 5000}"],
)
async def test_a_key_that_is_not_known_is_refused(service: Running, header: str) -> None:
    response = await service.nobody.get("/v1/me", headers={"Authorization": header})
    assert response.status_code == httpx.codes.UNAUTHORIZED


async def test_everybody_is_told_who_they_are(service: Running) -> None:
    for client, name, role in (
        (service.admin, "admin", "admin"),
        (service.user, "user", "user"),
        (service.other, "other", "user"),
    ):
        me = (await client.get("/v1/me")).json()
        assert (me["name"], me["role"]) == (name, role)


async def test_trunks_devices_and_ivrs_are_made_by_an_admin_alone(fresh: Running) -> None:
    me = (await fresh.user.get("/v1/me")).json()
    trunk = {"name": "carrier", "endpoint": "carrier", "calls_per_second": 20}
    ivr = {"name": "menu", "context": "menu"}
    trunk_id = made(await fresh.admin.post("/v1/trunks", json=trunk))["trunk_id"]
    device = {"name": "desk", "owner_id": me["user_id"], "trunk_id": trunk_id, "account_code": "acc1"}
    made(await fresh.admin.post("/v1/devices", json=device))
    made(await fresh.admin.post("/v1/ivrs", json=ivr))
    for path, body in (("trunks", trunk), ("devices", device), ("ivrs", ivr)):
        refused = await fresh.user.post(f"/v1/{path}", json=body)
        assert (refused.status_code, refused.json()["type"]) == (403, "forbidden")
        seen_by_admin = (await fresh.admin.get(f"/v1/{path}")).json()["items"]
        assert [each["revision"] for each in seen_by_admin] == [1]
    for path in ("trunks", "ivrs"):
        assert (await fresh.user.get(f"/v1/{path}")).status_code == httpx.codes.FORBIDDEN
    assert [each["name"] for each in (await fresh.user.get("/v1/devices")).json()["items"]] == ["desk"]
    assert (await fresh.other.get("/v1/devices")).json()["items"] == []


async def test_lists_show_ones_own(fresh: Running) -> None:
    mine, theirs = await fresh.campaign(), await fresh.campaign(fresh.other)

    async def seen(client: httpx.AsyncClient) -> list[str]:
        return [each["campaign_id"] for each in (await client.get("/v1/campaigns")).json()["items"]]

    assert await seen(fresh.user) == [mine]
    assert await seen(fresh.other) == [theirs]
    assert await seen(fresh.admin) == [theirs, mine]


async def test_a_long_list_comes_in_pages(fresh: Running) -> None:
    made_ids = [await fresh.campaign() for _ in range(5)]
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await fresh.user.get(f"/v1/campaigns?limit=2{cursor}")).json()
        seen += [each["campaign_id"] for each in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == made_ids[::-1]


async def test_things_of_others_cannot_be_used(service: Running) -> None:
    device_id = await service.device()
    prompt = made(await service.user.post("/v1/prompts?name=hello", content=wav()))
    refused = await service.other.post("/v1/campaigns", json={"name": "x", "device_id": device_id})
    assert (refused.status_code, refused.json()["field"]) == (400, "device_id")

    campaign_id = await service.campaign(service.other)
    changed = await service.other.patch(f"/v1/campaigns/{campaign_id}", json={"device_id": device_id})
    assert changed.json()["field"] == "device_id"
    play = {"actions": [{"kind": "wait", "seconds": 1}, {"kind": "play", "prompt_id": prompt["prompt_id"]}]}
    for client in (service.other, service.admin):  # nor by an admin: the audio is kept by owner
        refused = await client.put(f"/v1/campaigns/{campaign_id}/actions", json=play)
        assert (refused.status_code, refused.json()["field"]) == (400, "actions[1].prompt_id")
    assert (await service.other.get("/v1/prompts")).json()["items"] == []


async def test_an_ivr_is_put_into_a_sequence_by_an_admin_alone(service: Running) -> None:
    ivr = made(await service.admin.post("/v1/ivrs", json={"name": "menu", "context": "menu"}))
    campaign_id = await service.campaign()
    url = f"/v1/campaigns/{campaign_id}/actions"
    body = {"actions": [{"kind": "wait", "seconds": 1}, {"kind": "ivr", "ivr_id": ivr["ivr_id"]}]}
    refused = await service.user.put(url, json=body)
    assert (refused.status_code, refused.json()["type"]) == (403, "ivr_is_the_admins")
    allowed = await service.admin.put(url, json=body)
    assert allowed.json()["actions"][1] == {"kind": "ivr", "ivr_id": ivr["ivr_id"], "context": "menu"}
    assert (await service.user.put(url, json=body)).status_code == httpx.codes.FORBIDDEN
    assert (await service.user.get(url)).json() == allowed.json()

    first = {"actions": body["actions"][::-1]}
    assert (await service.admin.put(url, json=first)).json()["field"] == "actions"
    missing = {"actions": [{"kind": "ivr", "ivr_id": str(uuid4())}]}
    assert (await service.admin.put(url, json=missing)).json()["field"] == "actions[0].ivr_id"


async def test_keys_are_stored_as_hashes_only(fresh: Running) -> None:
    stored = await fresh.pool.fetch("select k::text as row from api_key k")
    assert len(stored) == 3
    for key in (USER_KEY, OTHER_KEY):
        assert not any(key in row["row"] or key.encode().hex() in row["row"] for row in stored)
