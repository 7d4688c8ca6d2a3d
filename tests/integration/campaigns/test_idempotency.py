"""Idempotency-Key: one effect, one answer, whoever repeats and however often."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from evendial_campaigns.idempotency_store import IdempotentAnswers

from tests.integration.campaigns.conftest import Running, listing, made
from tests.waiting import until

pytestmark = pytest.mark.integration

TEXT = {"Content-Type": "text/plain"}


def under(key: str | None = None) -> dict[str, str]:
    return {"Idempotency-Key": key or str(uuid4())}


async def names(client: httpx.AsyncClient) -> list[str]:
    return [each["name"] for each in (await client.get("/v1/campaigns?limit=1000")).json()["items"]]


async def test_a_repeat_gets_the_first_answer_and_has_no_effect(service: Running) -> None:
    key, name = under(), str(uuid4())
    first = await service.user.post("/v1/campaigns", json={"name": name}, headers=key)
    again = await service.user.post("/v1/campaigns", json={"name": name}, headers=key)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (
        None,
        "true",
    )
    assert (await names(service.user)).count(name) == 1


async def test_a_repeat_still_gets_the_first_answer_when_things_have_changed(service: Running) -> None:
    campaign_id, key = await service.ready_campaign(), under()
    url = f"/v1/campaigns/{campaign_id}"
    first = await service.user.post(f"{url}/activate", headers=key)
    await service.user.post(f"{url}/stop")
    again = await service.user.post(f"{url}/activate", headers=key)
    assert (again.status_code, again.json()) == (200, first.json())
    assert (await service.user.get(url)).json()["status"] == "stopped"


async def test_twenty_at_once_have_one_effect(service: Running) -> None:
    key, name = under(), str(uuid4())
    answers = await asyncio.gather(
        *(service.user.post("/v1/campaigns", json={"name": name}, headers=key) for _ in range(20))
    )
    assert (await names(service.user)).count(name) == 1
    contents = {each.content for each in answers if each.status_code == 201}
    refused = [each for each in answers if each.status_code != 201]
    assert len(contents) == 1
    assert refused
    for each in refused:
        assert (each.status_code, each.json()["type"]) == (409, "idempotency_key_in_use")
        assert int(each.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/campaigns", b'{"name":"other"}'),
        ("/v1/campaigns?x=1", b'{"name":"first"}'),
        ("/v1/prompts?name=first", b'{"name":"first"}'),
    ],
)
async def test_a_key_belongs_to_one_request(service: Running, path: str, body: bytes) -> None:
    key = under()
    made(await service.user.post("/v1/campaigns", content=b'{"name":"first"}', headers=key))
    other = await service.user.post(path, content=body, headers=key)
    problem = other.json()
    assert (other.status_code, problem["type"]) == (422, "idempotency_key_reused")
    assert problem["field"] == "Idempotency-Key"


async def test_a_key_is_its_users_own(service: Running) -> None:
    key = under()
    ids = {
        made(await client.post("/v1/campaigns", json={"name": "mine"}, headers=key))["campaign_id"]
        for client in (service.user, service.other, service.admin)
    }
    assert len(ids) == 3


@pytest.mark.parametrize("key", ["", "x" * 256, "é", "a\tb"])
async def test_a_key_that_cannot_be_is_refused(service: Running, key: str) -> None:
    headers = [(b"Idempotency-Key", key.encode("latin-1"))]
    response = await service.user.post("/v1/campaigns", json={"name": "x"}, headers=headers)
    problem = response.json()
    assert (response.status_code, problem["type"]) == (400, "invalid_field")
    assert problem["field"] == "Idempotency-Key"


async def test_two_keys_are_refused(service: Running) -> None:
    headers = [("Idempotency-Key", "one"), ("Idempotency-Key", "two")]
    response = await service.user.post("/v1/campaigns", json={"name": "x"}, headers=headers)
    assert (response.status_code, response.json()["field"]) == (400, "Idempotency-Key")


async def test_a_refusal_leaves_the_key_unused(service: Running) -> None:
    campaign_id, key = await service.campaign(), under()
    url = f"/v1/campaigns/{campaign_id}/activate"
    assert (await service.user.post(url, headers=key)).json()["type"] == "not_ready"
    for body in ({"name": ""}, {"name": "right"}):
        response = await service.user.post("/v1/campaigns", json=body, headers=key)
    assert made(response)["name"] == "right"


async def test_a_list_is_compared_by_what_it_holds(service: Running) -> None:
    campaign_id, key = await service.campaign(), under() | TEXT
    url = f"/v1/campaigns/{campaign_id}/numbers/import"
    first = await service.user.post(url, content=listing(50_000), headers=key)
    assert made(first)["accepted"] == 50_000
    again = await service.user.post(url, content=listing(50_000), headers=key)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    other = await service.user.post(url, content=listing(50_001), headers=key)
    assert (other.status_code, other.json()["type"]) == (422, "idempotency_key_reused")
    assert (await service.progress(campaign_id))["numbers"] == 50_000


async def test_a_list_that_was_cut_off_leaves_the_key_unused(service: Running) -> None:
    campaign_id, key = await service.campaign(), under() | TEXT
    url = f"/v1/campaigns/{campaign_id}/numbers/import"

    async def cut_off() -> AsyncIterator[bytes]:
        yield listing(30_000).encode()
        raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        await service.user.post(url, content=cut_off(), headers=key)

    async def accepted() -> Any:
        response = await service.user.post(url, content=listing(10), headers=key)
        return response.is_success and response.json()

    assert (await until(accepted))["accepted"] == 10


async def test_a_list_sent_anew_without_a_key_is_another_list(service: Running) -> None:
    campaign_id = await service.campaign()
    reports = [made(await service.import_list(campaign_id, listing(5))) for _ in range(2)]
    assert [each["accepted"] for each in reports] == [5, 0]


async def test_a_body_beyond_the_limit_is_refused_with_a_key_as_without(service: Running) -> None:
    body = b'{"name":"' + b"x" * 1_100_000 + b'"}'
    response = await service.user.post("/v1/campaigns", content=body, headers=under())
    assert (response.status_code, response.json()["type"]) == (413, "too_large")


async def test_nobody_learns_what_a_key_was_used_for(service: Running) -> None:
    key = under()
    made(await service.user.post("/v1/campaigns", json={"name": "mine"}, headers=key))
    response = await service.nobody.post("/v1/campaigns", json={"name": "mine"}, headers=key)
    assert response.status_code == 401


async def test_what_is_kept_is_no_key_and_goes_when_it_is_old(fresh: Running) -> None:
    key, answers = "a key of a person", IdempotentAnswers(fresh.pool)
    first = made(await fresh.user.post("/v1/campaigns", json={"name": "x"}, headers=under(key)))
    dump = str(await fresh.pool.fetch("select idempotent_answer::text from idempotent_answer"))
    assert key not in dump
    assert key.encode().hex() not in dump
    assert await answers.sweep() == 0
    await fresh.pool.execute("update idempotent_answer set created_at = created_at - interval '47 hours'")
    assert await answers.sweep() == 0
    await fresh.pool.execute("update idempotent_answer set created_at = created_at - interval '2 hours'")
    assert await answers.sweep() == 1
    again = made(await fresh.user.post("/v1/campaigns", json={"name": "x"}, headers=under(key)))
    assert again["campaign_id"] == first["campaign_id"]
