"""Headers on every answer, that of an error included."""

from collections.abc import Awaitable, Callable

from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
)
FIXED = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}
NOT_KEPT = {"Cache-Control": "no-store"}


def security_headers(is_https: bool) -> Callable[[Message, Scope], Awaitable[None]]:
    """What Litestar calls before it sends. Data (below /v1) is not kept by caches unless a route says so."""
    always = FIXED | (HTTPS_ONLY if is_https else {})

    async def add(message: Message, scope: Scope) -> None:
        if message["type"] == "http.response.start":
            headers = MutableScopeHeaders.from_message(message)
            for name, value in (always | (NOT_KEPT if scope["path"].startswith("/v1") else {})).items():
                headers.setdefault(name, value)

    return add
