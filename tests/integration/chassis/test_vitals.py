"""A process tells how it is, on a real nats-server."""

import asyncio

import pytest
from evendial_chassis.bus import connect
from evendial_chassis.health import Part
from evendial_chassis.run import Stop
from evendial_chassis.vitals import Vitals
from evendial_contracts.requests import ServiceAlive
from evendial_contracts.subjects import SERVICE_HEARTBEAT

pytestmark = pytest.mark.integration


async def test_it_tells_what_it_waits_for_as_long_as_it_does(nats_url: str) -> None:
    parts: dict[str, Part] = {"database": lambda: "no answer", "nats": lambda: None}
    heard: asyncio.Queue[ServiceAlive] = asyncio.Queue()

    async def hear(alive: ServiceAlive) -> None:
        if alive.instance == "this one":
            heard.put_nowait(alive)

    async with connect(nats_url, "test", Stop()) as listener:
        assert listener
        await listener.listen(SERVICE_HEARTBEAT, ServiceAlive, hear)
        async with connect(nats_url, "test", Stop(), Vitals(parts, "this one")):
            first = await asyncio.wait_for(heard.get(), 10)
            parts.pop("database")
            second = await asyncio.wait_for(heard.get(), 10)
    assert (first.service, first.waiting_for) == ("test", {"database": "no answer"})
    assert second.waiting_for == {}
    assert second.started_at == first.started_at
