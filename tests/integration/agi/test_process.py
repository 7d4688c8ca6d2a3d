"""The service as a process: signals, crashes, and parts that are not there."""

import json
import os
import signal
import subprocess
import sys
from asyncio import create_task
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from uuid import uuid4

import msgspec
import nats
import pytest
from evendial_agi.settings import Settings
from evendial_contracts.actions import SequenceResult, Wait
from evendial_contracts.subjects import AGI_HEARTBEAT

from deploy.local.nats import start_nats
from deploy.local.ports import Ports
from deploy.local.postgres import PostgresServer, start_postgres
from deploy.local.processes import Process
from tests.integration.agi.conftest import Campaign, until_alive
from tests.integration.agi.line import STAYS, Ended, Line
from tests.waiting import until

pytestmark = pytest.mark.integration

SHORT, LONG = Wait(seconds=0.1), Wait(seconds=60)
StartProcess = Callable[..., Process]


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    """The settings as a process gets them."""
    given = msgspec.to_builtins(settings)
    return {f"EVENDIAL_AGI_{name.upper()}": str(value) for name, value in given.items()}


@pytest.fixture
async def start(environment: dict[str, str], tmp_path: Path) -> AsyncIterator[StartProcess]:
    """Starts agi processes; what still runs after the test is killed."""
    started: list[Process] = []

    def begin(**changes: str) -> Process:
        process = Process.start(
            [sys.executable, "-m", "evendial_agi"],
            name="agi",
            log=tmp_path / "agi.log",
            env={**environment, **changes},
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()


def logged(process: Process, action: str) -> list[dict[str, object]]:
    """Its log lines of that action."""
    lines = [json.loads(line) for line in process.log.read_text().splitlines() if line.startswith("{")]
    return [line for line in lines if line.get("action") == action]


async def test_the_first_signal_waits_for_calls(
    start: StartProcess, settings: Settings, campaign: Campaign, fake_line: Line
) -> None:
    process = start()
    await until_alive(settings)
    await campaign.announce(SHORT, Wait(seconds=1))
    command_id = uuid4()
    call = create_task(fake_line.call(campaign.token(command_id), STAYS))
    await until(lambda: campaign.actions(command_id))
    os.kill(process.pid, signal.SIGTERM)
    await until(lambda: logged(process, "drain"))
    with pytest.raises(ConnectionRefusedError):
        await fake_line.call(campaign.token(uuid4()), STAYS)
    assert await call == Ended(marked=True)
    assert await campaign.result(command_id) is SequenceResult.COMPLETED
    await until(lambda: process.exit_code is not None)
    assert process.exit_code == 0


async def test_a_call_that_outlasts_the_drain_is_interrupted_and_said_so(
    start: StartProcess, settings: Settings, campaign: Campaign, fake_line: Line
) -> None:
    process = start(EVENDIAL_AGI_DRAIN_S="0.1")
    await until_alive(settings)
    await campaign.announce(SHORT, LONG)
    command_id = uuid4()
    call = create_task(fake_line.call(campaign.token(command_id), STAYS))
    await until(lambda: campaign.actions(command_id))
    assert await process.stop() == 0
    assert await call == Ended(marked=False)
    assert await campaign.result(command_id) is SequenceResult.INTERRUPTED


async def test_the_second_signal_kills(
    start: StartProcess, settings: Settings, campaign: Campaign, fake_line: Line
) -> None:
    process = start(EVENDIAL_AGI_DRAIN_S="60")
    await until_alive(settings)
    await campaign.announce(SHORT, LONG)
    command_id = uuid4()
    call = create_task(fake_line.call(campaign.token(command_id), STAYS))
    await until(lambda: campaign.actions(command_id))
    os.kill(process.pid, signal.SIGTERM)
    await until(lambda: logged(process, "drain"))
    os.kill(process.pid, signal.SIGTERM)
    await until(lambda: process.exit_code is not None)
    assert process.exit_code == -signal.SIGTERM
    assert await call == Ended(marked=False)


@pytest.mark.parametrize("line", ["real"], indirect=True)
async def test_a_call_that_a_crash_cut_off_ends_as_interrupted(
    start: StartProcess, settings: Settings, campaign: Campaign, line: Line
) -> None:
    process = start()
    await until_alive(settings)
    await campaign.announce(SHORT, LONG)
    command_id = uuid4()
    call = create_task(line.call(campaign.token(command_id), STAYS))
    await until(lambda: campaign.actions(command_id))
    process.kill()
    assert await call == Ended(marked=False)

    start()
    ended = await campaign.ended(command_id)
    assert (ended.result, ended.actions_done) == (SequenceResult.INTERRUPTED, 1)
    await until_alive(settings)
    assert await line.call(campaign.token(command_id), STAYS) == Ended(marked=False)


def test_bad_settings_are_named_and_end_it_with_status_2() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "evendial_agi"], env={"EVENDIAL_AGI_LISTEN_PORT": "x"}, capture_output=True
    )
    assert result.returncode == 2
    for name in ("NATS_URL", "DATABASE_URL", "CALL_TOKEN_KEY", "PROMPT_FOLDER", "LISTEN_PORT"):
        assert name in result.stderr.decode()


