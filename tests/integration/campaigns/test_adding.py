"""Single numbers for a list."""

import asyncio
import csv
import io
from typing import Any
from uuid import UUID

import httpx
import pytest
from evendial_contracts.campaigns import NumbersImported
from evendial_contracts.numbers import NumbersChunk

from tests.integration.campaigns.conftest import Listen, Running, listing, made
from tests.waiting import until

pytestmark = pytest.mark.integration


async def add(service: Running, campaign_id: str, number: Any, **more: Any) -> httpx.Response:
    return await service.user.post(f"/v1/campaigns/{campaign_id}/numbers", json={"number": number} | more)


async def test_a_number_is_added_with_all_that_belongs_to_it(service: Running, listen: Listen) -> None:
    campaign_id = await service.campaign()
    ear = await listen(campaign_id)
    about = {"reference": "customer-17", "variables": {"town": "Kiel, D", "note": 'say "hi"'}}
    number = made(await add(service, campaign_id, "+49 151 1234-5678", **about))
    assert (number["e164"], number["state"], number["reason"]) == ("4915112345678", "free", "draft")
    assert {name: number[name] for name in about} == about
    (chunk,) = await until(lambda: ear.of(NumbersChunk))
    (entry,) = chunk.numbers
    assert (entry.number_id, entry.e164) == (number["number_id"], "4915112345678")
    assert (entry.reference, entry.deleted) == ("customer-17", False)
    (said,) = await until(lambda: ear.of(NumbersImported))
    assert (said.accepted, said.chunks, str(said.import_id)) == (1, 1, number["import_id"])
    assert (await service.progress(campaign_id))["numbers"] == 1
    report = (await service.user.get(f"/v1/imports/{number['import_id']}")).json()
    assert (report["state"], report["accepted"], report["lines"]) == ("finished", 1, 1)


@pytest.mark.parametrize(
    ("body", "status", "slug", "field"),
    [
        ({"number": "12345"}, 422, "number_refused", "number"),
        ({"number": "hello"}, 422, "number_refused", "number"),
        ({"number": "0151 1234567"}, 422, "number_refused", "number"),
        ({"number": "+999 1234567"}, 422, "number_refused", "number"),
        ({"number": "4915112345678\n4915112345679"}, 422, "number_refused", "number"),
        ({"number": "=1+1"}, 422, "number_refused", "number"),
        ({"number": ""}, 400, "invalid_field", "number"),
        ({"number": "  "}, 400, "invalid_field", "number"),
        ({"number": 4915112345678}, 400, "invalid_field", "number"),
        ({}, 400, "invalid_field", "number"),
        ({"number": "4915112345678", "reference": "4915112345678"}, 422, "number_refused", "reference"),
        ({"number": "4915112345678", "reference": "a\x00b"}, 422, None, None),
        ({"number": "4915112345678", "reference": "x" * 65}, 400, "invalid_field", "reference"),
        ({"number": "4915112345678", "variables": {"a": "x" * 1001}}, 422, "number_refused", "variables"),
        ({"number": "4915112345678", "other": 1}, 400, "invalid_field", "other"),
    ],
)
async def test_what_no_list_may_hold_is_refused_and_leaves_nothing(
    service: Running, body: dict[str, Any], status: int, slug: str | None, field: str | None
) -> None:
    campaign_id = await service.campaign()
    response = await service.user.post(f"/v1/campaigns/{campaign_id}/numbers", json=body)
    assert response.status_code == status, response.text
    problem = response.json()
    assert (slug or problem["type"], field or problem["field"]) == (problem["type"], problem["field"])
    assert problem["reason"]
    left = "select count(*) from import where campaign_id = $1"
    assert await service.pool.fetchval(left, UUID(campaign_id)) == 0
    assert (await service.progress(campaign_id))["numbers"] == 0


async def test_national_numbers_are_taken_where_the_campaign_has_a_region(service: Running) -> None:
    campaign_id = await service.campaign(default_region="DE")
    assert made(await add(service, campaign_id, "0151 12345678"))["e164"] == "4915112345678"


async def test_a_duplicate_is_refused(service: Running) -> None:
    campaign_id = await service.campaign()
    made(await add(service, campaign_id, "4915112345678"))
    again = await add(service, campaign_id, "+4915112345678")
    assert (again.status_code, again.json()["type"]) == (409, "duplicate_number")
    assert (await service.progress(campaign_id))["numbers"] == 1
    left = "select count(*) from import where campaign_id = $1"
    assert await service.pool.fetchval(left, UUID(campaign_id)) == 1
    allowing = await service.campaign(duplicate_policy="allow")
    made(await add(service, allowing, "4915112345678"))
    made(await add(service, allowing, "4915112345678"))


async def test_a_number_in_another_active_campaign_is_a_duplicate_if_so_asked(service: Running) -> None:
    active = await service.ready_campaign(1)
    campaign_id = await service.campaign(duplicate_policy="active")
    assert (await service.user.post(f"/v1/campaigns/{active}/activate")).is_success
    refused = await add(service, campaign_id, "4915500000000")
    assert refused.json()["type"] == "duplicate_number"
    await service.user.post(f"/v1/campaigns/{active}/stop")
    made(await add(service, campaign_id, "4915500000000"))


async def test_it_is_added_once_however_often_it_is_asked_for(fresh: Running, listen: Listen) -> None:
    campaign_id = await fresh.campaign(duplicate_policy="allow")
    ear = await listen(campaign_id)
    url, body = f"/v1/campaigns/{campaign_id}/numbers", {"number": "4915112345678"}
    key = {"Idempotency-Key": "one of them"}
    first = made(await fresh.user.post(url, json=body, headers=key))
    await fresh.pool.execute("delete from idempotent_answer")  # as if it had crashed before it answered
    assert made(await fresh.user.post(url, json=body, headers=key)) == first
    await until(lambda: ear.of(NumbersImported))
    await until(lambda: ear.of(NumbersChunk))
    assert await fresh.pool.fetchval("select count(*) from number") == 1


async def test_fifty_at_once_are_fifty(service: Running) -> None:
    campaign_id = await service.campaign()
    responses = await asyncio.gather(
        *(add(service, campaign_id, str(4915112345000 + each)) for each in range(50))
    )
    assert {response.status_code for response in responses} == {201}
    assert (await service.progress(campaign_id))["numbers"] == 50
    assert len({response.json()["number_id"] for response in responses}) == 50


async def test_a_reference_that_is_a_formula_is_none_in_the_file(service: Running) -> None:
    campaign_id = await service.campaign()
    made(
        await add(
            service, campaign_id, "4915112345678", reference="=cmd|' /C calc'!A0", variables={"a": "@b"}
        )
    )
    made(await add(service, campaign_id, "4915112345679", reference="-2+3"))
    text = (await service.user.get(f"/v1/campaigns/{campaign_id}/numbers.csv")).text
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["reference"] for row in rows] == ["'=cmd|' /C calc'!A0", "'-2+3"]
    assert [row["variables"] for row in rows] == ['{"a":"@b"}', ""]


async def test_an_added_number_can_be_undone_as_an_import(service: Running) -> None:
    campaign_id = await service.campaign()
    made(await service.import_list(campaign_id, listing(2)))
    number = made(await add(service, campaign_id, "4915112345678"))
    undone = await service.user.delete(f"/v1/imports/{number['import_id']}")
    assert undone.json() == {"removed": 1, "kept": 0}
    assert (await service.progress(campaign_id))["numbers"] == 2
