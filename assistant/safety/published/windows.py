"""Windows of dates and of numbers: which prefixes cover all records, how one is narrowed, and when it is due again."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from string import ascii_uppercase, digits

from sqlalchemy import Engine, text

from assistant.screening.numbers import bare_key
from assistant.store.database import reading
from assistant.wording import KST

DAY = 8
"""Letters of a window of one day, which cannot be narrowed."""

_MONTHS = tuple(f"{month:02}" for month in range(13))
_DAYS = tuple(f"{day:02}" for day in range(32))
"""With 00, which stands in dirty dates."""

# A run a day asks for what is new; states also change without a date of their own (기간만료), so older windows are
# asked for again too, the less often the older they are.
_RECENT_DAYS, _RECENT_EVERY = 60, timedelta(hours=12)
_YOUNG_DAYS, _YOUNG_EVERY = 6 * 366, timedelta(days=7)
_OLD_EVERY = timedelta(days=30)


def roots(today: date) -> Iterator[str]:
    """Yield the prefixes that together cover every date: one for the last century, then years, then what's ahead.

    This year and the last one come by months, so that a daily run does not ask for a whole year again.
    """
    yield "19"
    for year in range(2000, today.year - 1):
        yield str(year)
    for year in (today.year - 1, today.year):
        yield from children(str(year))
    for year in range(today.year + 1, today.year // 10 * 10 + 10):
        yield str(year)
    for decade in range(today.year // 10 + 1, 210):
        yield str(decade)


def children(prefix: str) -> list[str]:
    """Return the narrower windows of one; none for a day."""
    if len(prefix) < 4:
        return [f"{prefix}{digit}" for digit in range(10)]
    parts = {4: _MONTHS, 6: _DAYS}.get(len(prefix), ())
    return [f"{prefix}{part}" for part in parts]


class DateWindows:
    """Windows of a field that holds a date."""

    def __init__(self, first: Sequence[str]) -> None:
        self._first = first

    def roots(self) -> Sequence[str]:
        """Return the prefixes that together cover every date."""
        return self._first

    def children(self, prefix: str) -> Sequence[str]:
        """Return the narrower windows of one; none for a day."""
        return children(prefix)

    def is_due(self, prefix: str, done_at: datetime, now: datetime) -> bool:
        """Say whether a window that was asked for once has to be asked for again."""
        return now - done_at >= _every(prefix, now.astimezone(KST).date())


class NumberWindows:
    """Windows of the certificates' number.

    After a prefix may come any digit, in the first two places any letter, and what comes there in a number that is
    known: so a certificate without any date is found unless it has a letter where no other one like it has.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def roots(self) -> Sequence[str]:
        """Return the first letters."""
        return self.children("")

    def children(self, prefix: str) -> Sequence[str]:
        """Return the prefixes that are one letter longer; none where no known number goes on."""
        known = self._known(prefix)
        if prefix and not known:
            return []
        usual = (ascii_uppercase if len(prefix) < 2 else "") + (digits if prefix else "")
        return sorted(known | {prefix + letter for letter in usual})

    def is_due(self, _prefix: str, done_at: datetime, now: datetime) -> bool:
        """Say whether a window that was asked for once has to be asked for again."""
        return now - done_at >= _OLD_EVERY

    def _known(self, prefix: str) -> set[str]:
        # The bare key alone has an index; a prefix of the number is one of the key, but for letters at its end.
        low = bare_key(prefix)
        query = text(
            "SELECT DISTINCT substr(cert_num, 1, :longer) FROM certificates "
            "WHERE bare_key >= :low AND bare_key < :high "
            "AND substr(cert_num, 1, :length) = :prefix AND length(cert_num) > :length"
        )
        length = len(prefix)
        given = {"low": low, "high": low + "\U0010ffff", "prefix": prefix, "length": length, "longer": length + 1}
        with reading(self._engine) as session:
            return set(session.scalars(query, given))


def _every(prefix: str, today: date) -> timedelta:
    first, last = prefix.ljust(DAY, "0"), prefix.ljust(DAY, "9")
    if first > f"{today + timedelta(days=1):%Y%m%d}":
        return _OLD_EVERY
    if last >= f"{today - timedelta(days=_RECENT_DAYS):%Y%m%d}":
        return _RECENT_EVERY
    return _YOUNG_EVERY if last >= f"{today - timedelta(days=_YOUNG_DAYS):%Y%m%d}" else _OLD_EVERY
