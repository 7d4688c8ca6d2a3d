"""The OpenAPI document: complete, and of our own making."""

import pytest

from tests.integration.campaigns.conftest import Running

pytestmark = pytest.mark.integration


async def test_the_document_needs_no_key_and_says_how_refusals_look(service: Running) -> None:
    response = await service.nobody.get("/schema/openapi.json")
    document = response.json()
    assert document["info"]["title"] == "Evendial"
    operations = [
        operation for item in document["paths"].values() for name, operation in item.items() if name != "head"
    ]
    assert len(operations) >= 27
    for operation in operations:
        for status in ("400", "401", "404", "409"):
            assert list(operation["responses"][status]["content"]) == ["application/problem+json"]


async def test_raw_bodies_are_in_the_document(service: Running) -> None:
    paths = (await service.nobody.get("/schema/openapi.json")).json()["paths"]
    importing = paths["/v1/campaigns/{campaign_id}/numbers/import"]["post"]
    assert list(importing["requestBody"]["content"]) == ["text/plain"]
    assert list(paths["/v1/prompts"]["post"]["requestBody"]["content"]) == [
        "audio/*",
        "application/octet-stream",
    ]


async def test_nothing_is_loaded_from_elsewhere(service: Running) -> None:
    text = (await service.nobody.get("/schema")).text
    assert "http" not in text.replace("https://json-schema.org", "")
