"""What the queue's page shows: the lines, the choices beside them with their counts, and the ways to other pages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import get_args
from urllib.parse import urlencode

from assistant.desk_records import Person, QueueFilter, QueuePage, Urgency
from assistant.records import FIELDS, SECTORS
from assistant.web import desk_words as words

SIZE = 50
_TEXT_MAX = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet. `count` is None where nobody counts."""

    value: str
    label: str
    href: str
    is_on: bool
    count: int | None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    title: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A queue as its address asks for it."""

    filter: QueueFilter
    page: int

    @property
    def kept(self) -> dict[str, str]:
        """The address's parameters, without the page."""
        given = self.filter
        named = {"mine": "1" if given.mine else "", "urgency": given.urgency or "", "state": given.state}
        named |= {"field": given.field, "sector": given.sector, "q": given.text}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True)
class QueueView:
    """Everything that the queue's templates show."""

    filter: QueueFilter
    kept: tuple[tuple[str, str], ...]
    page: QueuePage
    facets: tuple[Facet, ...]
    summary: str
    refresh: str
    number: int
    pages: int
    earlier: str
    later: str
    now: datetime


def asked_of(given: Mapping[str, str], person: Person) -> Asked:
    """Read an address; what it names wrongly counts as not named."""

    def one_of(name: str, known: Iterable[str]) -> str:
        value = given.get(name, "")
        return value if value in known else ""

    urgencies: dict[str, Urgency] = {one: one for one in get_args(Urgency)}
    page = given.get("page", "1")
    return Asked(
        QueueFilter(
            field=one_of("field", FIELDS),
            sector=one_of("sector", SECTORS),
            urgency=urgencies.get(given.get("urgency", "")),
            state=one_of("state", words.QUEUES),  # type: ignore[arg-type]
            mine=person.id if given.get("mine") == "1" else None,
            text=" ".join(given.get("q", "").replace("\0", "").split())[:_TEXT_MAX],
        ),
        int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 6 else 1,
    )


def view_of(asked: Asked, page: QueuePage, now: datetime) -> QueueView:
    """Return what the templates show of a page of a queue."""
    kept = asked.kept
    pages = max(1, ceil(page.total / SIZE))
    number = min(max(asked.page, 1), pages)
    return QueueView(
        filter=asked.filter,
        kept=tuple(kept.items()),
        page=page,
        facets=_facets(kept, page.counts),
        summary=_summary(page),
        refresh=_address("/desk/queue", kept, page=number),
        number=number,
        pages=pages,
        earlier=_address("/desk", kept, page=number - 1) if number > 1 else "",
        later=_address("/desk", kept, page=number + 1) if number < pages else "",
        now=now,
    )


def _summary(page: QueuePage) -> str:
    late, soon = page.counts.get("late", 0), page.counts.get("soon", 0)
    urgent = f" 지금 기한이 지난 문의 {late:,}개, 곧 기한인 문의 {soon:,}개예요." if late or soon else ""
    return f"문의 {page.total:,}개.{urgent}"


def _facets(kept: Mapping[str, str], counts: Mapping[str, int]) -> tuple[Facet, ...]:
    everyone = Choice("", "모두의 문의", _with(kept, "mine", ""), "mine" not in kept, counts.get("all", 0))
    mine = Choice("1", "내 문의", _with(kept, "mine", "1"), "mine" in kept, counts.get("mine", 0))
    urgencies: dict[str, int | None] = {name: counts.get(name, 0) for name in words.URGENCIES}
    states: dict[str, int | None] = {name: counts.get(name, 0) for name in words.QUEUES}
    states |= {"": counts.get("all", 0) + counts.get("answered", 0), "closed": None}
    return (
        Facet("mine", "누구의", (everyone, mine)),
        Facet("urgency", "급한 정도", _choices(kept, "urgency", {"": "모두", **words.URGENCIES}, urgencies)),
        Facet("state", "상태", _choices(kept, "state", words.QUEUES, states)),
        _of_codes("field", "분야", words.FIELDS, kept, counts),
        _of_codes("sector", "업종", words.SECTORS, kept, counts),
    )


def _of_codes(
    name: str, title: str, labels: Mapping[str, str], kept: Mapping[str, str], counts: Mapping[str, int]
) -> Facet:
    """Return the facet of codes of which those that nobody asked about are left out."""
    found: dict[str, int | None] = {code: counts.get(f"{name}:{code}", 0) for code in labels}
    shown = {code: label for code, label in labels.items() if found[code] or kept.get(name) == code}
    return Facet(name, title, _choices(kept, name, {"": "모두", **shown}, {"": None, **found}))


def _choices(
    kept: Mapping[str, str], name: str, labels: Mapping[str, str], counts: Mapping[str, int | None]
) -> tuple[Choice, ...]:
    return tuple(
        Choice(value, label, _with(kept, name, value), kept.get(name, "") == value, counts.get(value), value)
        for value, label in labels.items()
    )


def _with(kept: Mapping[str, str], name: str, value: str) -> str:
    return _address("/desk", {**{one: known for one, known in kept.items() if one != name}, name: value})


def _address(path: str, kept: Mapping[str, str], page: int = 1) -> str:
    given = {name: value for name, value in kept.items() if value} | ({"page": str(page)} if page > 1 else {})
    return f"{path}?{urlencode(given)}" if given else path
