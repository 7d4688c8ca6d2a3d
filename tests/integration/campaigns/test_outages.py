"""Postgres is killed, or frozen: every route says 503 in time, and all goes well again without a restart."""

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pytest
from evendial_campaigns.settings import Settings

from deploy.local.ports import Ports
from deploy.local.postgres import PostgresServer, start_postgres
from tests.integration.campaigns.conftest import ADMIN_KEY, listing, made, settings_for
from tests.integration.campaigns.hostile import Book, Json
from tests.integration.campaigns.service_process import Starter, client
from tests.waiting import until

pytestmark = pytest.mark.integration

ANSWERED_WITHIN_S = 3.0
OUTSIDE_THE_DATABASE = ("/schema", "/docs")
SOUND = {"Content-Type": "audio/wav"}


class Place(NamedTuple):
    """A service of its own, on a Postgres of its own."""

    starter: Starter
    postgres: PostgresServer
    folder: Path

    async def postgres_again(self) -> PostgresServer:
        return await start_postgres(self.folder, port=self.postgres.port, fsync=False)


@pytest.fixture
async def place(run_folder: Path, tmp_path: Path, nats_url: str, ports: Ports) -> AsyncIterator[Place]:
    folder = run_folder / f"outage-{uuid4().hex[:8]}"
    postgres = await start_postgres(folder, port=ports.one(), fsync=False)
    settings = settings_for(await postgres.create_database("campaigns"), nats_url, ports)
    starter = Starter(settings, tmp_path)
    await starter.ready()
    yield Place(starter, postgres, folder)
    starter.kill()
    if postgres.process.exit_code is None:
        _thaw(postgres)
        await postgres.stop()


async def test_killed(place: Place) -> None:
    requests = await _every_route(place.starter.settings)
    place.postgres.process.kill()
    await _all_say_503(place.starter.settings, requests)
    again = await place.postgres_again()
    try:
        await _goes_well_again(place.starter)
    finally:
        await again.stop()


async def test_frozen(place: Place) -> None:
    requests = await _every_route(place.starter.settings)
    _freeze(place.postgres)
    await _all_say_503(place.starter.settings, requests)
    _thaw(place.postgres)
    await _goes_well_again(place.starter)


async def test_what_was_cut_is_done_once_when_it_is_repeated(place: Place) -> None:
    """Frozen before the commit could be heard: a 503 that leaves it open, and a repeat that settles it."""
    keys = [{"Idempotency-Key": str(uuid4())} for _ in range(5)]
    async with client(place.starter.settings) as asking:

        async def post(key: dict[str, str]) -> httpx.Response:
            return await asking.post("/v1/campaigns", json={"name": key["Idempotency-Key"]}, headers=key)

        _freeze(place.postgres)
        cut = await asyncio.gather(*(post(key) for key in keys))
        assert {each.status_code for each in cut} == {503}
        assert "same Idempotency-Key" in cut[0].json()["detail"]
        _thaw(place.postgres)

        async def repeated(key: dict[str, str]) -> Any:
            response = await post(key)
            assert response.status_code in (201, 409, 503), response.text
            return response.status_code == 201 and response.json()

        for key in keys:
            await until(lambda key=key: repeated(key))  # type: ignore[misc]
        names = [each["name"] for each in (await asking.get("/v1/campaigns")).json()["items"]]
    assert sorted(names) == sorted(key["Idempotency-Key"] for key in keys)


Asked = tuple[str, str, str | None, bytes]


async def _every_route(settings: Settings) -> list[Asked]:
    """Each operation of the document, with a body that is not refused at first sight."""
    async with client(settings) as asking:
        document = (await asking.get("/schema/openapi.json")).json()
        campaign_id = made(await asking.post("/v1/campaigns", json={"name": "x"}))["campaign_id"]
    requests = []
    for path, item in document["paths"].items():
        for method, operation in item.items():
            url = path.replace("{campaign_id}", campaign_id)
            while "{" in url:
                start, _, rest = url.partition("{")
                name, _, end = rest.partition("}")
                url = start + ("1" if name in ("number_id", "seq") else str(uuid4())) + end
            bodies: Json = operation.get("requestBody", {}).get("content", {})
            kind = next(iter(bodies), None)
            content = b"" if kind is None else listing(3).encode()
            if kind == "application/json":
                content = json.dumps(Book(document, {}).sample(bodies[kind]["schema"])).encode()
            requests.append((method, url, kind, content))
    return requests


async def _all_say_503(settings: Settings, requests: list[Asked]) -> None:
    async with client(settings, ADMIN_KEY) as asking:
        problems = await asyncio.gather(*(_outage_of(asking, *each) for each in requests))
    assert [each for each in problems if each] == []


async def _outage_of(
    asking: httpx.AsyncClient, method: str, url: str, kind: str | None, content: bytes
) -> str | None:
    """What is wrong with the answer, if anything."""
    headers = {"Content-Type": kind} if kind else {}
    began = time.monotonic()
    response = await asking.request(method, url, content=content, headers=headers)
    took = time.monotonic() - began
    said = f"{method} {url}: {response.status_code} after {took:.1f} s {response.text}"
    right = response.status_code == 503 and response.json()["type"] == "unavailable"
    soon = took < ANSWERED_WITHIN_S and int(response.headers.get("Retry-After", 0)) > 0
    return None if right and soon else said


async def _goes_well_again(starter: Starter) -> None:
    async with client(starter.settings) as asking:

        async def answers() -> bool:
            statuses = {
                (await asking.get("/v1/campaigns")).status_code,
                (await asking.post("/v1/campaigns", json={"name": "after"})).status_code,
            }
            return statuses == {200, 201}

        await until(answers)
        for _ in range(20):
            made(await asking.post("/v1/campaigns", json={"name": "after"}))
    assert starter.started[-1].exit_code is None


def _freeze(postgres: PostgresServer) -> None:
    """The server first, so that it makes no more processes, then those that it has made."""
    for each in _processes(postgres):
        os.kill(each, signal.SIGSTOP)


def _thaw(postgres: PostgresServer) -> None:
    for each in _processes(postgres):
        with suppress(ProcessLookupError):
            os.kill(each, signal.SIGCONT)


def _processes(postgres: PostgresServer) -> Iterator[int]:
    server = postgres.process.pid
    yield server
    yield from map(int, Path(f"/proc/{server}/task/{server}/children").read_text().split())
