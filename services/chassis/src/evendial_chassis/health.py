"""`/livez`, `/readyz` and `/metrics` on a port of their own."""

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus

from evendial_chassis import metrics
from evendial_chassis.run import Stop

Part = Callable[[], str | None]
"""Says what is wrong with a part of the service, or None when it is well."""

REQUEST_TIMEOUT_S = 5.0
REQUEST_LINES = 100


def troubles(parts: Mapping[str, Part]) -> dict[str, str]:
    """What is wrong, by part; nothing while the service is ready."""
    return {name: reason for name, part in parts.items() if (reason := part()) is not None}


async def serve_health(port: int, parts: Mapping[str, Part], stop: Stop, host: str = "127.0.0.1") -> None:
    """Answers until told to stop. Ready means that no part has anything wrong."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, TimeoutError, ValueError):
            async with asyncio.timeout(REQUEST_TIMEOUT_S):
                writer.write(_respond(await _path(reader), parts))
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, host, port)
    async with server:
        await stop.wait()


async def _path(reader: asyncio.StreamReader) -> str:
    first = (await reader.readline()).decode("latin-1").split()
    for _ in range(REQUEST_LINES):
        if not (await reader.readline()).strip():
            break
    return first[1] if len(first) == 3 and first[0] == "GET" else ""


def _respond(path: str, parts: Mapping[str, Part]) -> bytes:
    match path:
        case "/livez":
            return _response(HTTPStatus.OK, b"alive\n")
        case "/readyz":
            wrong = troubles(parts)
            status = HTTPStatus.SERVICE_UNAVAILABLE if wrong else HTTPStatus.OK
            body = json.dumps({"ready": not wrong, "waiting_for": wrong}).encode() + b"\n"
            return _response(status, body, "application/json")
        case "/metrics":
            return _response(HTTPStatus.OK, metrics.exposition(), metrics.CONTENT_TYPE)
        case _:
            return _response(HTTPStatus.NOT_FOUND, b"try /livez, /readyz or /metrics\n")


def _response(status: HTTPStatus, body: bytes, kind: str = "text/plain; charset=utf-8") -> bytes:
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
