"""Which addresses an endpoint may have: on the public internet, and never inside our own network."""

import ipaddress
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

LONGEST = 500
_MOST_ADDRESSES = 4
# Addresses that carry another one within them, by which a private one could be reached through a gateway.
_WRAPPED = [
    ipaddress.ip_network(network)
    for network in ("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16")
]

_NOT_PUBLIC = "The address leads to a network that is not public. We send to public addresses alone."

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotAllowed(Exception):
    """An address that we do not send to; says why in a sentence for whoever set it up."""


class NotFound(Exception):
    """A name that leads nowhere at present."""


@dataclass(frozen=True)
class Target:
    """An endpoint's URL in the parts that a connection needs."""

    secure: bool
    host: str
    port: int
    path: str


def target_of(url: str) -> Target:
    """The parts of a URL that an endpoint may have; `NotAllowed` where it may not, by its form alone."""
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        raise NotAllowed("Enter an address of plain letters, without spaces, like https://cases.example.org/hub.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as fault:
        raise NotAllowed("Enter a whole address, like https://cases.example.org/hub.") from fault
    if parts.scheme not in ("https", "http") or not parts.hostname or port == 0:
        raise NotAllowed("Enter a whole address, like https://cases.example.org/hub.")
    if parts.scheme == "http" and not settings.WEBHOOKS_TO_LOOPBACK:
        raise NotAllowed("The address must begin with https: what we send is for your system alone.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise NotAllowed("Leave names, passwords and # out of the address: what we send is signed instead.")
    _refuse_named_inside(parts.hostname)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    secure = parts.scheme == "https"
    return Target(secure, parts.hostname, port or (443 if secure else 80), path)


def _refuse_named_inside(host: str) -> None:
    """What leads inside by its letters alone is refused while somebody types it, and not only when we send."""
    try:
        _refuse_inside(ipaddress.ip_address(host))
    except ValueError:
        if host.rstrip(".").endswith("localhost") and not settings.WEBHOOKS_TO_LOOPBACK:
            raise NotAllowed(_NOT_PUBLIC) from None


def addresses_of(target: Target, *, seconds: float) -> list[str]:
    """The IP addresses that the name has now, every one of them checked: who connects must connect to one of these,
    and not ask again, for the name may say something else by then."""
    found = list(dict.fromkeys(_resolve(target.host, target.port, seconds)))
    # One that leads inside makes the whole name suspicious: it is not for us to pick the harmless ones.
    for address in found:
        _refuse_inside(ipaddress.ip_address(address))
    return found[:_MOST_ADDRESSES]


def _resolve(host: str, port: int, seconds: float) -> list[str]:
    """In a thread: the system's resolver knows no time limit of ours."""
    asking = ThreadPoolExecutor(max_workers=1)
    try:
        rows = asking.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM).result(timeout=seconds)
    except TimeoutError as fault:
        raise NotFound("Finding the name of the address took too long.") from fault
    except (OSError, UnicodeError) as fault:
        raise NotFound("The name of the address could not be found.") from fault
    finally:
        asking.shutdown(wait=False)
    return [str(row[4][0]) for row in rows]


def _refuse_inside(address: IpAddress) -> None:
    if settings.WEBHOOKS_TO_LOOPBACK and address.is_loopback:
        return
    wrapped = any(address in network for network in _WRAPPED if network.version == address.version)
    site_local = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    kept_apart = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_link_local
    if wrapped or site_local or kept_apart or not address.is_global:
        raise NotAllowed(_NOT_PUBLIC)
