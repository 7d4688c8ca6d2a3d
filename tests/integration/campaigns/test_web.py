"""The edges of the HTTP server."""

import asyncio
import socket

import pytest
from evendial_campaigns import web
from evendial_campaigns.api import raw_body

from tests.integration.campaigns.conftest import Running
from tests.integration.campaigns.test_import import begin, until_nothing_of

pytestmark = pytest.mark.integration


def test_asyncio_can_tell_that_the_listener_is_tcp() -> None:
    """Else it leaves Nagle's algorithm on, and every answer waits 40 ms for the client's acknowledgement."""
    with web._listener("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


async def test_a_port_that_is_taken_is_an_error(service: Running) -> None:
    with pytest.raises(OSError, match="in use"):
        web._listener("127.0.0.1", service.settings.http_port)


async def test_a_sender_who_stalls_is_given_up(service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign_id = await service.campaign()
    reader, writer = await begin(service, campaign_id, slices=0)
    monkeypatch.setattr(raw_body, "PATIENCE_S", 0.2)
    writer.write(b"4915100000001\n")
    answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
    assert b" 408 " in answer
    writer.close()
    await until_nothing_of(service, campaign_id)
