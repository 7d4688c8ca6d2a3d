"""Files over the bus, against a real nats-server."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from uuid import uuid4

import pytest
from evendial_chassis.bus import connect
from evendial_chassis.objects import ObjectChanged, Objects
from evendial_chassis.run import Stop

pytestmark = pytest.mark.integration


@pytest.fixture
async def objects(nats_url: str) -> AsyncIterator[Objects]:
    async with connect(nats_url, "test", Stop()) as bus:
        assert bus
        yield Objects(bus, f"TEST_{uuid4().hex}")


async def test_an_object_comes_back_as_it_was_put(objects: Objects) -> None:
    sound = bytes(range(256)) * 4096
    await objects.put("owner/sound", sound)
    assert await objects.get("owner/sound") == sound


async def test_what_was_never_put_is_none(objects: Objects) -> None:
    assert await objects.get("owner/none") is None


async def test_changes_begin_with_what_is_there(objects: Objects) -> None:
    await objects.put("owner/a", b"12")
    seen = []
    async with aclosing(objects.changes(Stop(), for_s=10)) as changes:
        async for change in changes:
            seen.append(change)
            if len(seen) == 2:
                break
            await objects.put("owner/b", b"345")
    assert seen == [ObjectChanged("owner/a", 2, False), ObjectChanged("owner/b", 3, False)]


async def test_a_stop_ends_the_changes(objects: Objects) -> None:
    stop = Stop()
    stop.request()
    assert [change async for change in objects.changes(stop, for_s=10)] == []
