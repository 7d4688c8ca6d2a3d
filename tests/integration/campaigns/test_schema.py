"""The OpenAPI document and its page: exact, of our own making, and with nothing from elsewhere."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from evendial_campaigns.problem_meanings import MEANINGS
from evendial_campaigns.problems import status_of

from tests.integration.campaigns.conftest import Running

pytestmark = pytest.mark.integration

PROBLEM = "application/problem+json"
Json = dict[str, Any]


@pytest.fixture
async def document(service: Running) -> Json:
    return dict((await service.nobody.get("/schema/openapi.json")).json())


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def problems_of(operation: Json, status: str) -> list[str]:
    schema = operation["responses"][status]["content"][PROBLEM]["schema"]
    return list(schema["properties"]["type"]["enum"])


async def test_every_operation_says_what_it_does_and_how_it_refuses(document: Json) -> None:
    assert document["openapi"].startswith("3.1")
    described = {tag["name"] for tag in document["tags"] if tag["description"]}
    for path, method, operation in operations(document):
        assert operation["summary"], (method, path)
        assert set(operation["tags"]) <= described, (method, path)
        responses = operation["responses"]
        assert any(status < "300" for status in responses), (method, path)
        assert problems_of(operation, "503") == ["unavailable"] or "unavailable" in problems_of(
            operation, "503"
        )
        for status, response in responses.items():
            for slug in problems_of(operation, status) if PROBLEM in response.get("content", {}) else []:
                assert str(int(status_of(slug))) == status, (method, path, slug)
                assert slug in MEANINGS, (method, path, slug)


async def test_every_post_takes_an_idempotency_key(document: Json) -> None:
    for path, method, operation in operations(document):
        named = [each["name"] for each in operation.get("parameters", [])]
        assert ("Idempotency-Key" in named) == (method == "post"), (method, path)
        if method == "post":
            assert "idempotency_key_in_use" in problems_of(operation, "409")


async def test_what_is_sent_has_no_field_that_would_be_refused(document: Json) -> None:
    schemas = document["components"]["schemas"]
    taken = 0
    for _, _, operation in operations(document):
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if body:
            for name in re.findall(r"#/components/schemas/(\w+)", str(body)):
                assert schemas[name]["additionalProperties"] is False, name
                taken += 1
    assert taken


async def test_a_list_has_one_kind_of_items(document: Json) -> None:
    limits = document["components"]["schemas"]["LimitsView"]["properties"]
    assert limits["person_caps"]["items"] == {"$ref": "#/components/schemas/PersonCapBody"}


async def test_raw_bodies_are_in_the_document(document: Json) -> None:
    importing = document["paths"]["/v1/campaigns/{campaign_id}/numbers/import"]["post"]
    assert list(importing["requestBody"]["content"]) == ["text/plain", "text/csv"]
    assert "audio/*" in document["paths"]["/v1/prompts"]["post"]["requestBody"]["content"]


async def test_every_name_that_is_referred_to_is_there(document: Json) -> None:
    names = set(re.findall(r'"#/components/schemas/([^"]+)"', str(document).replace("'", '"')))
    assert names
    assert names <= set(document["components"]["schemas"])


async def test_the_document_asks_nobody_else(service: Running) -> None:
    for path in ("/schema", "/schema/openapi.json"):
        text = (await service.nobody.get(path)).text
        assert not re.search(r"https?://", text), path


async def test_the_page_and_all_that_it_loads_come_from_here(service: Running) -> None:
    page = await service.nobody.get("/schema/docs")
    assert page.headers["Content-Type"].startswith("text/html")
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert all(each.startswith("/schema/") or each == "data:," for each in loaded), loaded
    assert not re.search(r"<style|<script>|style=|onload=", page.text)
    for each in loaded:
        if each != "data:,":
            response = await service.nobody.get(each)
            assert response.is_success, each
    again = await service.nobody.get(loaded[1], headers={"If-None-Match": response.headers.get("ETag", "")})
    assert again.status_code in (200, 304)


async def test_a_file_that_was_not_changed_is_not_sent_again(service: Running) -> None:
    first = await service.nobody.get("/schema/docs/page.css")
    again = await service.nobody.get(
        "/schema/docs/page.css", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["../settings.py", "..%2f..%2fsettings.py", "NOTICE", "%00", "index.html"])
async def test_no_other_file_is_served(service: Running, name: str) -> None:
    assert (await service.nobody.get(f"/schema/docs/{name}")).status_code in (400, 404)


async def test_head_is_get_without_its_body(service: Running) -> None:
    got = await service.user.get("/v1/campaigns")
    head = await service.user.head("/v1/campaigns")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Type"] == got.headers["Content-Type"]
    assert (await service.nobody.head("/v1/campaigns")).status_code == 401
    assert (await service.user.head("/v1/campaigns/nothing")).status_code == 404


async def test_options_and_405_name_all_methods(service: Running, document: Json) -> None:
    for path, item in document["paths"].items():
        url = re.sub(r"\{[^}]+\}", "00000000-0000-0000-0000-000000000000", path)
        url = url.replace("/numbers/00000000-0000-0000-0000-000000000000", "/numbers/1")
        methods = {method.upper() for method in item} | {"OPTIONS"} | ({"HEAD"} if "get" in item else set())
        options = await service.user.options(url)
        assert (options.status_code, options.content) == (204, b"")
        assert set(options.headers["Allow"].split(", ")) == methods, path
        refused = await service.user.request("TRACE", url)
        assert (refused.status_code, refused.json()["type"]) == (405, "method_not_allowed")
        assert set(refused.headers["Allow"].split(", ")) == methods, path
