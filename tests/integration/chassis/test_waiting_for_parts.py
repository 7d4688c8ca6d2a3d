"""Services start in any order: each waits for its parts with one clear line."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from evendial_chassis import health
from evendial_chassis.bus import connect
from evendial_chassis.database import open_pool
from evendial_chassis.run import Stop
from evendial_contracts.resources import IvrDefined

from deploy.local.nats import start_nats
from deploy.local.ports import Ports
from tests.waiting import until

pytestmark = pytest.mark.integration


def waiting_lines(caplog: pytest.LogCaptureFixture, part: str) -> int:
    return sum(1 for r in caplog.records if r.__dict__.get("part") == part and r.message == "waiting")


async def test_a_bus_is_waited_for_with_one_line(
    run_folder: Path, ports: Ports, caplog: pytest.LogCaptureFixture
) -> None:
    folder, port, monitor = run_folder / "late-nats", ports.one(), ports.one()
    server = await start_nats(folder, port=port, monitor_port=monitor)
    await server.stop()
    stop, connected = Stop(), asyncio.Event()

    async def service() -> None:
        async with connect(server.url, "early", stop) as bus:
            assert bus
            connected.set()
            await stop.wait()

    running = asyncio.create_task(service())
    await until(lambda: waiting_lines(caplog, "nats") == 1)
    server = await start_nats(folder, port=port, monitor_port=monitor)
    await asyncio.wait_for(connected.wait(), 10)
    assert waiting_lines(caplog, "nats") == 1
    stop.request()
    await running
    await server.stop()


async def test_a_stop_ends_the_wait_for_a_bus(ports: Ports) -> None:
    stop = Stop()

    async def service() -> object:
        async with connect(f"nats://127.0.0.1:{ports.one()}", "early", stop) as bus:
            return bus

    running = asyncio.create_task(service())
    await stop.pause(0.1)
    stop.request()
    assert await asyncio.wait_for(running, 5) is None


async def test_a_database_is_waited_for_with_one_line_until_the_stop(
    ports: Ports, caplog: pytest.LogCaptureFixture
) -> None:
    stop = Stop()
    opening = asyncio.create_task(
        open_pool(f"postgresql://nobody@127.0.0.1:{ports.one()}/none", stop=stop, name="early")
    )
    await until(lambda: waiting_lines(caplog, "postgres") == 1)
    stop.request()
    assert await asyncio.wait_for(opening, 10) is None
    assert waiting_lines(caplog, "postgres") == 1


async def test_what_is_published_while_the_bus_is_away_arrives_when_it_is_back(
    run_folder: Path, ports: Ports
) -> None:
    folder, port, monitor, stop = run_folder / "blinking-nats", ports.one(), ports.one(), Stop()
    server = await start_nats(folder, port=port, monitor_port=monitor)
    async with connect(server.url, "patient", stop) as bus:
        assert bus
        await server.stop()
        ivr = IvrDefined(ivr_id=uuid4(), revision=1, name="menu", context="menu")
        publishing = asyncio.create_task(bus.publish(ivr))
        await until(lambda: bus.trouble() is not None)
        server = await start_nats(folder, port=port, monitor_port=monitor)
        await asyncio.wait_for(publishing, 20)
        stop.request()
    await server.stop()


async def test_health_says_what_is_missing(ports: Ports) -> None:
    stop, port, trouble = Stop(), ports.one(), ["no database"]
    serving = asyncio.create_task(
        health.serve_health(port, {"database": lambda: trouble[0] if trouble else None}, stop)
    )

    async def get(path: str) -> tuple[str, str]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
        writer.close()
        return head.splitlines()[0], body

    async def listening() -> bool:
        try:
            return (await get("/livez"))[0] == "HTTP/1.1 200 OK"
        except OSError:
            return False

    await until(listening)
    status, body = await get("/readyz")
    assert status.split()[1] == "503"
    assert json.loads(body)["waiting_for"] == {"database": "no database"}
    trouble.clear()
    assert (await get("/readyz"))[0].split()[1] == "200"
    assert "evendial_messages_received" in (await get("/metrics"))[1]
    assert (await get("/etc/passwd"))[0].split()[1] == "404"
    stop.request()
    await serving


SERVICE = """
import asyncio
from evendial_chassis.run import Stop, run

async def serve(stop: Stop) -> None:
    print("up", flush=True)
    await stop.wait()
    print("draining", flush=True)
    await asyncio.sleep({drain_s})

run("example", serve)
"""


async def started(drain_s: float) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        SERVICE.format(drain_s=drain_s),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONWARNINGS": "error"},
    )
    assert process.stdout and (await process.stdout.readline()).strip() == b"up"
    return process


async def test_the_first_signal_drains() -> None:
    process = await started(drain_s=0)
    process.send_signal(signal.SIGTERM)
    _, errors = await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 0
    actions = [json.loads(line)["action"] for line in errors.splitlines()]
    assert actions == ["draining", "stopped"]


async def test_the_second_signal_kills() -> None:
    process = await started(drain_s=60)
    process.send_signal(signal.SIGINT)
    assert process.stdout and (await process.stdout.readline()).strip() == b"draining"
    process.send_signal(signal.SIGTERM)
    await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == -signal.SIGTERM
