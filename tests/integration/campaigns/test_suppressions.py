"""Who is not to be called: whose entries they are, and that no digits are kept."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from evendial_campaigns.suppression_store import Suppressions

from tests.integration.campaigns.conftest import PERSON_KEY, Running

pytestmark = pytest.mark.integration

DIGITS = "4915577001122"


async def put_on(client: httpx.AsyncClient, number: str, **more: Any) -> httpx.Response:
    return await client.post("/v1/suppressions", json={"number": number} | more)


def added(response: httpx.Response) -> Any:
    """The entry; whether it is certain that it counts depends on originators, which are not here."""
    assert response.status_code == httpx.codes.ACCEPTED, response.text
    return response.json()


async def found(client: httpx.AsyncClient, number: str) -> list[Any]:
    answer = await client.post("/v1/suppressions/find", json={"number": number})
    assert answer.status_code == httpx.codes.OK, answer.text
    items: list[Any] = answer.json()["items"]
    return items


async def test_an_entry_is_ones_own(service: Running) -> None:
    entry = added(await put_on(service.user, "+49 155 7700-1101"))
    assert (entry["source"], "number" in entry) == ("api", False)
    assert await found(service.user, "004915577001101") == [entry]
    assert await found(service.other, "4915577001101") == []
    assert entry in (await service.user.get("/v1/suppressions?limit=1000")).json()["items"]
    assert entry in (await service.admin.get("/v1/suppressions?limit=1000")).json()["items"]
    assert entry not in (await service.other.get("/v1/suppressions?limit=1000")).json()["items"]
    path = f"/v1/suppressions/{entry['suppression_id']}"
    assert (await service.other.delete(path)).status_code == httpx.codes.NOT_FOUND
    assert (await service.user.delete(path)).status_code == httpx.codes.ACCEPTED
    assert await found(service.user, "4915577001101") == []


async def test_what_is_on_the_list_already_stays_as_it_is(service: Running) -> None:
    first = added(await put_on(service.user, "4915577001102"))
    assert added(await put_on(service.user, "+4915577001102")) == first
    assert added(await put_on(service.other, "4915577001102")) != first
    key = {"Idempotency-Key": str(uuid4())}
    body = {"number": "4915577001103"}
    once = added(await service.user.post("/v1/suppressions", json=body, headers=key))
    assert added(await service.user.post("/v1/suppressions", json=body, headers=key)) == once


async def test_an_admin_suppresses_for_everybody(service: Running) -> None:
    refused = await put_on(service.user, "4915577001104", system=True)
    assert (refused.status_code, refused.json()["type"]) == (403, "forbidden")
    entry = added(await put_on(service.admin, "4915577001104", system=True))
    assert entry["owner_id"] is None
    assert await found(service.user, "4915577001104") == [entry]
    assert entry not in (await service.user.get("/v1/suppressions?limit=1000")).json()["items"]
    path = f"/v1/suppressions/{entry['suppression_id']}"
    assert (await service.user.delete(path)).status_code == httpx.codes.NOT_FOUND
    assert (await service.admin.delete(path)).status_code == httpx.codes.ACCEPTED


@pytest.mark.parametrize(
    "number",
    ["", " ", "abc", "12345", "1" * 16, "0155 7700112", "+49 155\n7700112", "' or 1=1", "\x00",
     "٤٩١٥٥٧٧٠٠١١٢٢", "4" * 65, None, 4915577001122, ["4915577001122"]],
)  # fmt: skip
async def test_what_is_no_number_is_refused_with_a_reason(service: Running, number: Any) -> None:
    for path in ("/v1/suppressions", "/v1/suppressions/find"):
        refused = await service.user.post(path, json={"number": number})
        assert (refused.status_code, refused.json()["field"]) == (400, "number"), refused.text
        assert len(refused.json()["reason"]) > 8


async def test_a_large_body_is_refused(service: Running) -> None:
    refused = await service.user.post("/v1/suppressions", content=b'{"number": "' + b"1" * 20_000 + b'"}')
    assert refused.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE


async def test_no_digits_are_kept(service: Running) -> None:
    added(await put_on(service.user, DIGITS))
    held = "select exists(select from suppression where suppression::text ~ $1 or position($2 in person) > 0)"
    assert not await service.pool.fetchval(held, DIGITS, DIGITS.encode())


async def test_many_numbers_are_asked_about_at_once(service: Running) -> None:
    suppressions = Suppressions(service.pool, PERSON_KEY.encode())
    me = UUID((await service.user.get("/v1/me")).json()["user_id"])
    for number in ("4915577002001", "4915577002500"):
        added(await put_on(service.user, number))
    added(await put_on(service.admin, "4915577002999", system=True))
    added(await put_on(service.other, "4915577002777"))
    asked = range(4915577002000, 4915577022000)
    assert await suppressions.among(me, list(asked)) == {4915577002001, 4915577002500, 4915577002999}
    assert await suppressions.among(uuid4(), list(asked)) == {4915577002999}
    assert await suppressions.among(me, []) == set()


async def test_nothing_is_hashed_while_nobody_is_suppressed(fresh: Running) -> None:
    no_key: Any = None
    assert await Suppressions(fresh.pool, no_key).among(uuid4(), [4915577002000]) == set()
