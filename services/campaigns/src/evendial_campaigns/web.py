"""The HTTP server, run inside our loop and stopped by our signals."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Generator

import uvicorn
from evendial_chassis.run import Stop
from litestar.types import ASGIApp

logger = logging.getLogger(__name__)

GRACE_S = 3
"""Requests in progress at a stop have so long to finish."""
BACKLOG = 1024
DEAF_MS = 60_000
"""A connection whose other end takes in nothing for so long is dropped, with all that waits to be sent."""


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Signals are the chassis'."""
        yield


async def serve_http(application: ASGIApp, host: str, port: int, stop: Stop) -> None:
    """Until told to stop and the requests in progress are answered; raises OSError if the port is taken."""
    config = uvicorn.Config(
        application,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        proxy_headers=False,  # front.py decides whom X-Forwarded-For is believed
        timeout_graceful_shutdown=GRACE_S,
    )
    server = _Server(config)
    with _listener(host, port) as listener:
        logger.info("serving", extra={"action": "serving", "host": host, "port": port})
        serving = asyncio.ensure_future(server.serve(sockets=[listener]))
        stopping = asyncio.ensure_future(stop.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        server.should_exit = True
        await serving


def _listener(host: str, port: int) -> socket.socket:
    """asyncio turns Nagle's algorithm off only where the protocol is named; with it an answer takes 40 ms."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAF_MS)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener
