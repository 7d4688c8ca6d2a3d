"""`make run` as a user has it: up, sample, Ctrl-C; and a host without Asterisk."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from deploy.local.asterisk_build import AsteriskBuild
from deploy.local.sample_plan import prompt_wav
from deploy.local.services import SERVICES
from deploy.local.stack import local_stack
from deploy.local.user import user_of
from tests.waiting import until

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]


async def run_locally(**environment: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "deploy.local",
        "run",
        cwd=ROOT,
        env=os.environ | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


def processes() -> dict[int, tuple[int, str]]:
    """Parent and command line of each process that still runs, by pid, read from /proc."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            command = (folder / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
        if state != "Z":
            found[int(folder.name)] = (int(parent), command)
    return found


def descendants(pid: int) -> set[int]:
    """The processes below `pid`."""
    running, found = processes(), set[int]()
    while new := {child for child, (parent, _) in running.items() if parent in found | {pid}} - found:
        found |= new
    return found


def left_of(pids: set[int]) -> list[str]:
    """The command lines of those that still run."""
    return [command for pid, (_, command) in processes().items() if pid in pids]


async def test_ctrl_c_ends_everything_within_five_seconds() -> None:
    process = await run_locally(ONCE="")
    await until(lambda: len(descendants(process.pid)) >= 8, timeout=60)
    children = descendants(process.pid)
    process.send_signal(signal.SIGINT)
    await asyncio.wait_for(process.communicate(), 5)
    await until(lambda: left_of(children) == [], timeout=1)


async def test_a_killed_stack_leaves_nothing_running() -> None:
    process = await run_locally(ONCE="")
    await until(lambda: len(descendants(process.pid)) >= 8, timeout=60)
    children = descendants(process.pid)
    process.kill()
    await process.communicate()
    await until(lambda: left_of(children) == [], timeout=10)


async def test_a_host_without_asterisk_gets_one_sentence_and_status_3(tmp_path: Path) -> None:
    process = await run_locally(EVENDIAL_CACHE_DIR=str(tmp_path), PATH=str(tmp_path))
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 3
    assert len(output.decode().strip().splitlines()) == 1
    assert "Asterisk" in output.decode()
    assert "PBX=simulated" in output.decode()


async def test_a_host_without_asterisk_can_run_the_sample_on_a_simulated_one() -> None:
    process = await run_locally(ONCE="1", PBX="simulated", EVENDIAL_ASTERISK_ROOT="/nowhere")
    output, _ = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode == 0, output.decode()
    assert "No telephone is called" in output.decode()
    assert "The simulated carrier's own record" in output.decode()


async def test_an_unknown_pbx_is_said_so() -> None:
    process = await run_locally(PBX="real")
    output, _ = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 2
    assert "PBX=simulated" in output.decode()


SERVERS = ("postgres", "nats", "dialer")


def waited_for(log: Path) -> list[str]:
    """The parts that a service has said it waits for, since it was started."""
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    return [line["part"] for line in lines if line.get("action") == "waiting"]


async def test_services_started_first_wait_for_their_parts_and_then_dial(
    asterisk_build: AsteriskBuild,
) -> None:
    async with local_stack(asterisk_build) as stack:
        for name in (*SERVICES, *SERVERS):
            stack.kill(name)
        logs = {name: stack.folder / f"{name}.log" for name in SERVICES}
        for log in logs.values():
            log.write_text("")
        starting = [asyncio.ensure_future(stack.start(name)) for name in SERVICES]
        await until(lambda: all(waited_for(log) for log in logs.values()), timeout=20)
        for server in SERVERS:
            await stack.start(server)
        await asyncio.gather(*starting)
        for log in logs.values():
            parts = waited_for(log)
            assert len(parts) == len(set(parts)), f"more than one line for a part: {parts}"
        async with user_of(stack.api) as user:
            campaign = await user.campaign(["49302000000001"], prompt=prompt_wav(), calls_per_minute=60)
            await user.activate(campaign)

            async def finished() -> bool:
                return bool((await user.progress(campaign))["status"] == "finished")

            await until(finished, timeout=30)
