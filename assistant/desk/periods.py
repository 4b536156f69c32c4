"""The periods that figures are asked for: a month, a quarter, or from one day to another. Korean days. Pure."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from assistant.errors import BadInputError
from assistant.figure_records import Period
from assistant.figures_wording import ERRORS, WORDS

DAYS_MAX = 3 * 366
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(20\d\d)-q?([1-4])", re.IGNORECASE)
_DAY = re.compile(r"20\d\d-\d\d-\d\d")


def period_of(asked: Mapping[str, str], today: date) -> Period:
    """Return the period that is asked for by `month`, `quarter`, or `from` and `to`; by default this month.

    Raises:
        BadInputError: it cannot be read, lies wholly in the future, or is longer than DAYS_MAX.
    """
    period = _period(asked, today)
    if period.first > today:
        raise BadInputError(ERRORS["future"])
    if period.days > DAYS_MAX:
        raise BadInputError(ERRORS["too_long"])
    return period


def _period(asked: Mapping[str, str], today: date) -> Period:
    given = {name: asked.get(name, "").strip() for name in ("month", "quarter", "from", "to")}
    if given["from"] or given["to"]:
        return _span(given["from"] or given["to"], given["to"] or today.isoformat())
    if given["quarter"]:
        return quarter(given["quarter"])
    return month(given["month"] or today.strftime("%Y-%m"))


def month(text: str) -> Period:
    """Return a month, written "2026-11".

    Raises:
        BadInputError: it is no month.
    """
    found = _MONTH.fullmatch(text)
    if found is None:
        raise BadInputError(ERRORS["bad_month"])
    year, number = int(found[1]), int(found[2])
    name = WORDS["month"].format(year=year, month=number)
    return Period(date(year, number, 1), _last_of(year, number), name, f"month={text}")


def quarter(text: str) -> Period:
    """Return a quarter, written "2026-4".

    Raises:
        BadInputError: it is no quarter.
    """
    found = _QUARTER.fullmatch(text)
    if found is None:
        raise BadInputError(ERRORS["bad_quarter"])
    year, number = int(found[1]), int(found[2])
    name = WORDS["quarter"].format(year=year, quarter=number)
    return Period(date(year, 3 * number - 2, 1), _last_of(year, 3 * number), name, f"quarter={year}-{number}")


def month_before(period: Period) -> Period:
    """Return the month before the one that a period begins in."""
    return month((period.first - timedelta(days=1)).strftime("%Y-%m"))


def months_until(today: date, number: int) -> list[Period]:
    """Return so many months, this one first."""
    found = [month(today.strftime("%Y-%m"))]
    while len(found) < number:
        found.append(month_before(found[-1]))
    return found


def quarters_until(today: date, number: int) -> list[Period]:
    """Return so many quarters, this one first."""
    count = today.year * 4 + (today.month - 1) // 3
    return [quarter(f"{one // 4}-{one % 4 + 1}") for one in range(count, count - number, -1)]


def _span(first: str, last: str) -> Period:
    try:
        if not (_DAY.fullmatch(first) and _DAY.fullmatch(last)):
            raise ValueError
        days = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        raise BadInputError(ERRORS["bad_day"]) from None
    begin, end = min(days), max(days)
    name = day_name(begin) if begin == end else WORDS["span"].format(first=day_name(begin), last=day_name(end))
    return Period(begin, end, name, f"from={begin.isoformat()}&to={end.isoformat()}")


def day_name(day: date) -> str:
    """Return a day as people read it: "2026년 11월 2일"."""
    return WORDS["day"].format(year=day.year, month=day.month, day=day.day)


def _last_of(year: int, number: int) -> date:
    return date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)
