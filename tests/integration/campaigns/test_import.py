"""Lists of every kind on their way in."""

import asyncio
import hashlib
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from evendial_campaigns.core.batch import Batch
from evendial_campaigns.import_store import Imports
from evendial_campaigns.import_sweeper import ImportSweeper
from evendial_contracts.campaigns import NumbersImported

from tests.integration.campaigns.conftest import (
    IMPORT_MAX_BYTES,
    USER_KEY,
    Listen,
    Running,
    listing,
    made,
)
from tests.waiting import until

pytestmark = pytest.mark.integration

MESSY = (
    b"\xef\xbb\xbf+49 151 000-0001\r\n"
    b"\r\n"
    b"00491510000002\r\n"
    b"not a number\r\n"
    b"491510000001\r\n"
    b"12345\r\n"
    b"1234567890123456\r\n"
    b"\x00\xff\xfe\x01binary\r\n"
    b"(49) 151.000.0003\r\n"
    b"   \r\n"
    b"0151000000\r\n"
    b"+491510000002"
)


def counts(report: Any) -> tuple[int, int, int, int]:
    return report["accepted"], report["duplicates"], report["rejected"], report["blank"]


async def digits(service: Running, campaign_id: str) -> list[str]:
    page = (await service.user.get(f"/v1/campaigns/{campaign_id}/numbers")).json()
    return [number["e164"] for number in page["items"]]


async def test_a_messy_list_is_reported_line_by_line(service: Running) -> None:
    campaign_id = await service.campaign()
    report = made(await service.import_list(campaign_id, MESSY))
    assert counts(report) == (3, 2, 5, 2)
    assert [(each["line"], each["reason"]) for each in report["rejections"]] == [
        (4, "letters"),
        (6, "too_short"),
        (7, "too_long"),
        (8, "not_text"),
        (11, "leading_zero"),
    ]
    assert all(each["detail"] for each in report["rejections"])
    assert report["sha256"] == hashlib.sha256(MESSY).hexdigest()
    assert await digits(service, campaign_id) == ["491510000001", "491510000002", "491510000003"]

    again = await service.user.get(f"/v1/imports/{report['import_id']}")
    assert again.json() == report


@pytest.mark.parametrize("body", [b"", b"\n\n\r\n", b"\xef\xbb\xbf\n"])
async def test_an_empty_list_is_no_mistake(service: Running, body: bytes) -> None:
    campaign_id = await service.campaign()
    assert counts(made(await service.import_list(campaign_id, body)))[:3] == (0, 0, 0)
    assert (await service.progress(campaign_id))["numbers"] == 0


async def test_a_line_of_fifty_million_bytes_is_one_refused_line(service: Running) -> None:
    campaign_id = await service.campaign()
    body = b"4915100000001\n" + b"7" * 50_000_000 + b"\n4915100000002\n"
    report = made(await service.import_list(campaign_id, body))
    assert counts(report) == (2, 0, 1, 0)
    assert [(each["line"], each["reason"]) for each in report["rejections"]] == [(2, "line_too_long")]


async def test_other_requests_are_answered_during_a_long_import(service: Running) -> None:
    campaign_id = await service.campaign()
    importing = asyncio.create_task(service.import_list(campaign_id, b"x\n" * 2_000_000))
    answered = 0
    while not importing.done():
        assert (await service.admin.get("/v1/me")).is_success
        answered += 1
    assert counts(made(await importing)) == (0, 0, 2_000_000, 0)
    assert answered > 10


@pytest.mark.parametrize(
    ("policy", "first", "second"),
    [("campaign", (2, 1), (1, 1)), ("file", (2, 1), (2, 0)), ("allow", (3, 0), (2, 0))],
)
async def test_what_a_duplicate_is_depends_on_the_policy(
    service: Running, policy: str, first: tuple[int, int], second: tuple[int, int]
) -> None:
    campaign_id = await service.campaign(duplicate_policy=policy)
    one = made(await service.import_list(campaign_id, "4915100000001\n4915100000002\n+4915100000001\n"))
    assert counts(one)[:2] == first
    two = made(await service.import_list(campaign_id, "4915100000002\n4915100000003\n"))
    assert counts(two)[:2] == second
    assert (await service.progress(campaign_id))["numbers"] == first[0] + second[0]


async def test_the_same_number_may_stand_in_two_campaigns(service: Running) -> None:
    for campaign_id in (await service.campaign(), await service.campaign()):
        assert counts(made(await service.import_list(campaign_id, listing(3)))) == (3, 0, 0, 0)


async def test_a_list_in_several_slices_keeps_its_order_and_its_duplicates(service: Running) -> None:
    campaign_id = await service.campaign()
    report = made(await service.import_list(campaign_id, listing(45_000) + listing(45_000)))
    assert counts(report) == (45_000, 45_000, 0, 0)
    page = (await service.user.get(f"/v1/campaigns/{campaign_id}/numbers?limit=1000")).json()
    assert [number["e164"] for number in page["items"]] == listing(1000).replace("+", "").split()
    following = await service.user.get(f"/v1/campaigns/{campaign_id}/numbers?limit=1&cursor={page['next']}")
    assert following.json()["items"][0]["e164"] == "4915500001000"


