"""CSV lists on their way in: references, row variables, national numbers, limits, duplicates, repeats."""

import asyncio
import csv
import io
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from evendial_campaigns.definition_store import Definitions
from evendial_contracts.campaigns import NumbersImported
from evendial_contracts.numbers import NumbersChunk
from evendial_contracts.resources import LimitsDefined

from tests.integration.campaigns.conftest import Listen, Running, listing, made
from tests.integration.campaigns.test_import import begin, counts, until_nothing_of
from tests.waiting import until

pytestmark = pytest.mark.integration

LIST = (
    "customer,reference,phone,town\n"
    'Ann,order 1,+49 151 00000001,"Weimar\n(Mitte)"\n'
    "Bob,4915100000002,+4915100000002,Jena\n"
    '=cmd(),,+49abc,"=1+1"\n'
    "Cid,,+4915100000003,\n"
)


async def send(
    service: Running, campaign_id: str, text: str | bytes, key: str | None = None, **options: Any
) -> httpx.Response:
    headers = {"Content-Type": "text/csv; charset=utf-8"} | ({"Idempotency-Key": key} if key else {})
    url = f"/v1/campaigns/{campaign_id}/numbers/import"
    return await service.user.post(url, content=text, headers=headers, params=options)


async def refused(service: Running, import_id: str) -> list[list[str]]:
    response = await service.user.get(f"/v1/imports/{import_id}/refused")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert import_id in response.headers["content-disposition"]
    return list(csv.reader(io.StringIO(response.text)))


async def test_references_reach_the_bus_and_the_rest_is_kept_beside_the_number(
    service: Running, listen: Listen
) -> None:
    campaign_id = await service.campaign()
    ear = await listen(campaign_id)
    report = made(await send(service, campaign_id, LIST))
    assert counts(report) == (2, 0, 2, 0)
    assert report["format"] == {
        "delimiter": ",",
        "header": True,
        "columns": ["customer", "reference", "phone", "town"],
        "number_column": "phone",
        "reference_column": "reference",
        "variables": ["customer", "town"],
        "detected": ["delimiter", "header", "number_column", "reference_column"],
    }
    await until(lambda: ear.of(NumbersChunk))
    [chunk] = ear.of(NumbersChunk)
    assert [(each.e164, each.reference) for each in chunk.numbers] == [
        ("4915100000001", "order 1"),
        ("4915100000003", None),
    ]
    assert "order 1" not in str(ear.of(NumbersImported))
    rows = await service.pool.fetch(
        "select variables from number where campaign_id = $1 order by number_id", UUID(campaign_id)
    )
    assert [row["variables"] for row in rows] == [
        {"customer": "Ann", "town": "Weimar\n(Mitte)"},
        {"customer": "Cid"},
    ]


async def test_refused_lines_are_a_download_that_no_spreadsheet_takes_for_formulas(service: Running) -> None:
    report = made(await send(service, await service.campaign(), LIST))
    assert report["refusals"] == {"reference_is_a_number": 1, "letters": 1}
    assert [(each["line"], each["reason"]) for each in report["rejections"]] == [
        (4, "reference_is_a_number"),
        (5, "letters"),
    ]
    header, *lines = await refused(service, report["import_id"])
    assert header == ["line", "reason", "detail", "text"]
    assert [(line[0], line[1], line[3]) for line in lines] == [
        ("4", "reference_is_a_number", "Bob,4915100000002,+4915100000002,Jena"),
        ("5", "letters", '\'=cmd(),,+49abc,"=1+1"'),
    ]
    assert all(line[2].endswith(".") for line in lines)


async def test_many_refused_lines_are_downloaded_in_order(service: Running) -> None:
    campaign_id = await service.campaign()
    report = made(await service.import_list(campaign_id, "\t+x\n-1+1\n" * 3500))
    lines = await refused(service, report["import_id"])
    assert [line[0] for line in lines[1:]] == [str(n) for n in range(1, 7001)]
    assert {line[3] for line in lines[1:]} == {"'\t+x", "'-1+1"}
    assert len(report["rejections"]) == 1000


@pytest.mark.parametrize("path", ["", "/refused"])
async def test_the_report_of_somebody_elses_import_is_not_there(service: Running, path: str) -> None:
    import_id = made(await send(service, await service.campaign(), LIST))["import_id"]
    for client, status in ((service.other, 404), (service.admin, 200), (service.nobody, 401)):
        assert (await client.get(f"/v1/imports/{import_id}{path}")).status_code == status
    assert (await service.admin.get(f"/v1/imports/{uuid4()}{path}")).status_code == 404


