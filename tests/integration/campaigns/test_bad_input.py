"""Bad input is refused with the field and the reason, and never with a 500."""

from typing import Any

import httpx
import pytest

from tests.integration.campaigns.conftest import Running, made, wav

pytestmark = pytest.mark.integration

PROBLEM = "application/problem+json"


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"window": {"colour": "red"}}, "window.colour"),
        ({"max_retries": -1}, "max_retries"),
        ({"max_retries": "many"}, "max_retries"),
        ({"max_retries": 1.5}, "max_retries"),
        ({"max_retries": 10**30}, "max_retries"),
        ({"max_retries": "3"}, "max_retries"),
        ({"max_retries": True}, "max_retries"),
        ({"max_retries": 3.0}, "max_retries"),
        ({"calls_per_minute": -(10**30)}, "calls_per_minute"),
        ({"name": 7}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"caller_id": 15550001111}, "caller_id"),
        ({"window": {"weekdays": ["1"]}}, "window.weekdays[0]"),
        ({"window": {"weekdays": [1] * 3}}, "window.weekdays"),
        ({"window": {"start": 900}}, "window.start"),
        ({"default_region": "de"}, "default_region"),
        ({"default_region": "Germany"}, "default_region"),
        ({"default_region": 49}, "default_region"),
        ({"ring_timeout_s": 9}, "ring_timeout_s"),
        ({"ring_timeout_s": None}, "ring_timeout_s"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"time_zone": "localtime"}, "time_zone"),
        ({"calls_per_minute": 0}, "calls_per_minute"),
        ({"max_call_s": 29}, "max_call_s"),
        ({"window": {"start": "25:00"}}, "window.start"),
        ({"window": {"weekdays": [0]}}, "window.weekdays"),
        ({"window": {"first_day": "2026-02-30"}}, "window.first_day"),
        ({"window": "always"}, "window"),
        ({"duplicate_policy": "sometimes"}, "duplicate_policy"),
        ({"device_id": "mine"}, "device_id"),
        ({"device_id": "00000000-0000-0000-0000-000000000000"}, "device_id"),
        ({"caller_id": "15550001111"}, "caller_id"),
        ({"name": ""}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": None}, "name"),
    ],
)
async def test_a_rule_that_cannot_be_is_named(service: Running, rules: dict[str, Any], field: str) -> None:
    campaign_id = await service.campaign()
    for response in (
        await service.user.post("/v1/campaigns", json={"name": "test"} | rules),
        await service.user.patch(f"/v1/campaigns/{campaign_id}", json=rules),
    ):
        assert response.status_code == httpx.codes.BAD_REQUEST, response.text
        problem = response.json()
        assert (problem["type"], problem["field"]) == ("invalid_field", field)
        assert problem["reason"]
        assert "regex" not in problem["reason"]
        assert response.headers["Content-Type"] == PROBLEM
    assert (await service.user.get(f"/v1/campaigns/{campaign_id}")).json()["revision"] == 0


