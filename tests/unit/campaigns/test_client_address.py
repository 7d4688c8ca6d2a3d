"""Where a request comes from."""

import pytest
from evendial_campaigns.core.client_address import client_address, is_loopback, is_loopback_host, site_of

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("lines", "trusted", "address"),
    [
        (["1.1.1.1"], 0, "10.0.0.1"),
        ([], 1, "10.0.0.1"),
        (["1.1.1.1"], 1, "1.1.1.1"),
        (["6.6.6.6, 1.1.1.1"], 1, "1.1.1.1"),
        (["6.6.6.6", "1.1.1.1"], 1, "1.1.1.1"),
        (["6.6.6.6, 1.1.1.1, 10.0.0.2"], 2, "1.1.1.1"),
        (["1.1.1.1"], 2, "10.0.0.1"),
        (["nonsense"], 1, "10.0.0.1"),
        (["1.1.1.1, "], 1, "10.0.0.1"),
        (["::ffff:1.1.1.1"], 1, "1.1.1.1"),
        (["2001:DB8::1"], 1, "2001:db8::1"),
    ],
)
def test_only_what_a_trusted_proxy_wrote_is_believed(lines: list[str], trusted: int, address: str) -> None:
    assert client_address("10.0.0.1", lines, trusted) == address


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_loopback(address: str) -> None:
    assert is_loopback(address)


@pytest.mark.parametrize("address", ["", "10.0.0.1", "128.0.0.1", "::2", "localhost", "127.0.0.1.nip.io"])
def test_not_loopback(address: str) -> None:
    assert not is_loopback(address)


@pytest.mark.parametrize("host", ["localhost", "LocalHost:80", "127.0.0.1", "127.0.0.1:80", "[::1]:80"])
def test_hosts_that_are_this_machine(host: str) -> None:
    assert is_loopback_host(host)


@pytest.mark.parametrize("host", ["", "evil.example", "localhost.evil.example:80", "127.0.0.1.nip.io"])
def test_hosts_that_are_not(host: str) -> None:
    assert not is_loopback_host(host)


def test_a_network_of_ipv6_counts_as_one_client() -> None:
    assert site_of("2001:db8::1") == site_of("2001:db8::ffff:1") != site_of("2001:db8:0:1::1")
    assert site_of("1.1.1.1") == "1.1.1.1" != site_of("1.1.1.2")
    assert site_of("") == ""