async def test_the_imports_of_a_campaign_are_listed_newest_first(service: Running) -> None:
    campaign_id = await service.campaign()
    ids = [made(await service.import_list(campaign_id, listing(2)))["import_id"] for _ in range(3)]
    page = (await service.user.get(f"/v1/campaigns/{campaign_id}/imports?limit=2")).json()
    following = await service.user.get(
        f"/v1/campaigns/{campaign_id}/imports", params={"cursor": page["next"]}
    )
    items = page["items"] + following.json()["items"]
    assert [each["import_id"] for each in items] == ids[::-1]
    assert [(each["accepted"], each["duplicates"], each["lines"]) for each in items] == [
        (0, 2, 2),
        (0, 2, 2),
        (2, 0, 2),
    ]
    assert (await service.other.get(f"/v1/campaigns/{campaign_id}/imports")).status_code == 404


async def test_a_running_import_says_how_far_it_is_and_a_cut_off_one_that_it_was(fresh: Running) -> None:
    campaign_id = await fresh.campaign()
    _, writer = await begin(fresh, campaign_id)

    async def shown() -> Any:
        return (await fresh.user.get(f"/v1/campaigns/{campaign_id}/imports")).json()["items"][0]

    async def has_told() -> bool:
        return bool((await shown())["lines"])

    await until(has_told)
    running = await shown()
    assert (running["state"], running["sha256"]) == ("running", None)
    assert running["lines"] >= running["accepted"] > 1000
    assert running["bytes"] >= running["lines"] * len("+4915500000000\n")
    writer.transport.abort()
    await until_nothing_of(fresh, campaign_id)
    assert (await shown())["state"] == "cut_off"
    report = (await fresh.user.get(f"/v1/imports/{running['import_id']}")).json()
    assert (report["state"], report["rejections"]) == ("cut_off", [])
    undone = await fresh.user.delete(f"/v1/imports/{running['import_id']}")
    assert undone.json() == {"removed": 0, "kept": 0}


async def test_a_cut_off_import_frees_its_campaign_at_once(fresh: Running) -> None:
    """Also while what it left is still being cleared away."""
    campaign_id = await fresh.campaign()
    _, writer = await begin(fresh, campaign_id, slices=6)
    writer.transport.abort()

    async def sent() -> httpx.Response | None:
        response = await fresh.import_list(campaign_id, listing(130_000))
        return response if response.is_success else None

    response = await until(sent, timeout=3)
    assert response
    assert counts(response.json()) == (130_000, 0, 0, 0)


@pytest.mark.parametrize(("region", "taken"), [(None, 1), ("DE", 2), ("US", 1)])
async def test_national_numbers_need_the_campaigns_region(
    service: Running, region: str | None, taken: int
) -> None:
    campaign_id = await service.campaign(default_region=region)
    report = made(await service.import_list(campaign_id, "+49 151 00000001\n0151 00000002\n"))
    assert (report["accepted"], report["rejected"]) == (taken, 2 - taken)


async def limited(service: Running, **limits: Any) -> None:
    owner = UUID((await service.user.get("/v1/me")).json()["user_id"])
    known = await Definitions(service.pool).find(LimitsDefined, owner)
    revision = known.revision + 1 if known else 1
    await Definitions(service.pool).define(LimitsDefined(owner_id=owner, revision=revision, **limits))


async def test_the_owners_limits_refuse_numbers_line_by_line(fresh: Running) -> None:
    text = "+4915100000001\n+43664123456\n+881612345678\n+499001123456\n"
    report = made(await fresh.import_list(await fresh.campaign(), text))
    assert report["refusals"] == {"premium_number": 2}
    await limited(fresh, allowed_prefixes=("49", "88"), premium=True)
    report = made(await fresh.import_list(await fresh.campaign(), text))
    assert report["refusals"] == {"prefix_not_allowed": 1}
    assert report["accepted"] == 3