async def test_a_campaign_needs_a_name(service: Running) -> None:
    problem = (await service.user.post("/v1/campaigns", json={})).json()
    assert (problem["field"], problem["reason"]) == ("name", "is missing")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"null", 400),
        (b"\xff\xfe{", 400),
        (b'{"name": "\xff"}', 400),
        (b'{"\xff": 1}', 400),
        (b"[" * 100_000, 400),
        (b'{"name": "\\ud800"}', 400),
        (b'{"name": "' + b"x" * 1_100_000 + b'"}', 413),
    ],
)
async def test_a_body_that_is_no_json_object_is_refused(service: Running, body: bytes, status: int) -> None:
    response = await service.user.post("/v1/campaigns", content=body)
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == PROBLEM


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"endpoint": "carrier/evil"}, "endpoint"),
        ({"endpoint": "carrier\n"}, "endpoint"),
        ({"pool": "Pool One"}, "pool"),
        ({"calls_per_second": 0}, "calls_per_second"),
        ({"max_concurrent_calls": 0}, "max_concurrent_calls"),
        ({"name": ""}, "name"),
        ({"revision": 7}, "revision"),
    ],
)
async def test_a_trunk_that_cannot_be_is_refused(
    service: Running, change: dict[str, Any], field: str
) -> None:
    trunk = {"name": "carrier", "endpoint": "carrier", "calls_per_second": 20}
    response = await service.admin.post("/v1/trunks", json=trunk | change)
    assert (response.status_code, response.json()["field"]) == (400, field)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"owner_id": "00000000-0000-0000-0000-000000000000"}, "owner_id"),
        ({"trunk_id": "00000000-0000-0000-0000-000000000000"}, "trunk_id"),
        ({"account_code": "a b"}, "account_code"),
        ({"account_code": "acc1\r\nAction: x"}, "account_code"),
        ({"caller_ids": ["anonymous"]}, "caller_ids[0]"),
        ({"caller_ids": ["15550001111", "1555\n"]}, "caller_ids[1]"),
    ],
)
async def test_a_device_that_cannot_be_is_refused(
    service: Running, change: dict[str, Any], field: str
) -> None:
    me = (await service.user.get("/v1/me")).json()
    trunk = {"name": "carrier", "endpoint": "carrier", "calls_per_second": 20}
    trunk_id = made(await service.admin.post("/v1/trunks", json=trunk))["trunk_id"]
    device = {"name": "desk", "owner_id": me["user_id"], "trunk_id": trunk_id, "account_code": "acc1"}
    response = await service.admin.post("/v1/devices", json=device | change)
    assert (response.status_code, response.json()["field"]) == (400, field)


@pytest.mark.parametrize("context", ["", "a b", "menu\n", "a,s,1", "x" * 80])
async def test_an_ivr_that_is_no_dialplan_context_is_refused(service: Running, context: str) -> None:
    response = await service.admin.post("/v1/ivrs", json={"name": "menu", "context": context})
    assert (response.status_code, response.json()["field"]) == (400, "context")


@pytest.mark.parametrize(
    ("actions", "field"),
    [
        ([{"kind": "sing"}], "actions[0].kind"),
        ([{"seconds": 1}], "actions[0].kind"),
        ([{"kind": "wait", "seconds": 0}], "actions[0].seconds"),
        ([{"kind": "wait", "seconds": 3601}], "actions[0].seconds"),
        ([{"kind": "wait", "seconds": "nan"}], "actions[0].seconds"),
        ([{"kind": "wait", "seconds": "1"}], "actions[0].seconds"),
        ([{"kind": "wait", "seconds": True}], "actions[0].seconds"),
        ([{"kind": "wait", "seconds": 1, "then": "x"}], "actions[0].then"),
        ([{"kind": "play", "prompt_id": "../../etc/passwd"}], "actions[0].prompt_id"),
        ([{"kind": "wait", "seconds": 1}] * 51, "actions"),
        ("wait", "actions"),
    ],
)
async def test_an_action_that_cannot_be_is_named(service: Running, actions: Any, field: str) -> None:
    campaign_id = await service.campaign()
    response = await service.user.put(f"/v1/campaigns/{campaign_id}/actions", json={"actions": actions})
    assert (response.status_code, response.json()["field"]) == (400, field)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=x", "limit"),
        ("cursor=-1", "cursor"),
        ("cursor=x", "cursor"),
        ("cursor=99999999999999999999", "cursor"),
        ("state=lost", "state"),
    ],
)
async def test_a_query_that_cannot_be_is_named(service: Running, query: str, field: str) -> None:
    campaign_id = await service.campaign()
    response = await service.user.get(f"/v1/campaigns/{campaign_id}/numbers?{query}")
    assert (response.status_code, response.json()["field"]) == (400, field)


@pytest.mark.parametrize(
    ("method", "path", "status", "slug"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/v1/campaigns/not-an-id", 404, "not_found"),
        ("GET", "/v1/campaigns/00000000-0000-0000-0000-000000000000", 404, "not_found"),
        ("GET", "/v1/imports/00000000-0000-0000-0000-000000000000", 404, "not_found"),
        ("DELETE", "/v1/campaigns", 405, "method_not_allowed"),
    ],
)
async def test_what_is_not_there_is_a_problem_too(
    service: Running, method: str, path: str, status: int, slug: str
) -> None:
    response = await service.user.request(method, path)
    assert (response.status_code, response.json()["type"]) == (status, slug)
    assert response.headers["Content-Type"] == PROBLEM


