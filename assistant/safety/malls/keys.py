"""The keys that malls call with: how one is made, recognised and held against the caller's address."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Literal

from assistant.errors import BadInputError
from assistant.product_safety import Mall
from assistant.safety_wording import MALL_ERRORS

KeyState = Literal["live", "revoked", "expired"]

_MARK = "oc_"
_ID_BYTES, _SECRET_BYTES = 6, 32
_LENGTH = len(_MARK) + 2 * _ID_BYTES + 1 + 2 * _SECRET_BYTES
_NETWORKS_MAX = 100
_COUNT_MAX = 2_000_000_000
"""PostgreSQL's integer ends a little above."""
DEFAULT_GRACE = timedelta(days=7)
"""How long the key before a rotation goes on working: time for a mall to bring the new one everywhere."""
RATE_MAX = 10_000
DAYS_MAX = 3_650


@dataclass(frozen=True, slots=True)
class Terms:
    """What a key may do. 0 is no limit; no allowed IP is any.

    Attributes:
        daily_quota: requests a day (in Korea).
        rate: requests a second.
        allowed_ips: addresses and networks (CIDR) that may call.
        lifetime: None for a key that does not expire.
    """

    daily_quota: int = 100_000
    rate: int = 20
    allowed_ips: tuple[str, ...] = ()
    lifetime: timedelta | None = None


@dataclass(frozen=True, slots=True)
class MallKey:
    """A key as lists show it: `id` is the part of it that is no secret."""

    id: str
    mall: Mall
    lineage: str
    daily_quota: int
    rate: int
    allowed_ips: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None
    replaced_by: str | None = None

    def state(self, now: datetime) -> KeyState:
        """Say whether the key opens anything at a moment."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and now >= self.expires_at else "live"


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key at the one moment that its secret is known."""

    key: MallKey
    secret: str = field(repr=False)


def make_secret() -> tuple[str, str]:
    """Make a key; return its id (which it begins with) and the whole of it."""
    key_id = _MARK + secrets.token_hex(_ID_BYTES)
    return key_id, f"{key_id}_{secrets.token_hex(_SECRET_BYTES)}"


def looks_like_key(given: str) -> bool:
    """Say whether a text has a key's length and mark; what has not is refused without asking the database."""
    return len(given) == _LENGTH and given.startswith(_MARK)


def hash_of(secret: str) -> str:
    """Return what is stored of a key, and what it is looked up by.

    SHA-256 without salt is right here: the secret is 32 random bytes, which nobody can try through, so that the slow
    hashes made for passwords (argon2, bcrypt) would add nothing but their tenth of a second to every request. Looking
    it up by the hash tells nothing through its time either: whoever guesses cannot steer the bytes of a hash.
    """
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def checked_terms(terms: Terms) -> Terms:
    """Return the terms, their networks in one spelling.

    Raises:
        BadInputError: a number is out of range, or an address is none; the sentence names it.
    """
    for what, value, most in (("daily_quota", terms.daily_quota, _COUNT_MAX), ("rate", terms.rate, RATE_MAX)):
        if not 0 <= value <= most:
            raise BadInputError(MALL_ERRORS[what].format(most=f"{most:,}"), code=what)
    if terms.lifetime is not None and not timedelta(0) < terms.lifetime <= timedelta(days=DAYS_MAX):
        raise BadInputError(MALL_ERRORS["days"].format(most=f"{DAYS_MAX:,}"), code="days")
    return Terms(terms.daily_quota, terms.rate, checked_networks(terms.allowed_ips), terms.lifetime)


def checked_networks(given: Sequence[str]) -> tuple[str, ...]:
    """Return addresses and networks as CIDR, each once.

    Raises:
        BadInputError: one cannot be read, has bits behind its mask (a slip that would open more than was meant), or
            there are over a hundred.
    """
    if len(given) > _NETWORKS_MAX:
        raise BadInputError(MALL_ERRORS["too_many_networks"].format(most=_NETWORKS_MAX), code="bad_network")
    found: dict[str, None] = {}
    for text in given:
        try:
            found[str(ip_network(text.strip()))] = None
        except ValueError:
            raise BadInputError(MALL_ERRORS["bad_network"].format(text=text[:50]), code="bad_network") from None
    return tuple(found)


def is_allowed(host: str, networks: Sequence[str]) -> bool:
    """Say whether a caller's address is in one of the networks; without networks every address is."""
    if not networks:
        return True
    try:
        address: IPv4Address | IPv6Address = ip_address(host)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped  # a server that listens on both hands IPv4 callers over so
    return any(address in ip_network(network) for network in networks)
