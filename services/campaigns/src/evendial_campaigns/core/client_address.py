"""Where a request comes from, when proxies stand in between."""

import ipaddress
from collections.abc import Sequence

IPV6_SITE_BITS = 64
"""What one subscriber has at least of IPv6 (RFC 6177), so one address says nothing."""


def client_address(peer: str, forwarded_for: Sequence[str], trusted_proxies: int) -> str:
    """The address that the outermost of so many trusted proxies saw.

    `forwarded_for` are the X-Forwarded-For lines as they came; anything that a trusted proxy cannot have
    written is passed over. Without proxies, or when the lines do not fit, it is the peer's.
    """
    hops = [hop.strip() for line in forwarded_for for hop in line.split(",")]
    if not 0 < trusted_proxies <= len(hops):
        return peer
    parsed = _parsed(hops[-trusted_proxies])
    return str(parsed) if parsed else peer


def is_loopback(address: str) -> bool:
    """Whether it is this machine."""
    parsed = _parsed(address)
    return parsed is not None and parsed.is_loopback


def is_loopback_host(host: str) -> bool:
    """Whether a Host header (with or without a port) names this machine."""
    name = host.rsplit(":", 1)[0] if host.count(":") == 1 or (host.startswith("[") and "]:" in host) else host
    return name.lower() == "localhost" or is_loopback(name.strip("[]"))


def site_of(address: str) -> str:
    """What is counted as one client."""
    parsed = _parsed(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, IPV6_SITE_BITS), strict=False))
    return address


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    mapped = getattr(parsed, "ipv4_mapped", None)
    return mapped or parsed