def cut(sound: bytes) -> bytes:
    return sound[:30]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"ID3\x04\x00" + b"\x00" * 500,
        b"RIFF\x24\x00\x00\x00WAVE",
        b"RIFF\x24\x00\x00\x00AVI LIST" + b"\x00" * 100,
        cut(wav()),
        wav(0),
        wav(601, rate=8000),
    ],
)
async def test_what_is_no_usable_sound_is_refused_in_words(service: Running, body: bytes) -> None:
    response = await service.user.post("/v1/prompts?name=hello", content=body)
    assert (response.status_code, response.json()["type"]) == (422, "unusable_audio")
    assert "WAV" in response.json()["detail"]


async def test_a_sound_over_ten_megabytes_is_refused(service: Running) -> None:
    response = await service.user.post("/v1/prompts?name=hello", content=b"x" * 10_000_001)
    assert (response.status_code, response.json()["type"]) == (413, "too_large")


@pytest.mark.parametrize("query", ["", "?name=", "?name=%00", "?name=a%0Ab"])
async def test_a_prompt_needs_a_name(service: Running, query: str) -> None:
    response = await service.user.post(f"/v1/prompts{query}", content=wav())
    assert (response.status_code, response.json()["field"]) == (400, "name")


@pytest.mark.parametrize("path", ["numbers/", "/numbers", "numbers//"])
async def test_a_missing_id_does_not_name_everything(service: Running, path: str) -> None:
    campaign_id = await service.ready_campaign()
    response = await service.user.delete(f"/v1/campaigns/{campaign_id}/{path}")
    assert (response.status_code, response.json()["type"]) == (404, "not_found")
    assert len(await service.number_ids(campaign_id)) == 3


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        ({"window": {"start": "25:00"}}, "must be a time such as 09:00"),
        ({"duplicate_policy": "sometimes"}, "must be one of file, campaign, active, allow"),
        ({"max_retries": "3"}, "must be a whole number"),
        ({"name": None}, "must be text"),
        ({"window": "always"}, "must be an object"),
    ],
)
async def test_a_refusal_says_in_words_what_would_be_right(
    service: Running, rules: dict[str, Any], reason: str
) -> None:
    response = await service.user.post("/v1/campaigns", json={"name": "x"} | rules)
    assert response.json()["reason"] == reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"endpoint": "a b"}, "must be 1 to 64 letters, digits, _ . -, the first a letter or digit"),
        ({"pool": "Big"}, "must be 1 to 32 small letters, digits, _ -, the first a letter or digit"),
        ({"calls_per_second": 0}, "must be at least 1"),
        ({"max_concurrent_calls": 10**9}, "must be at most 100000"),
    ],
)
async def test_a_trunks_refusal_too(service: Running, change: dict[str, Any], reason: str) -> None:
    trunk = {"name": "carrier", "endpoint": "carrier", "calls_per_second": 20} | change
    response = await service.admin.post("/v1/trunks", json=trunk)
    assert response.json()["reason"] == reason


@pytest.mark.parametrize("name", ["весна", "👨‍👩‍👧 🎉", "𠜎", "\u0378", "'; drop table campaign; --"])
async def test_a_name_of_any_script_comes_back_as_it_was(service: Running, name: str) -> None:
    campaign_id = await service.campaign(name=name)
    assert (await service.user.get(f"/v1/campaigns/{campaign_id}")).json()["name"] == name
    listed = (await service.user.get("/v1/campaigns", params={"q": name, "sort": "name"})).json()["items"]
    assert name in {row["name"] for row in listed}


async def test_a_number_that_json_does_not_know_is_refused(service: Running) -> None:
    for number in (b"NaN", b"Infinity", b"1e999", b"03", b"0x1f"):
        body = b'{"name": "x", "max_retries": ' + number + b"}"
        response = await service.user.post("/v1/campaigns", content=body)
        assert response.status_code == httpx.codes.BAD_REQUEST, response.text
