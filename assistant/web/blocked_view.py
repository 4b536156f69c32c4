"""What the page of statistics shows: the counts by month, reason and category, as tables, charts and CSV."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.safety.watch.blocked import Count, Statistics
from assistant.safety.watch.words import BLOCKED_COLUMNS, BLOCKED_VERDICTS, BLOCKED_WORDS
from assistant.web.charts import Bar, columns, rows

_CATEGORIES = 10
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart in two widths, and the table that holds the same numbers.

    Attributes:
        wide, narrow: data URIs; a picture of its own is not bound by the page's policy on styles, and one request
            shows one state of the counts.
        text: what the chart shows, for those who do not see it.
    """

    bars: tuple[Bar, ...]
    wide: str
    narrow: str
    text: str


@dataclass(frozen=True, slots=True)
class MonthRow:
    name: str
    blocked: int
    held: int
    screened: int


@dataclass(frozen=True, slots=True)
class View:
    """All that the page shows of a mall's statistics."""

    blocked: int
    held: int
    screened: int
    made_up: int
    months: tuple[MonthRow, ...]
    by_month: Chart
    by_reason: Chart
    by_category: Chart

    @property
    def is_empty(self) -> bool:
        """Whether nothing was blocked or held."""
        return self.blocked + self.held == 0


def view_of(found: Statistics) -> View:
    """Return what the page shows of a mall's counts."""
    by_month = _summed(found.counts, lambda count: count.month)
    months = [Bar(month, *by_month.get(month, (0, 0))) for month in found.months]
    reasons = _ranked(
        _summed(found.counts, lambda count: BLOCKED_VERDICTS.get(count.cause.verdict, count.cause.verdict))
    )
    no_category = BLOCKED_WORDS["no_category"]
    categories = _ranked(_summed(found.counts, lambda count: count.cause.category or no_category))
    return View(
        blocked=sum(bar.blocked for bar in months),
        held=sum(bar.held for bar in months),
        screened=sum(found.screened.values()),
        made_up=sum(count.listings for count in found.counts if count.cause.is_demo),
        months=tuple(
            MonthRow(month_name(bar.label), bar.blocked, bar.held, found.screened.get(bar.label, 0)) for bar in months
        ),
        by_month=_chart(
            "chart_months", [Bar(_short(bar.label, found.months), bar.blocked, bar.held) for bar in months]
        ),
        by_reason=_chart("chart_reasons", reasons),
        by_category=_chart("chart_categories", _with_rest(categories)),
    )


def csv_of(found: Statistics) -> bytes:
    """Return the counts as CSV that a spreadsheet opens: with a byte order mark, and no text taken for a formula."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(BLOCKED_COLUMNS)
    for count in sorted(found.counts, key=lambda one: (one.month, one.cause.action, one.cause.verdict, -one.listings)):
        cause = count.cause
        verdict = BLOCKED_VERDICTS.get(cause.verdict, cause.verdict)
        source = BLOCKED_WORDS["demo" if cause.is_demo else "published"]
        texts = (count.month, BLOCKED_WORDS[cause.action], verdict, cause.rule, cause.category)
        writer.writerow([*map(_plain, texts), count.listings, source])
    return written.getvalue().encode("utf-8-sig")


def month_name(month: str) -> str:
    """Return a month as people read it: "2026년 9월"."""
    return BLOCKED_WORDS["month"].format(year=month[:4], month=int(month[5:]))


def _short(month: str, months: Sequence[str]) -> str:
    """Return a month as a bar is labelled: with its year where the chart holds several."""
    is_one_year = months[0][:4] == months[-1][:4]
    return BLOCKED_WORDS["short_month" if is_one_year else "year_month"].format(year=month[2:4], month=int(month[5:]))


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _summed(counts: Sequence[Count], label_of: Callable[[Count], str]) -> dict[str, tuple[int, int]]:
    """Return blocked and held listings by label."""
    found: dict[str, tuple[int, int]] = {}
    for count in counts:
        blocked, held = found.get(label_of(count), (0, 0))
        is_block = count.cause.action == "block"
        found[label_of(count)] = (blocked + count.listings * is_block, held + count.listings * (not is_block))
    return found


def _ranked(found: dict[str, tuple[int, int]]) -> list[Bar]:
    bars = [Bar(label, blocked, held) for label, (blocked, held) in found.items()]
    return sorted(bars, key=lambda bar: (-bar.blocked - bar.held, bar.label))


def _with_rest(bars: Sequence[Bar]) -> list[Bar]:
    """Keep the largest categories and sum up the others."""
    if len(bars) <= _CATEGORIES:
        return list(bars)
    rest = bars[_CATEGORIES - 1 :]
    other = Bar(BLOCKED_WORDS["other_categories"], sum(bar.blocked for bar in rest), sum(bar.held for bar in rest))
    return [*bars[: _CATEGORIES - 1], other]


def _chart(name: str, bars: Sequence[Bar]) -> Chart:
    draw = columns if name == "chart_months" else rows
    largest = sorted(bars, key=lambda bar: -bar.blocked - bar.held)[:3]
    facts = ", ".join(
        BLOCKED_WORDS["chart_fact"].format(label=bar.label, count=bar.blocked + bar.held) for bar in largest
    )
    text = BLOCKED_WORDS[name].format(facts=facts)
    return Chart(tuple(bars), draw(bars, is_narrow=False), draw(bars, is_narrow=True), text)
