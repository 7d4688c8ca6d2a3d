"""Hostile text in every field, header, path and query of every operation: refused, or stored harmlessly."""

import time
from typing import Any

import httpx
import pytest

from tests.integration.campaigns.conftest import Running, listing, made
from tests.integration.campaigns.hostile import Book, Hostile, Json

pytestmark = pytest.mark.integration

SLOW_S = 1.0
"""A statement that sleeps takes three."""
HARD_WORK_S = 2.5
HARD_WORK = ("/v1/session", "/v1/users", "/v1/first-admin", "/v1/me", "/v1/prompts")
"""A password is hashed slowly on purpose, and a sound is converted in a process of its own."""
OF_THE_SERVER = {400, 404, 405, 414, 431}
"""What is said where the path is not that of the operation any more, or the request cannot be read."""


async def test_nothing_breaks_sleeps_or_goes_undocumented(fresh: Running) -> None:
    """Sent as the user, and what is the admin's alone as the admin."""
    document = (await fresh.nobody.get("/schema/openapi.json")).json()
    wrong: list[str] = []
    asked = 0
    for path, item in document["paths"].items():
        for method, operation in item.items():
            book = Book(document, await _known(fresh))
            for hostile in book.requests(path, method):
                asked += 1
                wrong += await _wrong(fresh, hostile, operation)
    assert not wrong, "\n".join(wrong)
    assert asked > 1000
    for client, role in ((fresh.user, "user"), (fresh.admin, "admin")):
        assert (await client.get("/v1/me")).json()["role"] == role
    made(await fresh.import_list(await fresh.campaign(), listing(3)))


async def test_text_is_kept_as_it_was_sent(service: Running) -> None:
    for name in (
        "'; drop table campaign; --",
        "<script>",
        "\U0001f600",
        "=1+1",
        "مرحبا",
        "%s{0}$x",
        "..",
        "O'Neil",
    ):
        campaign = made(await service.user.post("/v1/campaigns", json={"name": name}))
        read = (await service.user.get(f"/v1/campaigns/{campaign['campaign_id']}")).json()
        assert read["name"] == name


async def _known(service: Running) -> dict[str, str]:
    """Things that are there, so that what is hostile reaches the store."""
    campaign_id = await service.ready_campaign()
    campaign = (await service.user.get(f"/v1/campaigns/{campaign_id}")).json()
    return {
        "campaign_id": campaign_id,
        "owner_id": campaign["owner_id"],
        "device_id": campaign["device_id"],
        "number_id": str((await service.number_ids(campaign_id))[0]),
    }


async def _wrong(service: Running, hostile: Hostile, operation: Json) -> list[str]:
    client = service.user
    response, took = await _send(client, hostile)
    if response.status_code == httpx.codes.FORBIDDEN:
        client = service.admin
        response, took = await _send(client, hostile)
    limit = HARD_WORK_S if hostile.url.startswith(HARD_WORK) else SLOW_S
    if took > limit:
        response, took = await _send(client, hostile)
    asked = f"{hostile.method} {hostile.url[:120]} {hostile.place}"
    said = f"{asked}: {response.status_code} {response.text[:200]!r}"
    if took > limit:
        return [f"slow, {took:.1f} s: {said}"]
    documented = str(response.status_code) in operation["responses"]
    elsewhere = response.status_code in OF_THE_SERVER and hostile.place.startswith(("path", "header"))
    return [] if documented or elsewhere else [said]


async def _send(client: httpx.AsyncClient, hostile: Hostile) -> tuple[httpx.Response, float]:
    request = client.build_request(
        hostile.method, hostile.url, content=hostile.content or None, headers=_headers(hostile)
    )
    began = time.monotonic()
    response = await client.send(request, stream=True)
    try:
        if response.headers.get("Content-Type", "").startswith("text/event-stream"):
            return httpx.Response(response.status_code, text=""), time.monotonic() - began
        await response.aread()
    finally:
        await response.aclose()
    return response, time.monotonic() - began


def _headers(hostile: Hostile) -> list[tuple[bytes, Any]]:
    return [(name.encode(), value) for name, value in hostile.headers.items()]
