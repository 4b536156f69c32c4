"""Working the figures out of what was counted: averages, shares beside the published ones, deadlines met. Pure."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import fields as fields_of
from datetime import date, timedelta

from assistant.desk import published
from assistant.desk.periods import day_name
from assistant.figure_records import (
    ArticleLine,
    Bucket,
    DayRow,
    DeadlineRow,
    Facts,
    MarkRow,
    MetLine,
    MixLine,
    Period,
    Report,
)
from assistant.figures_wording import WORDS
from assistant.records import FIELDS, SECTORS

BUSIEST = 3
DAYS_SHOWN, WEEKS_SHOWN = 45, 200
"""Periods of up to so many days are shown by day, or by week."""

_COUNTS = tuple(one.name for one in fields_of(DayRow) if one.name != "day")

IsBusinessDay = Callable[[date], bool]


def report_of(
    period: Period, facts: Facts, today: date, is_business: IsBusinessDay, articles: Collection[str]
) -> Report:
    """Work out every figure of a period.

    Args:
        today: days that have not come count for no average.
        is_business: whether consultants work on a day.
        articles: the ids of the knowledge base, to tell which were never used.
    """
    gone = period.until(today)
    sums = summed(period.first, facts.days)
    business = sum(map(is_business, gone.dates()))
    hours = hours_of(facts)
    used = _articles(facts.marks)
    return Report(
        period=period,
        facts=facts,
        sums=sums,
        business_days=business,
        per_day=part(sums.contacts, gone.days),
        per_business_day=average(facts.days, gone, is_business),
        grain=grain_of(gone),
        buckets=buckets_of(gone, facts.days, is_business),
        fields=_mix(Counter({key: 0 for key in FIELDS}), facts, "field"),
        sectors=_mix(Counter({key: 0 for key in SECTORS}), facts, "sector"),
        met=_met("", facts.deadlines),
        weeks=_met_by(facts.deadlines, lambda row: _monday(row.day).isoformat(), by_key=True),
        consultants=_met_by([row for row in facts.deadlines if row.consultant], lambda row: row.consultant),
        sector_deadlines=_met_by(facts.deadlines, lambda row: row.sector),
        hours=hours,
        busiest=busiest_of(hours),
        items=tuple(row for row in facts.marks if row.kind == "item"),
        countries=tuple(row for row in facts.marks if row.kind == "country"),
        articles=used,
        unused=tuple(sorted(set(articles) - {line.id for line in used})),
    )


def part(count: int, whole: int) -> float | None:
    """Return a share or an average; None of nothing."""
    return count / whole if whole else None


def summed(day: date, rows: Iterable[DayRow]) -> DayRow:
    """Return the sums of days' counts, under one day."""
    counts = dict.fromkeys(_COUNTS, 0)
    for row in rows:
        for name in _COUNTS:
            counts[name] += getattr(row, name)
    return DayRow(day, **counts)


# ---- contacts a day -------------------------------------------------------------------


def average(rows: Sequence[DayRow], period: Period, is_business: IsBusinessDay) -> float | None:
    """Return the contacts that came on business days, by the number of those, as the centre's calls were counted."""
    days = [day for day in period.dates() if is_business(day)]
    counted = {row.day: row.contacts for row in rows}
    return part(sum(counted.get(day, 0) for day in days), len(days))


def grain_of(period: Period) -> str:
    """Return by what a period is shown: day, week, month."""
    return "day" if period.days <= DAYS_SHOWN else "week" if period.days <= WEEKS_SHOWN else "month"


def buckets_of(period: Period, rows: Sequence[DayRow], is_business: IsBusinessDay) -> tuple[Bucket, ...]:
    """Cut a period into days, weeks or months; those without contacts are there too."""
    grain, days = grain_of(period), period.dates()
    starts: dict[date, list[date]] = {}
    for day in days:
        starts.setdefault(_start(day, grain), []).append(day)
    by_day = {row.day: row for row in rows}
    found = []
    for start, held in starts.items():
        theirs = [by_day[day] for day in held if day in by_day]
        span = Period(held[0], held[-1], "", "")
        sums, business = summed(start, theirs), sum(map(is_business, held))
        mean = float(sums.contacts) if grain == "day" else average(theirs, span, is_business)
        found.append(Bucket(_bucket_name(start, held, grain), held[0], held[-1], sums, business, mean))
    return tuple(found)


