"""Windows of dates: which prefixes cover all records, how one is narrowed, and when it has to be asked for again."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

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


def is_due(prefix: str, done_at: datetime | None, now: datetime) -> bool:
    """Say whether a window has to be asked for (again).

    Args:
        done_at: when it was asked for last; None where it never was.
    """
    return done_at is None or now - done_at >= _every(prefix, now.astimezone(KST).date())


def _every(prefix: str, today: date) -> timedelta:
    first, last = prefix.ljust(DAY, "0"), prefix.ljust(DAY, "9")
    if first > f"{today + timedelta(days=1):%Y%m%d}":
        return _OLD_EVERY
    if last >= f"{today - timedelta(days=_RECENT_DAYS):%Y%m%d}":
        return _RECENT_EVERY
    return _YOUNG_EVERY if last >= f"{today - timedelta(days=_YOUNG_DAYS):%Y%m%d}" else _OLD_EVERY
