"""A query parameter that is not known, or given twice, is refused and nothing is done."""

from uuid import uuid4

import pytest

from tests.integration.campaigns.conftest import Running, wav

pytestmark = pytest.mark.integration

UNKNOWN, TWICE = "is not a parameter here", "must be given once"


async def test_every_route_refuses_what_it_does_not_know(service: Running) -> None:
    document = (await service.nobody.get("/schema/openapi.json")).json()
    tried = 0
    for path, item in document["paths"].items():
        for method, operation in item.items():
            url = path.replace("{number_id}", "1").replace("{seq}", "1").replace("{sha256}", "0" * 64)
            for name in {each["name"] for each in operation.get("parameters", []) if each["in"] == "path"}:
                url = url.replace(f"{{{name}}}", str(uuid4()))
            response = await service.admin.request(method, f"{url}?nothing=1")
            assert response.status_code == 400, (method, path, response.text)
            assert (response.json()["type"], response.json()["field"]) == ("invalid_field", "nothing")
            assert response.json()["reason"] == UNKNOWN
            tried += 1
    assert tried > 50


async def test_every_parameter_of_the_document_is_known(service: Running) -> None:
    document = (await service.nobody.get("/schema/openapi.json")).json()
    tried = set()
    for path, item in document["paths"].items():
        for method, operation in item.items():
            url = path.replace("{number_id}", "1").replace("{seq}", "1")
            for name in {each["name"] for each in operation.get("parameters", []) if each["in"] == "path"}:
                url = url.replace(f"{{{name}}}", str(uuid4()))
            for name in [each["name"] for each in operation.get("parameters", []) if each["in"] == "query"]:
                twice = await service.admin.request(method, f"{url}?{name}=1&{name}=1")
                expected = name == "kind" or (twice.json()["field"], twice.json()["reason"]) == (name, TWICE)
                assert expected, (method, path, twice.text)
                tried.add(name)
    assert {"kind", "after", "header", "number_column", "import_id", "disposition", "from", "name"} <= tried


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("state=failed", "state"),
        ("state", "state"),
        ("st%61te=", "state"),
        ("?state=failed", "?state"),
        ("limit=1", "limit"),
        ("%F0%9F%98%80=1", "\U0001f600"),
        ("%00=1", "\x00"),
        ("a'%3B--=1", "a';--"),
        ("=1", "query"),
    ],
)
async def test_a_filter_on_a_delete_does_not_delete_everything(
    service: Running, query: str, field: str
) -> None:
    campaign_id = await service.ready_campaign(3)
    response = await service.user.delete(f"/v1/campaigns/{campaign_id}/numbers?{query}")
    assert (response.status_code, response.json()["field"]) == (400, field)
    assert response.json()["reason"] == UNKNOWN
    assert len(await service.number_ids(campaign_id)) == 3


@pytest.mark.parametrize("query", ["limit=1&limit=2", "state=free&state=failed", "state=free&st%61te=free"])
async def test_a_parameter_given_twice_is_refused(service: Running, query: str) -> None:
    campaign_id = await service.campaign()
    for path in ("numbers", "numbers.csv"):
        response = await service.user.get(f"/v1/campaigns/{campaign_id}/{path}?{query}")
        assert response.status_code == 400
        if path == "numbers" or "limit" not in query:
            assert response.json()["reason"] == TWICE


async def test_a_kind_may_be_repeated(service: Running) -> None:
    campaign_id = await service.campaign()
    for query in ("kind=campaign&kind=call", "kind=campaign&order=asc&limit=3"):
        response = await service.user.get(f"/v1/campaigns/{campaign_id}/log?{query}")
        assert response.is_success, response.text


async def test_nothing_is_told_to_those_who_may_not_ask(service: Running) -> None:
    assert (await service.nobody.get("/v1/campaigns?nothing=1")).status_code == 401
    assert (await service.user.get("/v1/users?nothing=1")).status_code == 403


async def test_a_key_is_free_after_such_a_refusal(service: Running) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    wrong = await service.user.post("/v1/prompts?name=x&nam=y", content=wav(), headers=key)
    assert (wrong.status_code, wrong.json()["field"]) == (400, "nam")
    assert (await service.user.post("/v1/prompts?name=x", content=wav(), headers=key)).status_code == 201
