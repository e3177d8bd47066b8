"""Which network an address is in, whatever disguise it wears."""

from ipaddress import ip_address

import pytest

from crawler.api.networks import Network, literal, network_of, networks_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("127.0.0.1", Network.LOOPBACK),
        ("127.255.0.9", Network.LOOPBACK),
        ("::1", Network.LOOPBACK),
        ("::ffff:127.0.0.1", Network.LOOPBACK),
        ("64:ff9b::7f00:1", Network.LOOPBACK),
        ("2002:7f00:1::", Network.LOOPBACK),
        ("169.254.169.254", Network.LINK_LOCAL),
        ("fe80::1", Network.LINK_LOCAL),
        ("::ffff:169.254.169.254", Network.LINK_LOCAL),
        ("10.1.2.3", Network.PRIVATE),
        ("172.16.0.1", Network.PRIVATE),
        ("192.168.1.1", Network.PRIVATE),
        ("100.64.0.1", Network.PRIVATE),
        ("fd00::1", Network.PRIVATE),
        ("::ffff:10.0.0.1", Network.PRIVATE),
        ("0.0.0.0", Network.OTHER),
        ("::", Network.OTHER),
        ("::127.0.0.1", Network.OTHER),
        ("::ffff:0:127.0.0.1", Network.OTHER),
        ("64:ff9b:1::7f00:1", Network.OTHER),
        ("fec0::1", Network.PRIVATE),
        ("224.0.0.1", Network.OTHER),
        ("8.8.8.8", Network.PUBLIC),
        ("2606:4700::1111", Network.PUBLIC),
    ],
)
def test_an_address_is_in_the_network_that_its_packets_end_in(
    address: str, network: Network
) -> None:
    """Also where IPv6 only wraps an IPv4 address."""
    assert network_of(ip_address(address)) is network


def test_zones_and_brackets_are_read() -> None:
    """As the system and addresses write them."""
    assert networks_of(["fe80::1%eth0", "8.8.8.8"]) == {Network.LINK_LOCAL, Network.PUBLIC}
    assert literal("[::1]") == ip_address("::1")
    assert literal("localhost") is None
