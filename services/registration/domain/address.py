"""What counts as one address: a home or school behind one router."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address

IPV6_HOME = 64
"""Bits of an IPv6 address that a household or school gets; the rest it may choose at will."""


def network(address: str) -> str:
    """The address that limits go by; what is no address stands for itself."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:60]
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or IPv6Network((parsed, IPV6_HOME), strict=False))
    return str(parsed)
