"""The figures as tables with names: what the page, the CSV and the Excel file show alike. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.account_wording import SECTOR_NAMES
from assistant.desk.periods import day_name
from assistant.desk.published import YEARS
from assistant.figure_records import CONTACTS_A_DAY, Bucket, MarkRow, MetLine, MixLine, Report
from assistant.figures_wording import COLUMNS, DEFINITIONS, FIELD_NAMES, SHEETS, SUMMARY, WORDS
from assistant.knowledge import KnowledgeBase

Kind = Literal["text", "count", "number", "share", "percent"]
"""Of a column. A share is in [0, 1]; a percent is a whole number of them, as it was published."""

Cell = str | int | float | None
TOP = 20
"""Lines of a table that the page shows; the files hold all of them."""


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    kind: Kind = "count"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. Every row has as many cells as there are columns; None is nothing known."""

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Names:
    """What the ids of a knowledge base are called; what it does not have any more keeps its id."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base

    def item(self, key: str) -> str:
        """Return an item's name."""
        return self._base.items[key].name if key in self._base.items else key

    def country(self, key: str) -> str:
        """Return a country's name."""
        return self._base.countries[key].name if key in self._base.countries else key

    def article(self, key: str) -> str:
        """Return an article's question, a scheme's name, or the product and the country of an item's card."""
        if key in self._base.articles:
            return self._base.articles[key].question
        if key in self._base.schemes:
            return self._base.schemes[key].name
        kind, _, rest = key.partition(":")
        if kind == "item":
            item, _, country = rest.partition(":")
            return WORDS["card"].format(item=self.item(item), country=self.country(country))
        return WORDS["gone"].format(id=key)


def field_name(key: str) -> str:
    """Return what a field is called."""
    return FIELD_NAMES.get(key, key)


def sector_name(key: str) -> str:
    """Return what a sector is called; of several, all of them."""
    return " + ".join(SECTOR_NAMES.get(one, WORDS["rest"] if one == "rest" else one) for one in key.split("+"))


def sheets_of(report: Report, names: Names) -> tuple[Sheet, ...]:
    """Return every table of a report, in the order in which the page shows them."""
    return (
        _summary(report),
        _days(report),
        _mix("fields", report.fields, field_name),
        _mix("sectors", report.sectors, sector_name),
        _met("deadlines_week", "week", report.weeks, _week_name),
        _met("deadlines_sector", "sector", report.sector_deadlines, sector_name),
        _met("deadlines_consultant", "consultant", report.consultants, str),
        _hours(report),
        _marks("items", "item", report.items, names.item),
        _marks("countries", "country", report.countries, names.country),
        _articles(report, names),
        _unused(report, names),
    )


def _sheet(name: str, columns: Sequence[tuple[str, Kind]], rows: Sequence[tuple[Cell, ...]]) -> Sheet:
    titled = tuple(Column(COLUMNS.get(title, title), kind) for title, kind in columns)
    return Sheet(name, SHEETS[name], titled, tuple(rows))


def share(count: int, whole: int) -> float | None:
    """Return a share; None of nothing."""
    return count / whole if whole else None


def _summary(report: Report) -> Sheet:
    sums = report.sums

    def counted(count: int, whole: int) -> str:
        found = share(count, whole)
        return WORDS["none"] if found is None else f"{count:,} ({WORDS['percent'].format(share=found)})"

    def mean(value: float | None) -> str:
        return WORDS["none"] if value is None else f"{value:,.1f}"

    values: Mapping[str, str] = {
        "period": report.period.name,
        "contacts": f"{sums.contacts:,}",
        "per_day": mean(report.per_day),
        "per_business_day": mean(report.per_business_day),
        "centre": f"{CONTACTS_A_DAY}",
        "answered": counted(sums.answered, sums.contacts),
        "was_asked_back": counted(sums.was_asked_back, sums.contacts),
        "handed_over": counted(sums.handed_over, sums.contacts),
        "out_of_scope": counted(sums.out_of_scope, sums.contacts),
        "down": counted(sums.down, sums.contacts),
        "settled": counted(sums.settled, sums.contacts),
        "again": counted(sums.again, sums.settled),
        "resolved": counted(sums.resolved, sums.settled),
        "first": counted(report.met.first_met, report.met.first_all),
        "solved": counted(report.met.solved_met, report.met.solved_all),
        "busiest": ", ".join(WORDS["hour"].format(hour=hour) for hour in report.busiest) or WORDS["none"],
    }
    rows = [(SUMMARY[name], value) for name, value in values.items()]
    return _sheet("summary", (("measure", "text"), ("value", "text")), rows)