async def test_a_list_that_is_too_large_is_refused_and_nothing_of_it_kept(fresh: Running) -> None:
    campaign_id = await fresh.campaign()

    async def too_much() -> Any:
        for first in range(0, IMPORT_MAX_BYTES, 1_000_000):
            yield b"%d\n" % (4915500000000 + first) + b"1" * 1_100_000 + b"\n"

    response = await fresh.user.post(
        f"/v1/campaigns/{campaign_id}/numbers/import",
        content=too_much(),
        headers={"Content-Type": "text/plain"},
    )
    assert response.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE
    assert response.json()["type"] == "too_large"
    await until_nothing_is_left(fresh)


@pytest.mark.parametrize(
    "kind", ["application/json", "application/x-www-form-urlencoded", "text/html", "text"]
)
async def test_another_kind_of_body_is_refused_with_a_hint(service: Running, kind: str) -> None:
    campaign_id = await service.campaign()
    response = await service.user.post(
        f"/v1/campaigns/{campaign_id}/numbers/import", content=b"{}", headers={"Content-Type": kind}
    )
    assert response.status_code == httpx.codes.UNSUPPORTED_MEDIA_TYPE
    assert "text/plain" in response.json()["detail"]


async def until_nothing_is_left(service: Running) -> None:
    nothing = """select not exists(select from number) and not exists(select from refused_line)
        and not exists(select from import where state <> 'cut_off')"""
    await until(lambda: service.pool.fetchval(nothing))


async def begin(
    service: Running, campaign_id: str, slices: int = 1
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """The first part of a list, enough for so many slices, over a connection that stays open."""
    settings = service.settings
    reader, writer = await asyncio.open_connection(settings.host, settings.http_port)
    head = (
        f"POST /v1/campaigns/{campaign_id}/numbers/import HTTP/1.1\r\nHost: test\r\n"
        f"Authorization: Bearer {USER_KEY}\r\nContent-Type: text/plain\r\nContent-Length: 50000000\r\n\r\n"
    )
    writer.write(head.encode() + listing(slices * 30_000).encode())
    await writer.drain()
    stored = "select count(*) >= $2 from number where campaign_id = $1"
    running = "select exists(select from import where campaign_id = $1)"
    await until(lambda: service.pool.fetchval(running, UUID(campaign_id)))
    await until(lambda: service.pool.fetchval(stored, UUID(campaign_id), slices * 20_000))
    return reader, writer


async def test_a_sender_who_leaves_leaves_nothing(fresh: Running, listen: Listen) -> None:
    campaign_id = await fresh.campaign()
    ear = await listen(campaign_id)
    _, writer = await begin(fresh, campaign_id)
    assert await digits(fresh, campaign_id) == []
    assert (await fresh.progress(campaign_id))["numbers"] == 0
    writer.transport.abort()
    await until_nothing_is_left(fresh)
    assert counts(made(await fresh.import_list(campaign_id, listing(5)))) == (5, 0, 0, 0)
    await until(lambda: ear.of(NumbersImported))
    assert len(ear.of(NumbersImported)) == 1


async def test_one_list_at_a_time_goes_into_a_campaign(fresh: Running) -> None:
    campaign_id = await fresh.campaign()
    _, writer = await begin(fresh, campaign_id)
    refused = await fresh.import_list(campaign_id, listing(5))
    assert (refused.status_code, refused.json()["type"]) == (httpx.codes.CONFLICT, "import_running")
    assert counts(made(await fresh.import_list(await fresh.campaign(), listing(5)))) == (5, 0, 0, 0)
    writer.transport.abort()
    await until_nothing_of(fresh, campaign_id)


async def until_nothing_of(service: Running, campaign_id: str) -> None:
    nothing = """select not exists(select from import where campaign_id = $1 and state <> 'cut_off')
        and not exists(select from number where campaign_id = $1)"""
    await until(lambda: service.pool.fetchval(nothing, UUID(campaign_id)))


async def test_what_a_killed_service_left_is_gone_after_the_next_start(fresh: Running) -> None:
    campaign_id = UUID(await fresh.campaign())
    imports, import_id = Imports(fresh.pool), uuid4()
    assert await imports.begin(import_id, campaign_id, uuid4(), uuid4())
    await imports.store(import_id, campaign_id, Batch(numbers=[4915100000001, 4915100000002]))
    assert (await fresh.import_list(str(campaign_id), "4915100000001\n")).status_code == 409
    await ImportSweeper(imports).start()
    assert counts(made(await fresh.import_list(str(campaign_id), "4915100000001\n"))) == (1, 0, 0, 0)


async def test_an_import_that_was_given_up_stores_nothing_more(fresh: Running) -> None:
    """Even if its process still lives, as the old one of a rolling update may."""
    campaign_id = await fresh.campaign()
    reader, writer = await begin(fresh, campaign_id)
    await ImportSweeper(Imports(fresh.pool)).start()
    writer.write(listing(100_000, first=4916600000000).encode())
    answer = await asyncio.wait_for(reader.readuntil(b"\r\n"), 10)
    assert b" 503 " in answer
    writer.transport.abort()
    await until_nothing_is_left(fresh)
