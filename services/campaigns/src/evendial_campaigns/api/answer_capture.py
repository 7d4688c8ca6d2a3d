"""An answer taken off the wire, and put onto it."""

from typing import Any

import msgspec
from litestar.types import Message, Send

from evendial_campaigns.core.idempotency import Answer

NOT_KEPT = frozenset({"content-length", "date", "set-cookie"})


class Capture:
    """Takes what a handler sends."""

    def __init__(self) -> None:
        self._start: Any = None
        self._pieces: list[bytes] = []

    async def send(self, message: Message) -> None:
        """In place of the connection."""
        if message["type"] == "http.response.start":
            self._start = message
        elif message["type"] == "http.response.body":
            self._pieces.append(message.get("body", b""))

    def answer(self) -> Answer:
        """All of it."""
        headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in self._start["headers"]
        )
        return Answer(status=self._start["status"], headers=headers, body=b"".join(self._pieces))


def lasting(answer: Answer) -> Answer:
    """What of it is true of a repeat, too."""
    headers = tuple((name, value) for name, value in answer.headers if name.lower() not in NOT_KEPT)
    return msgspec.structs.replace(answer, headers=headers)


def replayed(answer: Answer) -> Answer:
    """The answer as a repeat gets it."""
    told = (("content-length", str(len(answer.body))), ("idempotency-replayed", "true"))
    return msgspec.structs.replace(answer, headers=(*answer.headers, *told))


async def play(answer: Answer, send: Send) -> None:
    """Sends it."""
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})
