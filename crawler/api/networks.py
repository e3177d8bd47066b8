"""Pure: which network an address is in, and whether a file may be fetched from there.

A text of a project can name any address, and whoever follows it does so from inside the network
that the crawler runs in. So other hosts are asked only if they are public, or in the same kind of
network as the server itself: a server on loopback or in a company may well have its storage there.
"""

from collections.abc import Iterable
from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from socket import inet_aton
from typing import Final

__all__ = ("Network", "literal", "network_of", "networks_of")

Ip = IPv4Address | IPv6Address

_SHARED: Final = IPv4Network("100.64.0.0/10")
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")
_IPV4_BITS: Final = 0xFFFF_FFFF


class Network(Enum):
    """Kinds of networks, as far as they matter here."""

    PUBLIC = "public"
    LOOPBACK = "loopback"
    PRIVATE = "private"
    LINK_LOCAL = "link-local"
    OTHER = "reserved"


def network_of(address: Ip) -> Network:
    """The network that a packet to this address ends in."""
    address = _innermost(address)
    if address.is_loopback:
        return Network.LOOPBACK
    if address.is_link_local:
        return Network.LINK_LOCAL
    if isinstance(address, IPv6Address) and address.is_site_local:
        return Network.PRIVATE
    # Reserved in IPv6 is all that is not routed, which includes further ways to wrap IPv4.
    wrapped = isinstance(address, IPv6Address) and address.is_reserved
    if address.is_unspecified or address.is_multicast or wrapped:
        return Network.OTHER
    if address.is_global:
        return Network.PUBLIC
    shared = isinstance(address, IPv4Address) and address in _SHARED
    return Network.PRIVATE if address.is_private or shared else Network.OTHER


def _innermost(address: Ip) -> Ip:
    """The IPv4 address that an IPv6 one stands for, if it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _TRANSLATED:
        return IPv4Address(int(address) & _IPV4_BITS)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)


def networks_of(addresses: Iterable[str]) -> frozenset[Network]:
    """The networks of addresses as the system gives them, perhaps with a zone (`fe80::1%eth0`)."""
    return frozenset(network_of(ip_address(each)) for each in addresses)


def literal(host: str) -> Ip | None:
    """The IP address that a host is written as; `None` if it is a name."""
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        pass
    try:
        # Forms such as 127.1 and 0x7f.1, which an operating system takes for addresses.
        return IPv4Address(inet_aton(host))
    except (OSError, ValueError):
        return None