def _days(report: Report) -> Sheet:
    names = ("answered", "asked_back", "out_of_scope", "handed_over", "was_asked_back", "down")
    later = ("settled", "again", "resolved")
    columns: list[tuple[str, Kind]] = [("bucket", "text"), ("contacts", "count"), ("business_days", "count")]
    columns += [("average", "number"), *((name, "count") for name in (*names, *later))]

    def row(one: Bucket) -> tuple[Cell, ...]:
        mean = one.average if report.grain != "day" or one.business_days else None
        counts = (getattr(one.sums, name) for name in (*names, *later))
        return (one.name, one.sums.contacts, one.business_days, mean, *counts)

    return _sheet("days", columns, [row(one) for one in report.buckets])


def _mix(name: str, lines: Sequence[MixLine], name_of: Callable[[str], str]) -> Sheet:
    columns: list[tuple[str, Kind]] = [(name.removesuffix("s"), "text"), ("contacts", "count"), ("share", "share")]
    columns += [(COLUMNS["published"].format(year=year), "percent") for year in YEARS]
    rows = [
        (name_of(line.key), line.contacts, line.share, *(line.published.get(year) for year in YEARS)) for line in lines
    ]
    return _sheet(name, columns, rows)


def _met(name: str, key: str, lines: Sequence[MetLine], name_of: Callable[[str], str]) -> Sheet:
    columns: list[tuple[str, Kind]] = [(key, "text"), ("tickets", "count")]
    for deadline in ("first", "solved"):
        columns += [(f"{deadline}_met", "count"), (f"{deadline}_all", "count"), (f"{deadline}_share", "share")]
    rows = [
        (
            name_of(line.key) or WORDS["no_consultant"],
            line.tickets,
            *(line.first_met, line.first_all, share(line.first_met, line.first_all)),
            *(line.solved_met, line.solved_all, share(line.solved_met, line.solved_all)),
        )
        for line in lines
    ]
    return _sheet(name, columns, rows)


def _week_name(monday: str) -> str:
    year, month, day = map(int, monday.split("-"))
    return WORDS["week"].format(day=WORDS["day"].format(year=year, month=month, day=day))


def _hours(report: Report) -> Sheet:
    """The contacts of each hour and weekday, with their sum."""
    counts = {(row.hour, row.weekday): row.contacts for row in report.facts.hours}
    columns: list[tuple[str, Kind]] = [("hour", "text"), ("contacts", "count")]
    columns += [(weekday, "count") for weekday in WORDS["weekdays"]]
    rows: list[tuple[Cell, ...]] = [
        (WORDS["hour"].format(hour=hour), report.hours[hour], *(counts.get((hour, day), 0) for day in range(7)))
        for hour in range(24)
    ]
    return _sheet("hours", columns, rows)


def _marks(name: str, key: str, marks: Sequence[MarkRow], name_of: Callable[[str], str]) -> Sheet:
    rows: list[tuple[Cell, ...]] = [(name_of(row.value), row.value, row.contacts) for row in marks]
    return _sheet(name, ((key, "text"), ("id", "text"), ("contacts", "count")), rows)


def _articles(report: Report, names: Names) -> Sheet:
    columns: list[tuple[str, Kind]] = [("article", "text"), ("id", "text")]
    columns += [("by_assistant", "count"), ("by_person", "count")]
    rows = [(names.article(one.id), one.id, one.by_assistant, one.by_person) for one in report.articles]
    return _sheet("articles", columns, rows)


def _unused(report: Report, names: Names) -> Sheet:
    rows = [(names.article(one), one) for one in report.unused]
    return _sheet("unused", (("article", "text"), ("id", "text")), rows)


def definitions() -> Sheet:
    """Return what the words of the tables mean, for the Excel file."""
    columns = (Column(COLUMNS["measure"], "text"), Column(COLUMNS["definition"], "text"))
    return Sheet("definitions", COLUMNS["definition"], columns, DEFINITIONS)


def counted_until(report: Report) -> str:
    """Return until which day the figures go; "" where the period is over."""
    last = report.facts.counted_at
    return day_name(last.date()) if last is not None else ""
