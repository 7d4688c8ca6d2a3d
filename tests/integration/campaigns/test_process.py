"""The service as a process: keys, signals, crashes, memory, and parts that are not there."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from evendial_campaigns.settings import Settings
from evendial_chassis.bus import Bus
from evendial_contracts.campaigns import CampaignCreated

from deploy.local.nats import start_nats
from deploy.local.ports import Ports
from deploy.local.postgres import start_postgres
from deploy.local.processes import Process
from tests.integration.campaigns.conftest import ADMIN_KEY, USER_KEY, Listen, listing, made
from tests.integration.campaigns.service_process import (
    Starter,
    StartProcess,
    client,
    logged,
    until_ready,
)
from tests.waiting import until

pytestmark = pytest.mark.integration

MEGABYTE = 1024


@pytest.fixture
async def start(settings: Settings, tmp_path: Path) -> AsyncIterator[StartProcess]:
    """Starts the service; what still runs after the test is killed."""
    starter = Starter(settings, tmp_path)
    yield starter.begin
    starter.kill()


def memory_kb(process: Process, name: str) -> int:
    status = Path(f"/proc/{process.pid}/status").read_text()
    match = re.search(rf"{name}:\s+(\d+) kB", status)
    assert match, status
    return int(match[1])


async def test_without_a_key_that_is_set_the_first_admin_is_made_by_a_token(
    start: StartProcess, settings: Settings
) -> None:
    unset: dict[str, str | None] = {
        "EVENDIAL_CAMPAIGNS_ADMIN_API_KEY": None,
        "EVENDIAL_CAMPAIGNS_USER_API_KEY": None,
    }
    tokens = []
    for _ in range(2):
        process = start(**unset)
        await until_ready(process, settings)
        log = process.log.read_text()
        shown = re.search(
            r"^No admin can sign in yet\. http:\S+/#/first-start\?token=(\S{43}) ", log, re.MULTILINE
        )
        assert shown, log
        tokens.append(shown[1])
        if len(tokens) == 1:
            assert await process.stop() == 0
    assert tokens[0] != tokens[1]

    password = "seven lamps by the harbour"
    body = {"name": "mira", "password": password}
    address = f"http://{settings.host}:{settings.http_port}"
    async with httpx.AsyncClient(base_url=address, timeout=30) as asking:
        assert (await asking.post("/v1/first-admin", json=body | {"token": tokens[0]})).status_code == 401
        assert made(await asking.post("/v1/first-admin", json=body | {"token": tokens[1]}))["role"] == "admin"
        again = {"name": "tom", "password": password, "token": tokens[1]}
        assert (await asking.post("/v1/first-admin", json=again)).status_code == 401
        csrf = made(await asking.post("/v1/session", json=body))["csrf_token"]
        users = (await asking.get("/v1/users")).json()["items"]
        assert [(user["name"], user["role"]) for user in users] == [("mira", "admin")]
        key = {"name": "script", "scopes": ["read"]}
        secret = made(await asking.post("/v1/api-keys", json=key, headers={"X-CSRF-Token": csrf}))["key"]
    assert await process.stop() == 0
    assert not any(each in process.log.read_text() for each in (password, csrf, secret))

    restarted = start(**unset)
    await until_ready(restarted, settings)
    assert "token" not in restarted.log.read_text()


async def test_a_key_that_is_set_anew_replaces_the_one_before(
    start: StartProcess, settings: Settings
) -> None:
    first = start()
    await until_ready(first, settings)
    await first.stop()
    process = start(EVENDIAL_CAMPAIGNS_ADMIN_API_KEY="another admin key of more than 32 characters")
    await until_ready(process, settings)
    for key, status in (
        ("another admin key of more than 32 characters", 200),
        (ADMIN_KEY, 401),
        (USER_KEY, 200),
    ):
        async with client(settings, key) as asking:
            assert (await asking.get("/v1/me")).status_code == status


def test_bad_settings_are_named_without_their_secrets() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "evendial_campaigns"],
        env={"EVENDIAL_CAMPAIGNS_USER_API_KEY": "short-secret"},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 2
    for name in ("DATABASE_URL", "NATS_URL", "USER_API_KEY"):
        assert f"EVENDIAL_CAMPAIGNS_{name}" in result.stderr
    assert "short-secret" not in result.stderr + result.stdout


async def test_a_signal_lets_a_request_finish(start: StartProcess, settings: Settings) -> None:
    process = start()
    await until_ready(process, settings)
    async with client(settings) as asking:
        campaign = made(await asking.post("/v1/campaigns", json={"name": "test"}))

        async def body() -> AsyncIterator[bytes]:
            yield listing(10).encode()
            os.kill(process.pid, signal.SIGTERM)
            await until(lambda: logged(process, "draining"))
            yield listing(10, first=4916600000000).encode()

        report = made(
            await asking.post(
                f"/v1/campaigns/{campaign['campaign_id']}/numbers/import",
                content=body(),
                headers={"Content-Type": "text/plain"},
            )
        )
    assert report["accepted"] == 20
    await until(lambda: process.exit_code is not None)
    assert process.exit_code == 0


async def test_a_signal_does_not_wait_for_a_request_that_never_ends(
    start: StartProcess, settings: Settings
) -> None:
    process = start()
    await until_ready(process, settings)
    async with client(settings) as asking:
        campaign = made(await asking.post("/v1/campaigns", json={"name": "test"}))

        async def body() -> AsyncIterator[bytes]:
            yield listing(30_000).encode()
            os.kill(process.pid, signal.SIGTERM)
            await until(lambda: process.exit_code is not None)
            yield b""

        with suppress(httpx.TransportError):
            response = await asking.post(
                f"/v1/campaigns/{campaign['campaign_id']}/numbers/import",
                content=body(),
                headers={"Content-Type": "text/plain"},
            )
            assert response.is_server_error
    assert process.exit_code == 0


async def test_what_was_answered_before_a_crash_is_published_after_it(
    start: StartProcess, settings: Settings, listen: Listen, bus: Bus
) -> None:
    """The process is stopped dead where it can have answered without having published."""
    process = start()
    await until_ready(process, settings)
    async with client(settings) as asking:
        campaigns = [
            made(await asking.post("/v1/campaigns", json={"name": "test"}))["campaign_id"] for _ in range(20)
        ]
    process.kill()
    ears = [await listen(campaign_id) for campaign_id in campaigns]
    start()

    async def all_published() -> bool:
        info = await bus.jetstream.streams_info()
        assert info
        found = [await stored(bus, campaign_id) for campaign_id in campaigns]
        return all(found)

    await until(all_published)
    assert all(len(ear.of(CampaignCreated)) <= 1 for ear in ears)


async def stored(bus: Bus, campaign_id: str) -> bool:
    subject = f"evendial.event.campaign.created.*.{campaign_id}"
    info = await bus.jetstream.stream_info("EVENDIAL_EVENTS", subjects_filter=subject)
    return bool(info.state.subjects)


async def test_an_import_that_a_crash_cut_off_is_gone_after_the_restart(
    start: StartProcess, settings: Settings
) -> None:
    process = start()
    await until_ready(process, settings)
    async with client(settings) as asking:
        campaign_id = made(await asking.post("/v1/campaigns", json={"name": "test"}))["campaign_id"]
        url = f"/v1/campaigns/{campaign_id}/numbers/import"

        async def body() -> AsyncIterator[bytes]:
            yield listing(100_000).encode()
            process.kill()
            yield b"\n"

        with pytest.raises(httpx.TransportError):
            await asking.post(url, content=body(), headers={"Content-Type": "text/plain"})

    restarted = start()
    await until_ready(restarted, settings)
    async with client(settings) as asking:

        async def accepted() -> bool:
            response = await asking.post(
                url, content=listing(100_000), headers={"Content-Type": "text/plain"}
            )
            return response.is_success and response.json()["accepted"] == 100_000

        await until(accepted)
        progress = (await asking.get(f"/v1/campaigns/{campaign_id}/progress")).json()
    assert progress["numbers"] == 100_000


@pytest.mark.parametrize("line", [b"7" * 50_000_000, b"x\n" * 2_000_000, listing(300_000).encode()])
async def test_no_list_takes_more_than_a_hundred_megabytes(
    start: StartProcess, settings: Settings, line: bytes
) -> None:
    process = start()
    await until_ready(process, settings)
    async with client(settings) as asking:
        campaign_id = made(await asking.post("/v1/campaigns", json={"name": "test"}))["campaign_id"]
        before = memory_kb(process, "VmRSS")
        made(
            await asking.post(
                f"/v1/campaigns/{campaign_id}/numbers/import",
                content=line,
                headers={"Content-Type": "text/plain"},
            )
        )
    assert memory_kb(process, "VmHWM") - before < 100 * MEGABYTE


async def test_it_waits_for_its_parts_whichever_comes_first(
    start: StartProcess, settings: Settings, run_folder: Path, ports: Ports
) -> None:
    postgres = await start_postgres(run_folder / "late-postgres-c", port=ports.one(), fsync=False)
    broker = await start_nats(run_folder / "late-nats-c", port=ports.one(), monitor_port=ports.one())
    dsn = await postgres.create_database("campaigns")
    await postgres.stop()
    await broker.stop()

    process = start(EVENDIAL_CAMPAIGNS_DATABASE_URL=dsn, EVENDIAL_CAMPAIGNS_NATS_URL=broker.url)
    await until(lambda: logged(process, "waiting"))
    postgres = await start_postgres(run_folder / "late-postgres-c", port=postgres.port, fsync=False)
    await until(lambda: len(logged(process, "waiting")) == 2)
    port = int(broker.url.rsplit(":", 1)[1])
    broker = await start_nats(run_folder / "late-nats-c", port=port, monitor_port=ports.one())
    await until_ready(process, settings)
    assert [line["part"] for line in logged(process, "waiting")] == ["postgres", "nats"]
    assert await process.stop(signal.SIGINT) == 0
    await broker.stop()
    await postgres.stop()


async def test_while_the_database_is_away_it_says_so_and_then_goes_on(
    start: StartProcess, settings: Settings, run_folder: Path, ports: Ports
) -> None:
    postgres = await start_postgres(run_folder / "lost-postgres-c", port=ports.one(), fsync=False)
    process = start(EVENDIAL_CAMPAIGNS_DATABASE_URL=await postgres.create_database("campaigns"))
    await until_ready(process, settings)
    async with client(settings) as asking, httpx.AsyncClient() as health:
        await postgres.stop()
        response = await asking.get("/v1/me")
        assert (response.status_code, response.json()["type"]) == (503, "unavailable")

        async def not_ready() -> bool:
            answer = await health.get(f"http://127.0.0.1:{settings.health_port}/readyz")
            return answer.status_code == 503 and "postgres" in answer.json()["waiting_for"]

        await until(not_ready)
        postgres = await start_postgres(run_folder / "lost-postgres-c", port=postgres.port, fsync=False)
        await until_ready(process, settings)
        made(await asking.post("/v1/campaigns", json={"name": "test"}))
    assert process.exit_code is None
    assert await process.stop() == 0
    await postgres.stop()