def _start(day: date, grain: str) -> date:
    return day if grain == "day" else _monday(day) if grain == "week" else day.replace(day=1)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _bucket_name(start: date, held: Sequence[date], grain: str) -> str:
    if grain == "month":
        return WORDS["month"].format(year=start.year, month=start.month)
    if grain == "week":
        return WORDS["week"].format(day=day_name(held[0]))
    return WORDS["weekday"].format(day=day_name(start), weekday=WORDS["weekdays"][start.weekday()])


# ---- the mix --------------------------------------------------------------------------


def _mix(counts: Counter[str], facts: Facts, kind: str) -> tuple[MixLine, ...]:
    """Return the shares of fields or sectors, each beside what was published."""
    for row in facts.mix:
        counts[getattr(row, kind) or "other"] += row.contacts
    whole = sum(counts.values())
    known = published.FIELDS if kind == "field" else published.SECTORS
    lines = []
    for key, count in counts.items():
        theirs = {year: shares[key] for year, shares in known.items() if key in shares}
        lines.append(MixLine(key, count, part(count, whole), theirs))
    if kind == "sector":
        both = sum(counts[key] for key in published.TOGETHER)
        lines.append(MixLine("+".join(published.TOGETHER), both, part(both, whole), published.TOGETHER_SHARE, True))
    return tuple(lines)


# ---- deadlines ------------------------------------------------------------------------


def _met(key: str, rows: Iterable[DeadlineRow]) -> MetLine:
    tickets = first_met = first_all = solved_met = solved_all = 0
    for row in rows:
        tickets += row.tickets
        first_met, first_all = first_met + row.first_met, first_all + row.first_met + row.first_missed
        solved_met, solved_all = solved_met + row.solved_met, solved_all + row.solved_met + row.solved_missed
    return MetLine(key, tickets, first_met, first_all, solved_met, solved_all)


def _met_by(
    rows: Iterable[DeadlineRow], key_of: Callable[[DeadlineRow], str], *, by_key: bool = False
) -> tuple[MetLine, ...]:
    """Return the deadlines met by a key: in its order, or those with most tickets first."""
    groups: dict[str, list[DeadlineRow]] = {}
    for row in rows:
        groups.setdefault(key_of(row), []).append(row)
    lines = [_met(key, theirs) for key, theirs in groups.items()]
    return tuple(sorted(lines, key=lambda line: line.key if by_key else (-line.tickets, line.key)))


# ---- hours and articles ---------------------------------------------------------------


def hours_of(facts: Facts) -> tuple[int, ...]:
    """Return the contacts of each of the 24 hours of the day, in Korea."""
    counts = Counter[int]()
    for row in facts.hours:
        counts[row.hour] += row.contacts
    return tuple(counts[hour] for hour in range(24))


def busiest_of(hours: Sequence[int]) -> tuple[int, ...]:
    """Return the busiest hours, the busiest first; of equal ones the earlier."""
    ranked = sorted(range(len(hours)), key=lambda hour: (-hours[hour], hour))
    return tuple(hour for hour in ranked[:BUSIEST] if hours[hour])


def _articles(marks: Iterable[MarkRow]) -> tuple[ArticleLine, ...]:
    used: dict[str, Mapping[str, int]] = {}
    for row in marks:
        if row.kind.startswith("article"):
            used[row.value] = {**used.get(row.value, {}), row.kind: row.contacts}
    lines = [
        ArticleLine(article, counts.get("article", 0), counts.get("article_by_person", 0))
        for article, counts in used.items()
    ]
    return tuple(sorted(lines, key=lambda line: (-line.by_assistant - line.by_person, line.id)))
