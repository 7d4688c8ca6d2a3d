"""Users and their limits, as an admin manages them."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest
from evendial_contracts.codec import UnknownMessage, decode
from evendial_contracts.message import Message
from evendial_contracts.resources import LimitsDefined

from tests.integration.campaigns.browser import OTHER_PASSWORD, PASSWORD, browser, make_user
from tests.integration.campaigns.conftest import Running, add_key, made

pytestmark = pytest.mark.integration

UNLIMITED: dict[str, Any] = {
    "max_campaigns": None,
    "calls_per_minute": None,
    "max_concurrent_calls": None,
    "allowed_prefixes": None,
    "premium": False,
}


async def who(service: Running, client: httpx.AsyncClient) -> str:
    """The id of whose key that is."""
    return str((await client.get("/v1/me")).json()["user_id"])


async def test_a_user_is_made_shown_and_listed_without_their_password(fresh: Running) -> None:
    user = await make_user(fresh, "mira", role="admin")
    expected = {"name": "mira", "role": "admin", "disabled": False, "has_password": True}
    expected |= {"active_campaigns": 0}
    assert {name: user[name] for name in expected} == expected
    assert set(user) == {*expected, "user_id", "created_at"}
    assert (await fresh.admin.get(f"/v1/users/{user['user_id']}")).json() == user
    first = (await fresh.admin.get("/v1/users?limit=3")).json()
    rest = (await fresh.admin.get(f"/v1/users?limit=3&cursor={first['next']}")).json()
    assert [each["name"] for each in first["items"] + rest["items"]] == ["admin", "user", "other", "mira"]
    assert rest["next"] is None


async def test_a_name_is_one_persons_however_it_is_capitalised(service: Running) -> None:
    user = await make_user(service, f"Mira {uuid4()}")
    other = await make_user(service, f"Tom {uuid4()}")
    taken = {"name": user["name"].upper()}
    for refused in (
        await service.admin.post("/v1/users", json=taken),
        await service.admin.patch(f"/v1/users/{other['user_id']}", json=taken),
    ):
        assert (refused.status_code, refused.json()["type"]) == (409, "name_taken")
    renamed = await service.admin.patch(f"/v1/users/{user['user_id']}", json=taken)
    assert renamed.json()["name"] == taken["name"]


async def test_a_repeat_makes_nobody_else(service: Running) -> None:
    body = {"name": f"mira {uuid4()}", "password": PASSWORD}
    headers = {"Idempotency-Key": str(uuid4())}
    made(await service.admin.post("/v1/users", json=body, headers=headers))
    for repeated in (body, body | {"name": f"x{uuid4()}"}):
        again = await service.admin.post("/v1/users", json=repeated, headers=headers)
        assert (again.status_code, again.json()["type"]) == (409, "already_done")
        assert "take a new key" in again.json()["detail"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "mi\x00ra"}, "name"),
        ({"name": " mira"}, "name"),
        ({"name": "mira", "role": "root"}, "role"),
        ({"name": "mira", "password": "short"}, "password"),
        ({"name": "mira", "password": "x" * 1025}, "password"),
        ({"name": "blue harbour lamp", "password": "blue harbour lamp"}, "password"),
        ({"name": "mira", "disabled": True}, "disabled"),
        ({"name": ["mira"]}, "name"),
    ],
)
async def test_a_user_that_cannot_be_is_refused(service: Running, body: dict[str, Any], field: str) -> None:
    refused = await service.admin.post("/v1/users", json=body)
    assert (refused.status_code, refused.json()["field"]) == (400, field)


async def test_who_is_disabled_is_out_at_once_and_back_when_enabled(service: Running) -> None:
    user = await make_user(service, f"mira {uuid4()}")
    key = f"a key of {uuid4()}"
    await add_key(service.pool, user["user_id"], key)
    url = f"/v1/users/{user['user_id']}"
    async with browser(service) as page, service.client(key) as script:
        await page.sign_in(user["name"])
        await page.ask("POST", "/v1/campaigns", json={"name": "spring"})
        disabled = await service.admin.patch(url, json={"disabled": True})
        assert (disabled.status_code, disabled.json()["disabled"]) == (200, True)
        assert (await page.ask("GET", "/v1/me")).status_code == 401
        assert (await script.get("/v1/me")).status_code == 401
        assert (await service.admin.patch(url, json={"disabled": False})).json()["disabled"] is False
        assert (await page.ask("GET", "/v1/me")).status_code == 401
        assert (await script.get("/v1/me")).status_code == 200


async def test_disabling_tells_how_many_campaigns_go_on(fresh: Running) -> None:
    campaign_id = await fresh.ready_campaign(window={"start": "00:00", "stop": "00:00"})
    assert (await fresh.user.post(f"/v1/campaigns/{campaign_id}/activate")).is_success
    url = f"/v1/users/{await who(fresh, fresh.user)}"
    disabled = await fresh.admin.patch(url, json={"disabled": True})
    assert (disabled.json()["disabled"], disabled.json()["active_campaigns"]) == (True, 1)
    assert (await fresh.admin.post(f"/v1/campaigns/{campaign_id}/stop")).is_success
    assert (await fresh.admin.get(url)).json()["active_campaigns"] == 0


async def test_a_password_reset_ends_the_sessions(service: Running) -> None:
    user = await make_user(service, f"mira {uuid4()}")
    async with browser(service) as page:
        await page.sign_in(user["name"])
        body = {"password": OTHER_PASSWORD}
        assert (await service.admin.patch(f"/v1/users/{user['user_id']}", json=body)).is_success
        assert (await page.ask("GET", "/v1/me")).status_code == 401
        assert (await page.sign_in(user["name"], OTHER_PASSWORD)).status_code == 201


async def test_another_role_holds_from_the_next_request_on(service: Running) -> None:
    user = await make_user(service, f"mira {uuid4()}")
    key = f"a key of {uuid4()}"
    await add_key(service.pool, user["user_id"], key)
    async with service.client(key) as script:
        for role, status in (("user", 403), ("admin", 200), ("user", 403)):
            await service.admin.patch(f"/v1/users/{user['user_id']}", json={"role": role})
            assert (await script.get("/v1/users")).status_code == status


async def test_nobody_takes_the_admins_role_from_themselves(fresh: Running) -> None:
    url = f"/v1/users/{await who(fresh, fresh.admin)}"
    await make_user(fresh, "mira", role="admin")
    for change in ({"role": "user"}, {"disabled": True}):
        refused = await fresh.admin.patch(url, json=change)
        assert (refused.status_code, refused.json()["type"]) == (409, "own_admin_role")
    assert (await fresh.admin.patch(url, json={"name": "root", "role": "admin"})).json()["name"] == "root"


async def test_two_admins_who_demote_each_other_at_once_leave_one(fresh: Running) -> None:
    mira = await make_user(fresh, "mira", role="admin")
    key = f"a key of {uuid4()}"
    await add_key(fresh.pool, mira["user_id"], key)
    admin_id = await who(fresh, fresh.admin)
    async with fresh.client(key) as script:
        answers = await asyncio.gather(
            script.patch(f"/v1/users/{admin_id}", json={"role": "user"}),
            fresh.admin.patch(f"/v1/users/{mira['user_id']}", json={"disabled": True}),
        )
    assert sum(answer.is_success for answer in answers) == 1
    left = "select count(*) from person where role = 'admin' and disabled_at is null"
    assert await fresh.pool.fetchval(left) == 1


async def test_limits_are_announced_whole_and_shown_to_their_owner(fresh: Running) -> None:
    owner_id = await who(fresh, fresh.user)
    url = f"/v1/users/{owner_id}/limits"
    defaults = (await fresh.admin.get(url)).json()
    assert defaults == UNLIMITED | {"owner_id": owner_id, "revision": 0, "person_caps": []}
    wanted = UNLIMITED | {
        "max_campaigns": 3,
        "calls_per_minute": 60,
        "premium": True,
        "allowed_prefixes": ["49", "1"],
    }
    for _ in range(2):
        defined = (await fresh.admin.put(url, json=wanted)).json()
        assert defined == defaults | wanted | {"revision": 1, "allowed_prefixes": ["1", "49"]}
    assert (await fresh.user.get("/v1/me")).json()["limits"] == defined
    assert (await fresh.admin.put(url, json=UNLIMITED)).json() == defaults | {"revision": 2}
    events = [(event.revision, event.premium, event.max_campaigns) for event in await announced(fresh)]
    assert events == [(1, True, 3), (2, False, None)]


async def test_limits_that_are_put_at_once_have_a_revision_each(fresh: Running) -> None:
    url = f"/v1/users/{await who(fresh, fresh.user)}/limits"
    answers = await asyncio.gather(
        *(fresh.admin.put(url, json=UNLIMITED | {"max_campaigns": each}) for each in range(1, 6))
    )
    assert sorted(answer.json()["revision"] for answer in answers) == [1, 2, 3, 4, 5]
    newest = max((answer.json() for answer in answers), key=lambda limits: limits["revision"])
    assert (await fresh.admin.get(url)).json() == newest


async def announced(service: Running) -> list[LimitsDefined]:
    """What was stored to be published."""
    rows = await service.pool.fetch(
        "select type, data::text as data from event where type = 'limits.defined.v1' order by pos"
    )
    decoded: list[Message | UnknownMessage] = [decode(row["type"], row["data"].encode()) for row in rows]
    return [event for event in decoded if isinstance(event, LimitsDefined)]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"allowed_prefixes": ["+49"]}, "allowed_prefixes[0]"),
        ({"allowed_prefixes": ["049"]}, "allowed_prefixes[0]"),
        ({"allowed_prefixes": ["4" * 16]}, "allowed_prefixes[0]"),
        ({"allowed_prefixes": ["49\n"]}, "allowed_prefixes[0]"),
        ({"allowed_prefixes": ["४९"]}, "allowed_prefixes[0]"),
        ({"allowed_prefixes": [""]}, "allowed_prefixes[0]"),
        ({"allowed_prefixes": []}, "allowed_prefixes"),
        ({"allowed_prefixes": ["1"] * 1001}, "allowed_prefixes"),
        ({"max_campaigns": -1}, "max_campaigns"),
        ({"calls_per_minute": 0}, "calls_per_minute"),
        ({"max_concurrent_calls": 10**30}, "max_concurrent_calls"),
        ({"premium": "yes"}, "premium"),
        ({"owner_id": str(uuid4())}, "owner_id"),
    ],
)
async def test_limits_that_cannot_be_are_refused(service: Running, body: dict[str, Any], field: str) -> None:
    url = f"/v1/users/{await who(service, service.other)}/limits"
    refused = await service.admin.put(url, json=UNLIMITED | body)
    assert (refused.status_code, refused.json()["field"]) == (400, field)


@pytest.mark.parametrize("field", UNLIMITED)
async def test_limits_are_set_all_or_none(fresh: Running, field: str) -> None:
    url = f"/v1/users/{await who(fresh, fresh.user)}/limits"
    held = (await fresh.admin.put(url, json=UNLIMITED | {"allowed_prefixes": ["49"]})).json()
    partial = {name: value for name, value in UNLIMITED.items() if name != field}
    refused = await fresh.admin.put(url, json=partial)
    assert (refused.status_code, refused.json()["field"]) == (400, field)
    assert (await fresh.admin.get(url)).json() == held


async def test_a_prefix_that_cannot_be_is_told_what_is_right(service: Running) -> None:
    url = f"/v1/users/{await who(service, service.other)}/limits"
    refused = await service.admin.put(url, json=UNLIMITED | {"allowed_prefixes": ["49", "4x"]})
    assert refused.json()["field"] == "allowed_prefixes[1]"
    assert refused.json()["reason"].startswith("must be digits only, 1 to 15")


async def test_limits_are_set_at_the_version_that_was_read(fresh: Running) -> None:
    url = f"/v1/users/{await who(fresh, fresh.user)}/limits"
    tag = (await fresh.admin.get(url)).headers["ETag"]
    assert tag == '"0"'
    answers = await asyncio.gather(
        *(
            fresh.admin.put(url, json=UNLIMITED | {"max_campaigns": each}, headers={"If-Match": tag})
            for each in range(5)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412]
    for answer in answers:
        assert answer.headers["ETag"] == '"1"'
        assert answer.status_code == 200 or answer.json()["type"] == "version_mismatch"
    stale = await fresh.admin.put(url, json=UNLIMITED, headers={"If-Match": tag})
    assert (stale.status_code, (await fresh.admin.get(url)).headers["ETag"]) == (412, '"1"')
    again = await fresh.admin.put(url, json=UNLIMITED, headers={"If-Match": '"1"'})
    assert (again.status_code, again.headers["ETag"]) == (200, '"2"')
    unreadable = await fresh.admin.put(url, json=UNLIMITED, headers={"If-Match": "2"})
    assert (unreadable.status_code, unreadable.json()["field"]) == (400, "If-Match")


async def test_of_an_unknown_user_there_is_nothing(service: Running) -> None:
    url = f"/v1/users/{uuid4()}"
    bodies = {("PATCH", url): {}, ("PUT", f"{url}/limits"): UNLIMITED}
    for method, path in (("GET", url), ("PATCH", url), ("GET", f"{url}/limits"), ("PUT", f"{url}/limits")):
        refused = await service.admin.request(method, path, json=bodies.get((method, path)))
        assert (refused.status_code, refused.json()["type"]) == (404, "not_found")
