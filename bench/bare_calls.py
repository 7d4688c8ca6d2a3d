"""The ceiling: a process that does nothing but originate, play one sound by FastAGI, and count the ends.

Run as a child (`python -m bench.bare_calls`), so that its CPU time can be told from the measure's own.
"""

import asyncio
import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from resource import RUSAGE_SELF, getrusage

from bench.bare import order
from deploy.local.ami import AmiAccess, AmiSession

_TOLD = "BENCH_BARE_CALLS"
LINGER_S = 4.0


@dataclass(frozen=True, kw_only=True)
class Job:
    """So many calls a second for so long; `sound` is what STREAM FILE plays on each."""

    host: str
    ami_port: int
    user: str
    secret: str
    agi_port: int
    sound: str
    prefix: str
    calls_per_second: float
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Done:
    """What came of it."""

    ended: int
    cpu_s: float


async def run(job: Job) -> Done:
    """In a process of its own; raises RuntimeError when that fails."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.bare_calls",
        env=os.environ | {_TOLD: json.dumps(asdict(job))},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        output, _ = await child.communicate()
    except asyncio.CancelledError:
        child.kill()
        raise
    if child.returncode:
        raise RuntimeError(f"the bare client ended with status {child.returncode}")
    return Done(**json.loads(output))


async def _work(job: Job) -> Done:
    ended = 0
    server = await asyncio.start_server(lambda r, w: _play(job.sound, r, w), "127.0.0.1", job.agi_port)
    access = AmiAccess(host=job.host, port=job.ami_port, user=job.user, secret=job.secret)
    session = await AmiSession.open(access)

    async def count() -> None:
        nonlocal ended
        while True:
            await session.receive(lambda message: message.get("Event") == "Hangup", timeout=86_400)
            ended += 1

    counting = asyncio.create_task(count())
    loop, gap, start = asyncio.get_running_loop(), 1 / job.calls_per_second, time.monotonic() + 0.2
    for position in range(round(job.seconds * job.calls_per_second)):
        number = f"{job.prefix}{position:06d}"
        await asyncio.sleep(max(0.0, start + position * gap - loop.time()))
        session.send("Originate", **order(number, "bare"))
    await asyncio.sleep(LINGER_S)
    counting.cancel()
    await session.close()
    server.close()
    used = getrusage(RUSAGE_SELF)
    return Done(ended=ended, cpu_s=used.ru_utime + used.ru_stime)


async def _play(sound: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        await reader.readuntil(b"\n\n")
        for command in (f'STREAM FILE {sound} ""', "SET VARIABLE EVENDIAL_DONE 1", "HANGUP"):
            writer.write(f"{command}\n".encode())
            await reader.readuntil(b"\n")
    except (OSError, EOFError, asyncio.CancelledError):
        pass  # the call, or all of this, is over
    finally:
        writer.close()


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(_work(Job(**json.loads(os.environ[_TOLD])))))))
