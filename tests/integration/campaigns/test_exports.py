"""Numbers and calls as files."""

import asyncio
import csv
import io
from typing import Any
from uuid import UUID

import pytest
from evendial_campaigns import csv_export, number_list

from tests.integration.campaigns.conftest import Running, listing, made
from tests.integration.campaigns.told import answered, attempt, failed, tell

pytestmark = pytest.mark.integration


async def rows(service: Running, path: str) -> list[dict[str, str]]:
    response = await service.user.get(path)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(response.text, newline="")))


async def test_numbers_are_exported_page_by_page(service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign_id = await service.ready_campaign(7)
    ids = await service.number_ids(campaign_id)
    await tell(service, [*answered(attempt(campaign_id, ids[2])), *failed(attempt(campaign_id, ids[4]))])
    await service.user.delete(f"/v1/campaigns/{campaign_id}/numbers/{ids[0]}")
    monkeypatch.setattr(csv_export, "PAGE", 2)
    url = f"/v1/campaigns/{campaign_id}/numbers.csv"
    exported = await rows(service, url)
    assert [int(row["number_id"]) for row in exported] == ids[1:]
    assert exported[0]["e164"] == "4915500000001"
    assert [row["state"] for row in exported] == ["free", "completed", "free", "failed", "free", "free"]
    assert [row["attempts"] for row in exported] == ["0", "1", "0", "1", "0", "0"]
    assert [row["number_id"] for row in await rows(service, f"{url}?state=failed")] == [str(ids[4])]
    assert [row["number_id"] for row in await rows(service, f"{url}?q=00000006")] == [str(ids[6])]
    response = await service.user.get(url)
    named = f'attachment; filename="numbers-{campaign_id}.csv"'
    assert response.headers["content-disposition"] == named


async def test_calls_are_exported_with_those_of_removed_numbers(
    service: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign_id = await service.ready_campaign(3)
    ids = await service.number_ids(campaign_id)
    told = [fact for each in ids for fact in answered(attempt(campaign_id, each))]
    await tell(service, told)
    await service.user.delete(f"/v1/campaigns/{campaign_id}/numbers/{ids[1]}")
    monkeypatch.setattr(csv_export, "PAGE", 1)
    url = f"/v1/campaigns/{campaign_id}/calls.csv"
    exported = await rows(service, url)
    assert sorted(int(row["number_id"]) for row in exported) == ids
    assert {row["disposition"] for row in exported} == {"answered"}
    assert exported[0]["slot_at"].endswith("Z")
    assert await rows(service, f"{url}?disposition=busy") == []
    assert len(await rows(service, f"{url}?number_id={ids[0]}")) == 1


async def test_an_empty_list_is_a_line_of_names(service: Running) -> None:
    campaign_id = await service.campaign()
    for name in ("numbers", "calls"):
        response = await service.user.get(f"/v1/campaigns/{campaign_id}/{name}.csv")
        assert response.text.startswith(("number_id,", "command_id,"))
        assert response.text.count("\n") == 1


@pytest.mark.parametrize("query", ["state=none", "q=abc", "q=", "import_id=7"])
async def test_a_bad_filter_is_refused_before_anything_is_sent(service: Running, query: str) -> None:
    campaign_id = await service.campaign()
    response = await service.user.get(f"/v1/campaigns/{campaign_id}/numbers.csv?{query}")
    assert (response.status_code, response.json()["type"]) == (400, "invalid_field")


async def test_somebody_elses_list_is_not_exported(service: Running) -> None:
    campaign_id = await service.ready_campaign(1)
    for name in ("numbers", "calls"):
        url = f"/v1/campaigns/{campaign_id}/{name}.csv"
        assert (await service.other.get(url)).status_code == 404
        assert (await service.nobody.get(url)).status_code == 401
        assert (await service.admin.get(url)).status_code == 200


async def test_a_client_who_leaves_ends_the_export(service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign_id = await service.ready_campaign(5)
    begun, ended = asyncio.Event(), asyncio.Event()
    numbers = number_list.numbers

    async def until_left(pool: Any, of: UUID, wanted: number_list.Wanted) -> Any:
        if wanted.after == 0:
            return await numbers(pool, of, wanted)
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    monkeypatch.setattr(number_list, "numbers", until_left)
    monkeypatch.setattr(csv_export, "PAGE", 2)
    async with service.user.stream("GET", f"/v1/campaigns/{campaign_id}/numbers.csv") as response:
        pieces = response.aiter_raw()
        await anext(pieces)
        await asyncio.wait_for(begun.wait(), 10)
    await asyncio.wait_for(ended.wait(), 10)


async def test_others_are_served_during_an_export(service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign_id = await service.ready_campaign(3)
    made(await service.import_list(campaign_id, listing(20_000, first=4916600000000)))
    exporting = asyncio.create_task(service.user.get(f"/v1/campaigns/{campaign_id}/numbers.csv"))
    answered_meanwhile = 0
    while not exporting.done():
        assert (await service.admin.get("/v1/me")).is_success
        answered_meanwhile += 1
    assert (await exporting).text.count("\n") == 20_004
    assert answered_meanwhile > 10


async def test_numbers_are_found_by_their_digits(service: Running) -> None:
    campaign_id = await service.ready_campaign(12)
    url = f"/v1/campaigns/{campaign_id}/numbers"

    async def found(**query: str) -> list[str]:
        response = await service.user.get(url, params=query)
        assert response.is_success, response.text
        return [each["e164"] for each in response.json()["items"]]

    assert await found(q="00011") == ["4915500000011"]
    assert await found(q="+49 155 0000 0003") == ["4915500000003"]
    assert await found(q="(49) 155-0000/0004") == ["4915500000004"]
    assert await found(q="999") == []
    assert len(await found(q="4")) == 12
    assert len(await found(q="4", limit="5")) == 5
    assert await found(q="00011", state="completed") == []
    assert await found(q="00011", state="free") == ["4915500000011"]
    import_id = (await service.user.get(url)).json()["items"][0]["import_id"]
    assert await found(q="00011", import_id=import_id) == ["4915500000011"]
    assert await found(import_id=campaign_id) == []
    for bad in ("", " ", "+", "abc", "1%", "'1", "1" * 16, "\u0661", "1\x00", "0x1"):
        response = await service.user.get(url, params={"q": bad})
        assert (response.status_code, response.json()["field"]) == (400, "q"), bad
