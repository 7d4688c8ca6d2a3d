"""Bodies that are no JSON: how they are described, and how they are read as they come."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from litestar import Request
from litestar.exceptions import HTTPException, InternalServerException
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema

from evendial_campaigns.core.rejected import Rejected

PATIENCE_S = 30.0
"""A sender who sends nothing for so long is given up."""


class SenderLeft(HTTPException):
    """The connection ended before the body did; nobody reads the answer."""

    status_code = 400


async def pieces(request: Request[Any, Any, Any]) -> AsyncIterator[bytes]:
    """The body piece by piece. Raises `SenderLeft`, and `Rejected` when the sender stalls."""
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout(PATIENCE_S):
                piece = await anext(stream, None)
        except TimeoutError:
            detail = f"Nothing came for {PATIENCE_S:g} s; nothing was kept."
            raise Rejected("too_slow", detail) from None
        except InternalServerException:
            raise SenderLeft("The connection ended before the body did.") from None
        if piece is None:
            return
        yield piece


@dataclass
class ListBody(Operation):
    """Documents the body of a list of numbers."""

    def __post_init__(self) -> None:
        """Litestar sees no body where the handler reads the stream itself."""
        self.request_body = _body("text/plain", "text/csv")


@dataclass
class SoundBody(Operation):
    """Documents the body of a sound file."""

    def __post_init__(self) -> None:
        """Litestar sees no body where the handler reads the stream itself."""
        self.request_body = _body("audio/*", "application/octet-stream")


def _body(*media_types: str) -> RequestBody:
    media_type = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING))
    return RequestBody(content=dict.fromkeys(media_types, media_type), required=True)
