"""The subscriber of docs/events.md, run as it stands there, against a real nats-server."""

import asyncio
import os
import re
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from evendial_chassis.bus import Bus, connect, sealed
from evendial_chassis.run import Stop
from evendial_contracts.calls import CallEnded
from evendial_contracts.dialing import NumberDialVoided

from tests.contracts.examples import EXAMPLES

pytestmark = pytest.mark.integration

PAGE = Path(__file__).parents[3] / "docs" / "events.md"


def documented_subscriber() -> str:
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert len(blocks) == 1
    return str(blocks[0])


async def said(bus: Bus) -> list[str]:
    """Publishes each example once, the two ends of a command twice; the lines the subscriber owes us."""
    for example in EXAMPLES:
        message = sealed(example, "test", id=uuid4())
        await bus.publish_sealed(message)
        if isinstance(example, CallEnded | NumberDialVoided):
            await bus.publish_sealed(message)
    ended = next(each for each in EXAMPLES if isinstance(each, CallEnded))
    voided = next(each for each in EXAMPLES if isinstance(each, NumberDialVoided))
    return [
        f"{voided.command_id} voided {voided.reason}",
        f"{ended.command_id} {ended.disposition} {ended.billed_s}",
    ]


async def test_the_documented_subscriber_hears_each_end_once(nats_url: str) -> None:
    async with connect(nats_url, "test", Stop()) as bus:
        assert bus
        await bus.jetstream.purge_stream("EVENDIAL_EVENTS")
        owed = await said(bus)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            documented_subscriber(),
            stdout=asyncio.subprocess.PIPE,
            env=os.environ | {"EVENDIAL_NATS_URL": nats_url},
        )
        assert process.stdout
        lines = [await asyncio.wait_for(process.stdout.readline(), 20) for _ in owed]
        process.kill()
        rest = await process.stdout.read()
        await process.wait()
        await bus.jetstream.delete_consumer("EVENDIAL_EVENTS", "billing")
    assert [line.decode().strip() for line in lines] == owed
    assert rest == b""