async def test_active_refuses_what_stands_in_any_active_campaign_of_the_owner(fresh: Running) -> None:
    active = await fresh.ready_campaign(numbers=3)
    idle = await fresh.campaign()
    made(await fresh.import_list(idle, "+4915500000007\n"))
    assert (await fresh.user.post(f"/v1/campaigns/{active}/activate")).is_success
    text = listing(4) + "+4915500000007\n+4915500000007\n"
    strict = await fresh.campaign(duplicate_policy="active")
    assert counts(made(await fresh.import_list(strict, text)))[:2] == (2, 4)
    assert counts(made(await fresh.import_list(strict, text)))[:2] == (0, 6)
    elsewhere = await fresh.campaign(fresh.other, duplicate_policy="active")
    response = await fresh.other.post(
        f"/v1/campaigns/{elsewhere}/numbers/import", content=text, headers={"Content-Type": "text/plain"}
    )
    assert counts(made(response))[:2] == (5, 1)


async def test_the_same_list_under_the_same_key_is_imported_once(service: Running) -> None:
    campaign_id, key = await service.campaign(), str(uuid4())
    first = made(await send(service, campaign_id, LIST, key))
    again = made(await send(service, campaign_id, LIST, key))
    assert again == first
    other = await send(service, campaign_id, LIST + "Dan,,+4915100000004,\n", key)
    assert (other.status_code, other.json()["type"]) == (422, "idempotency_key_reused")
    assert (await service.progress(campaign_id))["numbers"] == 2


async def test_the_import_itself_tells_a_repeat(fresh: Running) -> None:
    """Where the answer was lost with a crash, before it could be kept under its key."""
    campaign_id, key = await fresh.campaign(), str(uuid4())
    first = made(await send(fresh, campaign_id, LIST, key))
    await fresh.pool.execute("delete from idempotent_answer")
    assert made(await send(fresh, campaign_id, LIST, key)) == first
    await fresh.pool.execute("delete from idempotent_answer")
    other = await send(fresh, campaign_id, "phone\n+4915100000009\n", key)
    assert (other.status_code, other.json()["type"]) == (422, "idempotency_key_reused")


async def test_a_refused_list_leaves_its_key_unused(service: Running) -> None:
    campaign_id, key = await service.campaign(), str(uuid4())
    refusal = await send(service, campaign_id, LIST.encode("utf-16"), key)
    assert (refusal.status_code, refusal.json()["type"]) == (422, "unreadable_list")
    assert "UTF-8" in refusal.json()["detail"]
    assert made(await send(service, campaign_id, LIST, key))["accepted"] == 2


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"delimiter": "x"}, "delimiter"),
        ({"delimiter": ""}, "delimiter"),
        ({"header": "perhaps"}, "header"),
        ({"number_column": "nobody"}, "number_column"),
        ({"reference_column": "17"}, "reference_column"),
    ],
)
async def test_an_option_that_cannot_be_is_refused_by_its_name(
    service: Running, options: dict[str, str], field: str
) -> None:
    campaign_id = await service.campaign()
    response = await send(service, campaign_id, LIST, **options)
    assert (response.status_code, response.json().get("field")) == (400, field)
    assert made(await send(service, campaign_id, LIST, delimiter="comma", header="true"))["accepted"] == 2
    assert made(await send(service, campaign_id, LIST, delimiter=","))["duplicates"] == 2


async def test_options_are_for_csv_alone(service: Running) -> None:
    campaign_id = await service.campaign()
    response = await service.user.post(
        f"/v1/campaigns/{campaign_id}/numbers/import?header=true",
        content="+4915100000001\n",
        headers={"Content-Type": "text/plain"},
    )
    assert (response.status_code, response.json()["field"]) == (400, "header")


async def test_wherever_a_connection_ends_nothing_is_left(fresh: Running) -> None:
    campaign_id = await fresh.campaign()
    settings = fresh.settings
    body = LIST.encode()
    head = (
        f"POST /v1/campaigns/{campaign_id}/numbers/import HTTP/1.1\r\nHost: test\r\n"
        f"Authorization: {fresh.user.headers['Authorization']}\r\nContent-Type: text/csv\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    running = "select exists(select from import where campaign_id = $1 and state = 'running')"
    for size in range(0, len(body), 7):
        _, writer = await asyncio.open_connection(settings.host, settings.http_port)
        writer.write(head.encode() + body[:size])
        await writer.drain()
        await until(lambda: fresh.pool.fetchval(running, UUID(campaign_id)))
        writer.transport.abort()
        await until_nothing_of(fresh, campaign_id)
    assert made(await send(fresh, campaign_id, LIST))["accepted"] == 2
    assert (await fresh.progress(campaign_id))["numbers"] == 2
