"""Wrong tries to log in: after five every further one has to wait, longer each time.

They are counted by login, whether there is such an account or not, and by address; a try is counted before it is
checked, so that many at once get no more than one after another.
"""

import hashlib
import ipaddress
from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from assistant.account_wording import ERRORS
from assistant.errors import RateLimitedError
from assistant.store.account_tables import LoginTryRow
from assistant.store.database import transaction, upsert
from assistant.store.tables import utc_now

FREE = 5
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
_FORGOTTEN = timedelta(days=1)


class Tries:
    """Counts tries; each method is one transaction."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._clock = clock

    def take(self, login: str, address: str) -> None:
        """Count a try as a wrong one, before it is checked.

        Raises:
            RateLimitedError: too many wrong ones; this one is neither counted nor to be checked (too_many_tries).
        """
        now = self._clock()
        with transaction(self._engine) as session:
            rows = [_held(session, key, now) for key in _keys(login, address)]
            left = max((row.until - now for row in rows if row.until and row.until > now), default=None)
            if left is None:
                for row in rows:
                    _count(row, now)
        if left is not None:
            seconds = ceil(left.total_seconds())
            told = ERRORS["too_many_tries"].format(seconds=seconds)
            raise RateLimitedError(told, code="too_many_tries", retry_after=seconds)

    def give_back(self, login: str, address: str) -> None:
        """Take back the count of one try that was right, while the login is not complete."""
        self._lower(login, address, 1)

    def clear(self, login: str, address: str) -> None:
        """Forget the wrong tries of a login that is complete; what it added to the address goes with them."""
        self._lower(login, address, None)

    def unlock(self, login: str) -> None:
        """Forget the wrong tries of a login."""
        with transaction(self._engine) as session:
            session.execute(delete(LoginTryRow).where(LoginTryRow.key == _key("login", login)))

    def prune(self) -> None:
        """Delete what is forgotten anyway."""
        with transaction(self._engine) as session:
            session.execute(delete(LoginTryRow).where(LoginTryRow.last_at < self._clock() - _FORGOTTEN))

    def _lower(self, login: str, address: str, by: int | None) -> None:
        now = self._clock()
        with transaction(self._engine) as session:
            of_login, of_address = (_held(session, key, now) for key in _keys(login, address))
            by = of_login.count if by is None else by
            for row in (of_login, of_address):
                # The wait was over, or the try would not have been let through; the next step must not wait again.
                row.count, row.until = max(0, row.count - by), None


def _keys(login: str, address: str) -> tuple[str, str]:
    """Return the keys of a login and an address, always in this order, so that two never wait for one another."""
    return _key("login", login), _key("address", _network(address))


def _key(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind} {value}".encode("utf-8", "replace")).hexdigest()


def _network(address: str) -> str:
    """Return what counts as one address: of IPv6 the 64 bits that one customer gets whole."""
    try:
        given = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network(f"{given}/64", strict=False)) if given.version == 6 else str(given)


def _held(session: Session, key: str, now: datetime) -> LoginTryRow:
    adding = upsert(session)(LoginTryRow).values(key=key, count=0, last_at=now)
    session.execute(adding.on_conflict_do_nothing(index_elements=["key"]))
    row = session.scalars(select(LoginTryRow).where(LoginTryRow.key == key).with_for_update()).one()
    if row.last_at < now - _FORGOTTEN:
        row.count, row.until = 0, None
    return row


def _count(row: LoginTryRow, now: datetime) -> None:
    row.count, row.last_at = row.count + 1, now
    if row.count >= FREE:
        row.until = now + min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(row.count - FREE, 20))
