"""The charts of the figures, as SVG drawn by pygal: columns and rows of one or more series, in the page's colours."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.figures_wording import CHARTS, WORDS
from assistant.web.charts import as_uri, hangul_in, library, look, shortened

_NARROW, _WIDE, _MARGIN = 380, 860, 8
_COLORS = ("#0b5d7a", "#e3a52f", "#7d8f9a", "#b3372b")
_DARK = ("#74c3e1", "#e3a52f", "#93a5b0", "#e0695c")
"""Of the series, in this order; apart in lightness too. The page's legend has the same (figures.css)."""
_RULES = (
    """inline:
.axis .guide.line { stroke: #d9e1e6 !important; }
.axis .major.guide.line { stroke: #d9e1e6 !important; }
.axis text.major { fill: #566572 !important; }
@media (prefers-color-scheme: dark) {
  .axis text, .axis text.major { fill: #a3b3bd !important; }
  .axis .line, .axis .guide.line, .axis .major.guide.line { stroke: #3d4c55 !important; }
"""
    + "".join(
        f"  .color-{number} {{ fill: {color} !important; stroke: {color} !important; }}\n"
        for number, color in enumerate(_DARK)
    )
    + "}"
)
_LINE_RULES = """
.axis.y .major.guide.line { stroke: #a32a1f !important; stroke-width: 2 !important; }
.axis.y text.major { fill: #a32a1f !important; font-weight: bold; }
@media (prefers-color-scheme: dark) {
  .axis.y .major.guide.line { stroke: #ff9c90 !important; }
  .axis.y text.major { fill: #ff9c90 !important; }
}"""
"""The line that columns are held against is the one that pygal takes for a major one."""


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of a chart: its name and a value for each label. None is drawn as nothing."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart in two widths, as data URIs, with what it shows in words; `legend` names its series."""

    wide: str
    narrow: str
    text: str
    legend: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """What a chart draws. `line`: a value to hold the columns against; shares are drawn as percent."""

    labels: tuple[str, ...]
    series: tuple[Series, ...]
    text: str
    is_share: bool = False
    is_stacked: bool = False
    line: float | None = None


def columns(plot: Plot) -> Chart:
    """Draw upright bars."""
    return _both(plot, _columns)


def rows(plot: Plot) -> Chart:
    """Draw lying bars, the first on top."""
    return _both(plot, _rows)


def _both(plot: Plot, draw: Any) -> Chart:
    legend = tuple(one.name for one in plot.series) if len(plot.series) > 1 else ()
    return Chart(draw(plot, is_narrow=False), draw(plot, is_narrow=True), plot.text, legend)


def _columns(plot: Plot, *, is_narrow: bool) -> str:
    kind = library().StackedBar if plot.is_stacked else library().Bar
    # As many labels as have room.
    every = max(1, -(-len(plot.labels) // (6 if is_narrow else 12)))
    chart = kind(
        width=_NARROW if is_narrow else min(_WIDE, 120 + 64 * max(len(plot.labels), 4)),
        height=280 if is_narrow else 320,
        x_labels_major_every=every,
        show_minor_x_labels=False,
        **_options(plot, is_narrow),
    )
    if plot.line is not None:
        chart.y_labels, chart.y_labels_major = _labels_with(plot), [plot.line]
    return _drawn(chart, plot, plot.labels, lambda values: values)


def _rows(plot: Plot, *, is_narrow: bool) -> str:
    labels = [shortened(label) for label in plot.labels]
    # pygal leaves room for Latin letters.
    missing = max(map(hangul_in, labels), default=0) * 6
    chart = library().HorizontalBar(
        width=_NARROW if is_narrow else _WIDE,
        height=60 + (18 + 14 * len(plot.series)) * max(len(labels), 1),
        **_options(plot, is_narrow) | {"margin_left": _MARGIN + missing},
    )
    return _drawn(chart, plot, labels[::-1], lambda values: values[::-1])  # pygal begins at the bottom


def _drawn(chart: Any, plot: Plot, labels: Sequence[str], ordered: Any) -> str:
    chart.x_labels = list(labels)
    for one in plot.series:
        chart.add(one.name, list(ordered(one.values)))
    return as_uri(chart)


def _options(plot: Plot, is_narrow: bool) -> dict[str, object]:
    more: dict[str, object] = {"formatter": _percent, "value_formatter": _percent} if plot.is_share else {}
    if plot.is_share:
        more["integer_x"] = False
        more["range"] = (0, max((value or 0 for one in plot.series for value in one.values), default=0) or 1)
    rules = _RULES if plot.line is None else _RULES + _LINE_RULES
    return {**look(is_narrow, _COLORS, rules), **more, "margin": _MARGIN}


def _labels_with(plot: Plot) -> list[float]:
    """Return the numbers beside the columns: even steps, and the line's own in place of those too near to it."""
    line = plot.line or 0
    heights = [sum(filter(None, values)) for values in zip(*(one.values for one in plot.series), strict=True)]
    top = max([line, *heights])
    step = next(size for size in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10**9) if top / size <= 6)
    steps = [float(number * step) for number in range(int(-(-top // step)) + 1)]
    return sorted([*(one for one in steps if abs(one - line) > step * 0.4), float(line)])


def _percent(value: float) -> str:
    return f"{value:.0%}"


def facts_of(labels: Sequence[str], values: Sequence[float | None], *, is_share: bool = False, most: int = 3) -> str:
    """Return the largest values in words, for those who do not see the chart."""
    known = [(value, label) for label, value in zip(labels, values, strict=True) if value]
    largest = sorted(known, key=lambda one: -one[0])[:most]
    told = [
        CHARTS["fact"].format(label=label, value=WORDS["percent"].format(share=value) if is_share else f"{value:,.0f}")
        for value, label in largest
    ]
    return ", ".join(told) or CHARTS["empty"]
