"""How browsers reach us: the address they know, the proxies in between, the cookie they may have."""

from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection

from evendial_campaigns.core.client_address import client_address, is_loopback, is_loopback_host

SECURE_COOKIE = "__Host-evendial"
LOOPBACK_COOKIE = "evendial"

Connection = ASGIConnection[Any, Any, Any, Any]


class Front:
    """What the settings PUBLIC_URL and TRUSTED_PROXIES say about a request."""

    def __init__(self, public_url: str | None, trusted_proxies: int) -> None:
        parts = urlsplit(public_url or "")
        self.is_https = parts.scheme == "https"
        self._origin = f"{parts.scheme}://{parts.netloc}".lower()
        self._trusted_proxies = trusted_proxies

    def address(self, connection: Connection) -> str:
        """Whom the request comes from."""
        peer = connection.client.host if connection.client else ""
        lines = connection.headers.getall("x-forwarded-for", [])
        return client_address(peer, lines, self._trusted_proxies)

    def cookie_name(self, connection: Connection) -> str | None:
        """What the session's cookie is called; None where one would be read by others on the way."""
        if self.is_https:
            return SECURE_COOKIE
        host = connection.headers.get("host", "")
        return LOOPBACK_COOKIE if is_loopback(self.address(connection)) and is_loopback_host(host) else None

    def is_own_origin(self, connection: Connection) -> bool:
        """Whether the page that asks, if it is one, is ours (RFC 6454)."""
        origin = connection.headers.get("origin")
        if origin is None:
            return True
        ours = self._origin if self.is_https else f"http://{connection.headers.get('host', '')}"
        return origin.lower() == ours.lower()
