"""HEAD and OPTIONS for every route (RFC 9110 §9.3.2, §9.3.7), and an Allow that names all its methods."""

from http import HTTPStatus
from typing import Any

from litestar import Litestar
from litestar.types import Receive, Scope, Send

NO_METHOD = "*"
"""One that no route has: what a route says to it names those that it has."""


class EveryMethod:
    """The application, which by itself knows the methods of its handlers only."""

    def __init__(self, application: Litestar) -> None:
        self.application = application

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """HEAD is GET without the body; OPTIONS is the Allow that any other method would be refused with."""
        method = scope.get("method")
        answer = _Answer(send, method)
        asked: Scope = scope
        if method == "HEAD":
            asked = {**scope, "method": "GET"}  # type: ignore[assignment]
        elif method == "OPTIONS":
            asked = {**scope, "method": NO_METHOD}  # type: ignore[assignment]
        await self.application(asked, receive, answer.send)


class _Answer:
    """Passes on what is sent, made fit for the method that was really asked."""

    def __init__(self, send: Send, method: str | None) -> None:
        self._send = send
        self._bodiless = method in ("HEAD", "OPTIONS")
        self._options = method == "OPTIONS"

    async def send(self, message: Any) -> None:
        """Where no body belongs the answer ends with its head, which also ends what would stream on."""
        if message["type"] != "http.response.start":
            if not self._bodiless:
                await self._send(message)
            return
        await self._send(self._begun(message))
        if self._bodiless:
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    def _begun(self, message: Any) -> Any:
        headers = [(name.lower(), value) for name, value in message["headers"]]
        allowed = next((value for name, value in headers if name == b"allow"), None)
        if allowed is None:
            return message
        dropped = (b"allow", b"content-length", b"content-type") if self._options else (b"allow",)
        rest = [each for each in headers if each[0] not in dropped]
        status = HTTPStatus.NO_CONTENT if self._options else message["status"]
        return message | {"status": status, "headers": [*rest, (b"allow", _all_of(allowed))]}


def _all_of(allowed: bytes) -> bytes:
    methods = {each.strip() for each in allowed.split(b",")} | {b"OPTIONS"}
    if b"GET" in methods:
        methods.add(b"HEAD")
    return b", ".join(sorted(methods))
