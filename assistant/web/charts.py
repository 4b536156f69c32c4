"""Bar charts as SVG, drawn by pygal, in the colours and fonts of the page."""

import base64
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.safety.watch.words import BLOCKED_WORDS

_FONT = '"Apple SD Gothic Neo", "Pretendard", "Malgun Gothic", "Noto Sans KR", "NanumGothic", sans-serif'
_BLOCK, _HOLD = "#b3372b", "#e3a52f"
"""Apart in lightness too, for those who see no red. The page's legend has the same (blocked.css)."""
_LOOK = """inline:
.axis .guide.line, .axis .major.line { stroke: #d9e1e6 !important; }
.axis text.major { fill: #566572 !important; }
@media (prefers-color-scheme: dark) {
  .axis text, .axis text.major { fill: #a3b3bd !important; }
  .axis .line, .axis .guide.line, .axis .major.line { stroke: #3d4c55 !important; }
  .color-0 { fill: #e0695c !important; stroke: #e0695c !important; }
}"""
"""pygal's own rules begin with the chart's id, and would win."""
_LABEL_LETTERS, _NARROW, _WIDE, _MARGIN = 11, 380, 860, 8


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, and the two counts that it is stacked of."""

    label: str
    blocked: int
    held: int


def columns(bars: Sequence[Bar], *, is_narrow: bool) -> str:
    """Return a chart of upright bars, as a data URI.

    Args:
        is_narrow: drawn for a phone: the text keeps its size where the picture has less room.
    """
    width = _NARROW if is_narrow else min(_WIDE, 90 + 64 * max(len(bars), 4))
    # As many labels as have room.
    every = -(-len(bars) // (6 if is_narrow else 12))
    chart = library().StackedBar(
        width=width,
        height=280 if is_narrow else 320,
        x_labels_major_every=every,
        show_minor_x_labels=False,
        **look(is_narrow),
    )
    return _drawn(chart, bars)


def rows(bars: Sequence[Bar], *, is_narrow: bool) -> str:
    """Return a chart of lying bars, the first on top, as a data URI; see columns."""
    shown = [Bar(shortened(bar.label), bar.blocked, bar.held) for bar in bars]
    # pygal leaves room for Latin letters.
    missing = max((hangul_in(bar.label) for bar in shown), default=0) * 6
    chart = library().HorizontalStackedBar(
        width=_NARROW if is_narrow else _WIDE,
        height=60 + 36 * len(bars),
        margin_left=_MARGIN + missing,
        **look(is_narrow),
    )
    return _drawn(chart, shown[::-1])  # pygal begins at the bottom


def hangul_in(text: str) -> int:
    """Return how many Hangul syllables a text has."""
    return sum("가" <= letter <= "힣" for letter in text)


def library() -> Any:
    """Import pygal, without the finder for its plug-ins: it has no find_spec, which Python warns of at every import."""
    import pygal

    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != "pygal"]
    return pygal


def _drawn(chart: Any, bars: Sequence[Bar]) -> str:
    chart.x_labels = [bar.label for bar in bars]
    chart.add(BLOCKED_WORDS["block"], [bar.blocked for bar in bars])
    chart.add(BLOCKED_WORDS["hold"], [bar.held for bar in bars])
    return as_uri(chart)


def as_uri(chart: Any) -> str:
    """Return a chart as a picture that an address holds whole."""
    return "data:image/svg+xml;base64," + base64.b64encode(chart.render(is_unicode=True).encode()).decode()


def look(is_narrow: bool, colors: Sequence[str] = (_BLOCK, _HOLD), rules: str = _LOOK) -> dict[str, object]:
    """Return how every chart looks, as pygal's options.

    Args:
        colors: of its series, by daylight.
        rules: what pygal's own rules are overruled with.
    """
    from pygal.style import Style

    size = 13 if is_narrow else 14
    style = Style(
        background="transparent",
        plot_background="transparent",
        foreground="#566572",
        foreground_strong="#17232c",
        foreground_subtle="#d9e1e6",
        colors=tuple(colors),
        opacity="1",
        font_family=_FONT,
        label_font_size=size,
        major_label_font_size=size,
        guide_stroke_dasharray="0",
        major_guide_stroke_dasharray="0",
    )
    return {
        "style": style,
        "css": ["file://style.css", "file://graph.css", rules],
        "js": [],  # pygal's own would be fetched from elsewhere
        "disable_xml_declaration": True,
        "show_legend": False,
        "margin": _MARGIN,
        "explicit_size": True,
        "no_data_text": "",
        "truncate_label": -1,
        "min_scale": 3,
        "max_scale": 6,
        "integer_x": True,
        "formatter": _whole,
        "value_formatter": _whole,
    }


def _whole(value: float) -> str:
    """Return a count as the axis shows it; the axis of few listings would have halves of one."""
    return f"{value:,.0f}" if value == int(value) else ""


def shortened(label: str) -> str:
    """Cut a label where a chart has no room for it."""
    return label if len(label) <= _LABEL_LETTERS else f"{label[: _LABEL_LETTERS - 1]}…"
