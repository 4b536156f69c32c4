"""What the page of figures shows: the tables, each with its chart, and the choice of a period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.contacts import OUTCOMES
from assistant.desk.figure_sheets import TOP, Cell, Column, Names, Sheet, field_name, sector_name, share, sheets_of
from assistant.desk.periods import months_until, quarters_until
from assistant.desk.published import YEARS
from assistant.figure_records import CONTACTS_A_DAY, Bucket, MarkRow, MixLine, Period, Report
from assistant.figures_wording import CHARTS, COLUMNS, OUTCOME_NAMES, WORDS
from assistant.web.figure_charts import Chart, Plot, Series, columns, facts_of, rows

_MONTHS, _QUARTERS, _ROWS = 24, 8, 12


@dataclass(frozen=True, slots=True)
class Section:
    """One table with its charts; `more` lines of it are only in the files."""

    sheet: Sheet
    charts: tuple[Chart, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Choices:
    """The periods that can be picked from."""

    months: tuple[Period, ...]
    quarters: tuple[Period, ...]


def sections_of(report: Report, names: Names) -> tuple[Section, ...]:
    """Return what the page shows below its summary."""
    drawn = {
        "days": (_contacts(report), _outcomes(report)),
        "fields": (_mix("fields", [line for line in report.fields if not line.is_sum]),),
        "sectors": (_mix("sectors", [line for line in report.sectors if not line.is_sum]),),
        "deadlines_week": (_weeks(report),),
        "hours": (_hours(report),),
        "items": (_ranked("items", [(names.item(row.value), row) for row in report.items]),),
        "countries": (_ranked("countries", [(names.country(row.value), row) for row in report.countries]),),
    }
    found = []
    for sheet in sheets_of(report, names)[1:]:
        shown = Sheet(sheet.id, sheet.title, sheet.columns, sheet.rows[: _shown(sheet)])
        charts = drawn.get(sheet.id, ()) if sheet.rows else ()
        found.append(Section(shown, charts, len(sheet.rows) - len(shown.rows)))
    return tuple(found)


def _shown(sheet: Sheet) -> int:
    return TOP if sheet.id in ("items", "countries", "articles", "unused", "deadlines_consultant") else len(sheet.rows)


def choices(today: date) -> Choices:
    """Return the months and quarters to pick from, the newest first."""
    return Choices(tuple(months_until(today, _MONTHS)), tuple(quarters_until(today, _QUARTERS)))


def told(cell: Cell, column: Column) -> str:
    """Return a cell as the page shows it."""
    if cell is None:
        return WORDS["none"]
    if isinstance(cell, str):
        return cell
    forms = {"share": "{:.1%}", "percent": "{}%", "number": "{:,.1f}"}
    return forms.get(column.kind, "{:,}").format(cell)


def _contacts(report: Report) -> Chart:
    labels = _short_names(report.buckets, report.grain)
    values = tuple(one.average for one in report.buckets)
    facts = facts_of([one.name for one in report.buckets], values)
    name = COLUMNS["contacts"] if report.grain == "day" else COLUMNS["average"]
    text = CHARTS["contacts"].format(facts=facts)
    return columns(Plot(labels, (Series(name, values),), text, line=CONTACTS_A_DAY))


def _outcomes(report: Report) -> Chart:
    labels = _short_names(report.buckets, report.grain)
    sums = {outcome: [getattr(one.sums, outcome) for one in report.buckets] for outcome in OUTCOMES}
    series = tuple(Series(OUTCOME_NAMES[outcome], tuple(counts)) for outcome, counts in sums.items())
    whole = {outcome: sum(counts) for outcome, counts in sums.items()}
    facts = facts_of([OUTCOME_NAMES[outcome] for outcome in OUTCOMES], [whole[one] for one in OUTCOMES], most=4)
    return columns(Plot(labels, series, CHARTS["outcomes"].format(facts=facts), is_stacked=True))


def _short_names(buckets: Sequence[Bucket], grain: str) -> tuple[str, ...]:
    if grain == "month":
        return tuple(CHARTS["short_month"].format(year=one.first.year, month=one.first.month) for one in buckets)
    return tuple(CHARTS["short_day"].format(month=one.first.month, day=one.first.day) for one in buckets)


def _mix(name: str, lines: Sequence[MixLine]) -> Chart:
    labels = tuple(field_name(line.key) if name == "fields" else sector_name(line.key) for line in lines)
    ours = tuple(line.share for line in lines)
    series = [Series(WORDS["ours"], ours)]
    for year in YEARS:
        published = tuple(line.published[year] / 100 if year in line.published else None for line in lines)
        series.append(Series(WORDS["published"].format(year=year), published))
    text = CHARTS[name].format(facts=facts_of(labels, ours, is_share=True))
    return rows(Plot(labels, tuple(series), text, is_share=True))


def _weeks(report: Report) -> Chart:
    days = [date.fromisoformat(line.key) for line in report.weeks]
    labels = tuple(CHARTS["short_day"].format(month=day.month, day=day.day) for day in days)
    first = tuple(share(line.first_met, line.first_all) for line in report.weeks)
    solved = tuple(share(line.solved_met, line.solved_all) for line in report.weeks)
    text = CHARTS["weeks"].format(facts=facts_of(labels, solved, is_share=True))
    series = Series(CHARTS["first"], first), Series(CHARTS["solved"], solved)
    return columns(Plot(labels, series, text, is_share=True))


def _hours(report: Report) -> Chart:
    labels = tuple(WORDS["hour"].format(hour=hour) for hour in range(24))
    values = tuple(float(count) for count in report.hours)
    return columns(
        Plot(labels, (Series(COLUMNS["contacts"], values),), CHARTS["hours"].format(facts=facts_of(labels, values)))
    )


def _ranked(name: str, named: Sequence[tuple[str, MarkRow]]) -> Chart:
    labels = tuple(label for label, _ in named[:_ROWS])
    values = tuple(float(row.contacts) for _, row in named[:_ROWS])
    return rows(
        Plot(labels, (Series(COLUMNS["contacts"], values),), CHARTS[name].format(facts=facts_of(labels, values)))
    )
