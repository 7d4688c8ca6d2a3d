"""API keys: made, shown once, scoped, ended."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.integration.campaigns.browser import make_user
from tests.integration.campaigns.conftest import Running, add_key, made
from tests.waiting import until

pytestmark = pytest.mark.integration


async def make_key(client: httpx.AsyncClient, *scopes: str, **fields: Any) -> Any:
    """A key with its text."""
    body = {"name": "script", "scopes": scopes or ("read",)} | fields
    return made(await client.post("/v1/api-keys", json=body))


async def test_a_key_is_shown_once_and_signs_in(service: Running) -> None:
    key = await make_key(service.user, "read", "write")
    assert re.fullmatch(rf"ed_{key['key_id'].replace('-', '')}_[A-Za-z0-9_-]{{43}}", key["key"])
    async with service.client(key["key"]) as script:
        me = (await script.get("/v1/me")).json()
        assert (me["name"], me["scopes"]) == ("user", ["read", "write"])
        made(await script.post("/v1/campaigns", json={"name": "by script"}))
    listed = (await service.user.get("/v1/api-keys?limit=1000")).json()["items"]
    shown = next(each for each in listed if each["key_id"] == key["key_id"])
    assert "key" not in shown
    assert key["key"] not in str(listed)
    stored = await service.pool.fetchval("select k::text from api_key k where key_id = $1", key["key_id"])
    assert hashlib.sha256(key["key"].encode()).hexdigest() in stored
    assert key["key"][-43:] not in stored


async def test_a_key_that_only_reads_changes_nothing(service: Running) -> None:
    key = await make_key(service.user, "read")
    async with service.client(key["key"]) as script:
        assert (await script.get("/v1/campaigns")).status_code == 200
        refused = await script.post("/v1/campaigns", json={"name": "x"})
        assert (refused.status_code, refused.json()["type"]) == (403, "forbidden")


async def test_an_admins_key_without_that_scope_sees_as_a_user_does(fresh: Running) -> None:
    await fresh.campaign()
    key = await make_key(fresh.admin, "read", "write")
    async with fresh.client(key["key"]) as script:
        assert (await script.get("/v1/me")).json()["role"] == "user"
        assert (await script.get("/v1/campaigns")).json()["items"] == []
        assert (await script.get("/v1/users")).status_code == 403
        refused = await script.post("/v1/api-keys", json={"name": "more", "scopes": ["read", "admin"]})
        assert (refused.status_code, refused.json()["field"]) == (400, "scopes")
    key = await make_key(fresh.admin, "read", "admin")
    async with fresh.client(key["key"]) as script:
        assert len((await script.get("/v1/campaigns")).json()["items"]) == 1
        assert (await script.post("/v1/users", json={"name": "x"})).status_code == 403


async def test_a_users_key_is_never_an_admins(service: Running) -> None:
    refused = await service.user.post("/v1/api-keys", json={"name": "x", "scopes": ["read", "admin"]})
    assert refused.json()["reason"] == "must not be more than read and write here"
    user = await make_user(service, f"mira {uuid4()}", role="admin")
    key = await make_key(service.admin, "read", "write", "admin", user_id=user["user_id"])
    async with service.client(key["key"]) as script:
        assert (await script.get("/v1/users")).status_code == 200
        await service.admin.patch(f"/v1/users/{user['user_id']}", json={"role": "user"})
        assert (await script.get("/v1/users")).status_code == 403


async def test_a_key_that_ends_ends_what_it_made(service: Running) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    key = await make_key(service.user, "read", "write", expires_at=soon.isoformat())
    async with service.client(key["key"]) as script:
        for later in ({}, {"expires_at": (soon + timedelta(seconds=1)).isoformat()}):
            refused = await script.post("/v1/api-keys", json={"name": "x", "scopes": ["read"]} | later)
            assert (refused.status_code, refused.json()["field"]) == (400, "expires_at")
        await make_key(script, expires_at=soon.isoformat())
        past = "update api_key set expires_at = clock_timestamp() where key_id = $1"
        await service.pool.execute(past, key["key_id"])
        assert (await script.get("/v1/me")).status_code == 401


async def test_a_revoked_key_is_refused_at_once(service: Running) -> None:
    key = await make_key(service.user)
    async with service.client(key["key"]) as script:
        assert (await script.get("/v1/me")).status_code == 200
        assert (await service.user.delete(f"/v1/api-keys/{key['key_id']}")).status_code == 204
        assert (await script.get("/v1/me")).status_code == 401
    assert (await service.user.delete(f"/v1/api-keys/{key['key_id']}")).status_code == 404


async def test_keys_of_others_are_an_admins_to_see_make_and_revoke(service: Running) -> None:
    key = await make_key(service.user)
    url = f"/v1/api-keys/{key['key_id']}"
    assert (await service.other.delete(url)).status_code == 404
    mine = f"/v1/api-keys?user_id={key['user_id']}"
    assert (await service.other.get(mine)).json()["items"] == []
    assert (await service.other.delete(mine)).json() == {"revoked": []}
    for user_id in (key["user_id"], str(uuid4())):
        body = {"name": "x", "scopes": ["read"], "user_id": user_id}
        refused = await service.other.post("/v1/api-keys", json=body)
        assert (refused.status_code, refused.json()["field"]) == (400, "user_id")
    assert key["key_id"] in (await service.admin.get(mine)).text
    assert (await service.admin.delete(url)).status_code == 204
    given = await make_key(service.admin, "read", user_id=key["user_id"])
    async with service.client(given["key"]) as script:
        assert (await script.get("/v1/me")).json()["name"] == "user"


async def test_all_keys_of_a_user_go_at_once_but_those_of_the_settings(fresh: Running) -> None:
    keys = [await make_key(fresh.user) for _ in range(3)]
    revoked = (await fresh.user.delete("/v1/api-keys")).json()["revoked"]
    assert sorted(revoked) == sorted(key["key_id"] for key in keys)
    left = (await fresh.user.get("/v1/api-keys")).json()["items"]
    assert [each["from_setting"] for each in left] == [True]
    refused = await fresh.user.delete(f"/v1/api-keys/{left[0]['key_id']}")
    assert (refused.status_code, refused.json()["type"]) == (409, "key_of_a_setting")


async def test_when_a_key_was_used_is_written_once_a_minute(service: Running) -> None:
    key = await make_key(service.user)
    used = "select last_used_at from api_key where key_id = $1"
    async with service.client(key["key"]) as script:
        await script.get("/v1/me")

        async def noted() -> bool:
            return await service.pool.fetchval(used, key["key_id"]) is not None

        await until(noted)
        first = await service.pool.fetchval(used, key["key_id"])
        for _ in range(10):
            await script.get("/v1/me")
        assert await service.pool.fetchval(used, key["key_id"]) == first
        long_ago = "update api_key set last_used_at = now() - interval '61 s' where key_id = $1"
        await service.pool.execute(long_ago, key["key_id"])
        await script.get("/v1/me")

        async def noted_again() -> bool:
            return bool(await service.pool.fetchval(used, key["key_id"]) > first)

        await until(noted_again)


async def test_a_repeat_does_not_show_a_key_again(service: Running) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    body = {"name": "script", "scopes": ["read"]}
    made(await service.user.post("/v1/api-keys", json=body, headers=headers))
    again = await service.user.post("/v1/api-keys", json=body, headers=headers)
    assert (again.status_code, again.json()["type"]) == (409, "already_done")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a\x07b"}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["admin"]}, "scopes"),
        ({"scopes": ["everything"]}, "scopes[0]"),
        ({"scopes": ["read"] * 4}, "scopes"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "2030-01-01T00:00:00"}, "expires_at"),
        ({"expires_at": "soon"}, "expires_at"),
        ({"key": "my own"}, "key"),
    ],
)
async def test_a_key_that_cannot_be_is_refused(service: Running, fields: dict[str, Any], field: str) -> None:
    refused = await service.user.post("/v1/api-keys", json={"name": "x", "scopes": ["read"]} | fields)
    assert (refused.status_code, refused.json()["field"]) == (400, field)


async def test_who_did_it_is_written_down_for_admins_for_good(fresh: Running) -> None:
    user = await make_user(fresh, "mira")
    key = await make_key(fresh.admin, "read", user_id=user["user_id"])
    await fresh.admin.patch(f"/v1/users/{user['user_id']}", json={"disabled": True, "role": "admin"})
    await fresh.admin.delete(f"/v1/api-keys/{key['key_id']}")
    url = f"/v1/access-log?user_id={user['user_id']}"
    log = (await fresh.admin.get(url)).json()["items"]
    assert [each["what"] for each in log] == [
        "key_revoked",
        "user_disabled",
        "made_admin",
        "key_made",
        "user_made",
    ]
    admin = (await fresh.admin.get("/v1/me")).json()
    assert {(each["user_id"], each["address"]) for each in log} == {(admin["user_id"], "127.0.0.1")}
    assert [each["about_key_id"] for each in log if each["what"].startswith("key_")] == [key["key_id"]] * 2
    assert all(each["key_id"] for each in log)
    assert (await fresh.user.get(url)).status_code == 403
    for statement in ("update access_log set what = ''", "delete from access_log", "truncate access_log"):
        with pytest.raises(Exception, match="append-only"):
            await fresh.pool.execute(statement)


async def test_a_key_of_the_settings_may_not_be_whoever_has_the_name(fresh: Running) -> None:
    await add_key(fresh.pool, (await fresh.admin.get("/v1/me")).json()["user_id"], f"second {uuid4()}")
    renamed = (await fresh.user.get("/v1/me")).json()["user_id"]
    assert (await fresh.admin.patch(f"/v1/users/{renamed}", json={"name": "mira"})).is_success
    impostor = await make_user(fresh, "user", role="admin")
    assert impostor["user_id"] != renamed
    assert (await fresh.user.get("/v1/me")).json()["user_id"] == renamed
