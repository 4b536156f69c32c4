"""Which addresses a webhook may be sent to: a mall names the URL, so it must not lead into our own network."""

import ipaddress
import socket
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import SplitResult, urlsplit

from assistant.errors import BadInputError
from assistant.safety.watch.tables import URL_MAX
from assistant.safety.watch.words import WATCH_ERRORS

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Sequence[str]]
"""From a host's name and port to its addresses; raises OSError where there are none."""

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host as the system finds them.

    Raises:
        OSError: it has none.
    """
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def parsed(url: str, *, allows_local: bool) -> SplitResult:
    """Take a URL apart and see that it is one that a webhook may have.

    Raises:
        BadInputError: it is no https URL with a host, holds a name and password or a fragment, or is too long.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadInputError(WATCH_ERRORS["webhook_url"]) from None
    is_clean = url.isascii() and url.isprintable() and " " not in url and "\\" not in url and len(url) <= URL_MAX
    has_extras = parts.username is not None or parts.password is not None or "#" in url
    if not is_clean or has_extras or not parts.hostname or port == 0:
        raise BadInputError(WATCH_ERRORS["webhook_url"])
    if parts.scheme != "https" and not (allows_local and parts.scheme == "http"):
        raise BadInputError(WATCH_ERRORS["webhook_url"])
    return parts


def port_of(parts: SplitResult) -> int:
    """Return the port that a URL leads to."""
    return parts.port or (443 if parts.scheme == "https" else 80)


def allowed_address(parts: SplitResult, find: Resolver, *, allows_local: bool) -> str:
    """Look a URL's host up and return the address to connect to; it has to be this one, for a name may change.

    Args:
        allows_local: for development: loopback addresses may be called too, and with http nothing else.

    Raises:
        BadInputError: one of its addresses is not a public one, or it has none.
    """
    try:
        found = [ipaddress.ip_address(one) for one in find(parts.hostname or "", port_of(parts))]
    except (OSError, ValueError):
        found = []
    if not found:
        raise BadInputError(WATCH_ERRORS["webhook_unknown"], code="webhook_address")
    is_local = allows_local and all(one.is_loopback for one in found)
    is_public = parts.scheme == "https" and all(map(_is_public, found))
    if not (is_local or is_public):
        raise BadInputError(WATCH_ERRORS["webhook_private"], code="webhook_address")
    return str(found[0])


def _is_public(address: Address) -> bool:
    return all(one.is_global and not one.is_multicast for one in _meanings(address))


def _meanings(address: Address) -> Iterator[Address]:
    """Yield an address and the IPv4 address that it may carry inside."""
    yield address
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            yield address.ipv4_mapped
        if address.sixtofour:
            yield address.sixtofour
        if address in _NAT64:
            yield ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
