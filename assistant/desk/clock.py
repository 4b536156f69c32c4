"""Business time: when the desk is open, what is due when, and how much time has run. Pure.

Moments go in and come out in UTC; opening hours are Korean. An opening's last moment is not part of it any more.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from assistant.errors import SetupError
from assistant.wording import KST

FIRST_ANSWER = timedelta(hours=8)
SOON = timedelta(hours=2)
"""Of business time: until a first answer is due, and how long before a deadline one is warned."""

_DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)\s*-\s*([01]?\d|2[0-4]):([0-5]\d)")

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """When the desk is open.

    Attributes:
        opens, closes: since midnight in Korea; `closes` may be 24 hours.
        lunch: from and until, since midnight; None: no break.
        days: weekdays, Monday is 0.
        holidays: days on which it is closed, whatever weekday they are.

    Raises:
        SetupError: it would never be open.
    """

    opens: timedelta = timedelta(hours=9)
    closes: timedelta = timedelta(hours=18)
    lunch: tuple[timedelta, timedelta] | None = (timedelta(hours=12), timedelta(hours=13))
    days: frozenset[int] = frozenset(range(5))
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.days or not self._spans_of_a_day():
            raise SetupError("상담 시간이 비어 있어요. ONECALL_DESK_HOURS와 ONECALL_DESK_DAYS를 확인해 주세요")

    def is_open(self, moment: datetime) -> bool:
        """Say whether the desk is open at a moment."""
        return any(begin <= moment < end for begin, end in self._forward(moment, 1))

    def reopens_at(self, moment: datetime) -> datetime | None:
        """Return when the desk opens next; None while it is open."""
        return None if self.is_open(moment) else self.due(moment, timedelta())

    def due(self, start: datetime, hours: timedelta) -> datetime:
        """Return the moment by which so much business time has run since `start`.

        Without any time that is `start` where the desk is open, and the next opening where it is not.
        """
        left = hours
        for begin, end in self._forward(start):
            begin = max(begin, start)
            if begin < end and left <= end - begin:
                return begin + left
            left -= max(timedelta(), end - begin)
        raise SetupError("상담 시간이 비어 있어요.")  # the spans never end

    def before(self, end: datetime, hours: timedelta) -> datetime:
        """Return the latest moment since which so much business time has run by `end`."""
        left = hours
        for begin, closing in self._backward(end):
            closing = min(closing, end)
            if begin < closing and left <= closing - begin:
                return closing - left
            left -= max(timedelta(), closing - begin)
        raise SetupError("상담 시간이 비어 있어요.")  # the spans never end

    def elapsed(self, start: datetime, end: datetime, pauses: Iterable[Span] = ()) -> timedelta:
        """Return the business time between two moments, less that of the pauses, which may overlap."""
        run = timedelta()
        for begin, closing in _without(start, end, pauses):
            run += self._between(begin, closing)
        return run

    def promise(self, start: datetime, hours: timedelta) -> datetime:
        """Return when an answer is promised: after so much wall time, and not before the desk is open."""
        return self.due(start + hours, timedelta())

    def _between(self, start: datetime, end: datetime) -> timedelta:
        run = timedelta()
        for begin, closing in self._forward(start):
            if begin >= end:
                break
            run += max(timedelta(), min(closing, end) - max(begin, start))
        return run

    def _spans_of_a_day(self) -> list[tuple[timedelta, timedelta]]:
        if self.lunch is None:
            spans = [(self.opens, self.closes)]
        else:
            begins, ends = self.lunch
            spans = [(self.opens, min(self.closes, begins)), (max(self.opens, ends), self.closes)]
        return [(begin, end) for begin, end in spans if begin < end]

    def _spans(self, day: date) -> list[Span]:
        if day.weekday() not in self.days or day in self.holidays:
            return []
        midnight = datetime.combine(day, time(), KST)
        return [
            ((midnight + begin).astimezone(UTC), (midnight + end).astimezone(UTC))
            for begin, end in self._spans_of_a_day()
        ]

    def _forward(self, start: datetime, days: int | None = None) -> Iterator[Span]:
        """Return the openings from the day of `start` on; those of so many days, or without end."""
        day = start.astimezone(KST).date()
        while days is None or days > 0:
            yield from self._spans(day)
            day += timedelta(days=1)
            days = None if days is None else days - 1

    def _backward(self, end: datetime) -> Iterator[Span]:
        day = end.astimezone(KST).date()
        while True:
            yield from reversed(self._spans(day))
            day -= timedelta(days=1)


def hours_of(hours: str, lunch: str, days: str, holidays: frozenset[date], closed: str = "") -> BusinessHours:
    """Read opening hours as they are set.

    Args:
        hours: "09:00-18:00".
        lunch: the same, or "none".
        days: "mon-fri", "mon,wed,sat".
        closed: more days on which it is closed: "2026-12-31,2027-01-02".

    Raises:
        SetupError: one of them cannot be read; the sentence names the setting.
    """
    opens, closes = _span("HOURS", hours)
    break_ = None if lunch.strip().lower() == "none" else _span("LUNCH", lunch)
    return BusinessHours(opens, closes, break_, _days(days), holidays | _dates(closed))


def _span(name: str, text: str) -> tuple[timedelta, timedelta]:
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise SetupError(f"ONECALL_DESK_{name}에는 09:00-18:00처럼 적어 주세요: {text!r}")
    numbers = [int(number) for number in found.groups()]
    begin, end = (timedelta(hours=numbers[i], minutes=numbers[i + 1]) for i in (0, 2))
    if not begin < end <= timedelta(hours=24):
        raise SetupError(f"ONECALL_DESK_{name}의 앞 시각이 뒤 시각보다 빨라야 해요: {text!r}")
    return begin, end


def _days(text: str) -> frozenset[int]:
    found: set[int] = set()
    for part in text.lower().split(","):
        first, _, last = (name.strip() for name in part.partition("-"))
        if first not in _DAY_NAMES or (last or first) not in _DAY_NAMES:
            raise SetupError(f"ONECALL_DESK_DAYS에는 mon-fri나 mon,wed처럼 적어 주세요: {text!r}")
        begin, end = _DAY_NAMES.index(first), _DAY_NAMES.index(last or first)
        found.update(range(begin, end + 1) if begin <= end else [*range(begin, 7), *range(end + 1)])
    return frozenset(found)


def _dates(text: str) -> frozenset[date]:
    try:
        return frozenset(date.fromisoformat(one.strip()) for one in text.split(",") if one.strip())
    except ValueError:
        raise SetupError(f"ONECALL_DESK_CLOSED에는 2026-12-31처럼 날짜를 적어 주세요: {text!r}") from None


def _without(start: datetime, end: datetime, pauses: Iterable[Span]) -> Iterator[Span]:
    """Return what is left of a span of time when pauses are cut out of it."""
    for begins, ends in sorted(pauses):
        if begins > start:
            yield start, min(begins, end)
        start = max(start, ends)
        if start >= end:
            return
    yield start, end
