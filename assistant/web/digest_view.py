"""The month's digest in words: what its template shows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assistant.desk import published
from assistant.desk.figure_sheets import Names, field_name, sector_name
from assistant.desk.periods import day_name, month_before
from assistant.figure_records import Digest, Named
from assistant.figures_wording import DIGEST, OUTCOME_NAMES, WORDS

_BAR_WIDTH = 100
"""Of a bar of 100 %, in percent of its column."""


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One line of a list: its name, what it says, and how long its bar is, in percent."""

    name: str
    told: str
    width: int
    published: str = ""


def digest_view(digest: Digest, names: Names, today: date) -> dict[str, Any]:
    """Return what the template of a digest shows; what too few people are behind is not in it."""
    month = digest.period.name
    lists: tuple[tuple[str, Sequence[Named], Callable[[str], str]], ...] = (
        ("outcomes", digest.outcomes, lambda key: str(OUTCOME_NAMES.get(key, key))),
        ("fields", digest.fields, field_name),
        ("sectors", digest.sectors, sector_name),
        ("items", digest.items, names.item),
        ("countries", digest.countries, names.country),
        ("articles", digest.articles, names.article),
    )
    told = digest.contacts is not None
    return {
        "title": DIGEST["title"].format(month=month),
        "lead": DIGEST["lead"].format(month=month),
        "not_whole": "" if digest.is_whole else DIGEST["not_whole"].format(day=day_name(today)),
        "headline": DIGEST["contacts"].format(count=digest.contacts) if told else DIGEST["contacts_few"],
        "sentences": _sentences(digest) if told else [],
        "lists": [(DIGEST[name], _lines(name, rows, name_of)) for name, rows, name_of in lists if rows and told],
        "fine": DIGEST["fine"],
        "sender": DIGEST["sender"],
    }


def _sentences(digest: Digest) -> list[str]:
    found = []
    if digest.per_business_day is not None:
        found.append(DIGEST["per_day"].format(average=digest.per_business_day))
    if digest.contacts is not None and digest.before is not None:
        more = digest.contacts - digest.before
        kind = "same" if more == 0 else "more" if more > 0 else "less"
        found.append(DIGEST[kind].format(month=month_before(digest.period).name, count=abs(more)))
    if digest.resolved is not None:
        found.append(DIGEST["resolved"].format(share=digest.resolved))
    if digest.solved_in_time is not None:
        found.append(DIGEST["solved"].format(share=digest.solved_in_time))
    if digest.busiest:
        hours = ", ".join(WORDS["hour"].format(hour=hour) for hour in sorted(digest.busiest))
        found.append(DIGEST["busiest"].format(hours=hours))
    return found


def _lines(name: str, rows: Sequence[Named], name_of: Callable[[str], str]) -> list[DigestLine]:
    """Return the lines of a list: with shares where they are parts of a whole, else held against the largest."""
    is_whole = name in ("outcomes", "fields", "sectors")
    most = 1.0 if is_whole else max(row.share for row in rows)
    told = DIGEST["line" if is_whole else "count"]
    return [
        DigestLine(
            name_of(row.key),
            told.format(count=row.contacts, share=row.share),
            max(1, round(row.share / most * _BAR_WIDTH)),
            _published(name, row.key),
        )
        for row in rows
    ]


def _published(name: str, key: str) -> str:
    """Return the centre's shares of a field or a sector, each with its year."""
    shares = {"fields": published.FIELDS, "sectors": published.SECTORS}.get(name, {})
    known = [f"{WORDS['published'].format(year=year)} {shares[year][key]}%" for year in shares if key in shares[year]]
    return ", ".join(known)
