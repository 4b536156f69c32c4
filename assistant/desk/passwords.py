"""Passwords: hashing with Argon2id, what is too weak, and passwords that are given out once."""

import secrets
import threading
import unicodedata
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from assistant.account_wording import ERRORS
from assistant.errors import BadInputError

LEAST, MOST = 10, 200
_DIFFERENT = 5
_AT_ONCE = threading.Semaphore(2)
"""A hash takes 64 MiB; those of many who log in at once must not take the memory of the visitors' turns."""


class Passwords:
    """Hashes passwords and checks them. Parameters: the library's, which are RFC 9106's for 64 MiB."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    @cached_property
    def stand_in(self) -> str:
        """A hash of nobody's password, checked where there is no account; made before anybody logs in."""
        return self._hasher.hash(secrets.token_urlsafe(24))

    def hashed(self, password: str) -> str:
        """Return a password's hash, with its salt and parameters in it."""
        with _AT_ONCE:
            return self._hasher.hash(_normal(password))

    def is_right(self, hashed: str, password: str) -> bool:
        """Say whether a password is the one that was hashed; without a hash it takes as long and says no."""
        with _AT_ONCE:
            try:
                is_right = self._hasher.verify(hashed or self.stand_in, _normal(password)[:MOST])
            except (Argon2Error, InvalidHashError):
                return False
        return is_right and bool(hashed)

    def is_outdated(self, hashed: str) -> bool:
        """Say whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(hashed)


def refuse_weak(password: str, *known: str) -> None:
    """Refuse a password that is too short, too long, of too few letters, or holds what is known of the person.

    There are no rules on kinds of letters and no dates of expiry (NIST SP 800-63B, 3.1.1.2).

    Raises:
        BadInputError: weak_password.
    """
    normal = _normal(password)
    is_known = any(len(one) > 2 and one.casefold() in normal.casefold() for one in known)
    if not LEAST <= len(normal) <= MOST or len(set(normal)) < _DIFFERENT or is_known or "\0" in normal:
        raise BadInputError(ERRORS["weak_password"].format(least=LEAST, most=MOST), code="weak_password")


def new_password() -> str:
    """Return a password to be given out once: 100 bits, in groups that can be read over a telephone."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))


def _normal(password: str) -> str:
    """Return one form of a password, whichever keyboard composed its letters."""
    return unicodedata.normalize("NFKC", password.encode("utf-8", "replace").decode())
