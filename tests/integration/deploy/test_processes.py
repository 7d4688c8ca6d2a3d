import asyncio
import functools
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.folders import RunFolder
from deploy.local.ports import Ports
from deploy.local.processes import Process, ProcessFailed
from tests.waiting import until

pytestmark = pytest.mark.integration

PARENT = """
import asyncio, sys
from pathlib import Path
from deploy.local.folders import RunFolder
from deploy.local.nats import start_nats
from deploy.local.ports import Ports
from deploy.local.postgres import start_postgres

async def main():
    folder, ports = RunFolder("orphan"), Ports()
    nats = await start_nats(folder.path / "nats", port=ports.one(), monitor_port=ports.one())
    postgres = await start_postgres(folder.path / "postgres", port=ports.one(), fsync=False)
    print(folder.path, nats.process.pid, postgres.process.pid, flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""

DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(600)
"""


async def never() -> bool:
    return False


async def test_a_child_that_ends_early_says_why(run_folder: Path) -> None:
    process = Process.start(
        [sys.executable, "-c", "raise SystemExit('no such luck')"],
        name="luckless",
        log=run_folder / "luckless.log",
    )
    with pytest.raises(ProcessFailed, match="luckless ended with status 1: no such luck"):
        await process.until_ready(never)


PARENT_OF_ONE = """
import os, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True)
print("child", child.pid, flush=True)
child.wait()
"""


async def test_a_pause_holds_the_whole_family_until_it_is_resumed(run_folder: Path) -> None:
    process = Process.start([sys.executable, "-c", PARENT_OF_ONE], name="parent", log=run_folder / "one.log")
    await until(lambda: "child" in process.log_tail())
    family = [process.pid, int(process.log_tail().split()[-1])]
    process.pause()
    await until(lambda: [state(pid) for pid in family] == ["T", "T"])
    process.resume()
    await until(lambda: "T" not in [state(pid) for pid in family])
    for pid in family:
        os.kill(pid, signal.SIGKILL)
    await process.stop()


def state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


async def test_a_child_that_ignores_sigterm_is_killed(run_folder: Path) -> None:
    process = Process.start([sys.executable, "-c", DEAF], name="deaf", log=run_folder / "deaf.log")
    await until(lambda: "deaf" in process.log_tail())
    assert await process.stop(timeout=0.1) == -9


async def test_nothing_survives_a_killed_parent() -> None:
    folder, *children = await asyncio.to_thread(_start_servers_and_kill_their_parent)
    for child in children:
        await until(functools.partial(_has_ended, int(child)))
    with RunFolder("next"):
        assert not await asyncio.to_thread(os.path.exists, folder), "the next run clears up"


def test_two_stacks_never_get_the_same_port() -> None:
    first, second = Ports(), Ports()
    assert not {first.one() for _ in range(60)} & {second.one() for _ in range(60)}
    first.close()
    second.close()


def test_single_ports_leave_room_for_runs_of_neighbours() -> None:
    many, other = Ports(), Ports()
    assert len({many.one() for _ in range(1500)}) == 1500
    runs = [other.neighbours(400) for _ in range(4)]
    assert all(len(run) == 400 for run in runs)
    assert len({port for run in runs for port in run}) == 1600
    other.close()
    assert not {*other.neighbours(100)} & {many.one() for _ in range(60)}
    other.close()
    many.close()


def _start_servers_and_kill_their_parent() -> list[str]:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        words = parent.stdout.readline().split()
        parent.kill()
    return words


def _has_ended(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
    except FileNotFoundError:
        return True
    return state == "Z"  # not yet reaped by whoever adopted it