async def restarted(server: PostgresServer, folder: Path) -> PostgresServer:
    return await start_postgres(folder, port=server.port, fsync=False)


async def test_it_waits_for_its_parts_whichever_comes_first(
    start: StartProcess, settings: Settings, run_folder: Path, ports: Ports
) -> None:
    postgres = await start_postgres(run_folder / "late-postgres", port=ports.one(), fsync=False)
    broker = await start_nats(run_folder / "late-nats", port=ports.one(), monitor_port=ports.one())
    addresses = {
        "EVENDIAL_AGI_DATABASE_URL": await postgres.create_database("agi"),
        "EVENDIAL_AGI_NATS_URL": broker.url,
    }
    await postgres.stop()
    await broker.stop()

    process = start(**addresses)
    await until(lambda: logged(process, "waiting"))
    port = int(broker.url.rsplit(":", 1)[1])
    broker = await start_nats(run_folder / "late-nats", port=port, monitor_port=ports.one())
    await until(lambda: len(logged(process, "waiting")) == 2)
    postgres = await restarted(postgres, run_folder / "late-postgres")
    await until_alive(msgspec.structs.replace(settings, nats_url=broker.url))
    assert [line["part"] for line in logged(process, "waiting")] == ["nats", "postgres"]
    assert await process.stop() == 0
    await broker.stop()
    await postgres.stop()


async def test_a_call_in_progress_survives_the_loss_of_the_database(
    start: StartProcess,
    settings: Settings,
    campaign: Campaign,
    fake_line: Line,
    run_folder: Path,
    ports: Ports,
) -> None:
    postgres = await start_postgres(run_folder / "lost-postgres", port=ports.one(), fsync=False)
    start(EVENDIAL_AGI_DATABASE_URL=await postgres.create_database("agi"))
    await until_alive(settings)
    await campaign.announce(SHORT, Wait(seconds=1.5))
    command_id = uuid4()
    call = create_task(fake_line.call(campaign.token(command_id), STAYS))
    await until(lambda: campaign.actions(command_id))
    await postgres.stop()

    assert await fake_line.call(campaign.token(uuid4()), STAYS) == Ended(marked=False)
    assert await call == Ended(marked=True)
    client = await nats.connect(settings.nats_url)
    beats = await client.subscribe(AGI_HEARTBEAT)
    with pytest.raises(nats.errors.TimeoutError):
        await beats.next_msg(timeout=2.5)
    await client.close()

    postgres = await restarted(postgres, run_folder / "lost-postgres")
    await until_alive(settings)
    assert await campaign.result(command_id) is SequenceResult.COMPLETED
    assert await fake_line.call(campaign.token(uuid4()), STAYS) == Ended(marked=True)
    await postgres.stop()
