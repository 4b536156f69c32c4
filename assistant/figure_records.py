"""What the figures are made of: the rows that the store counts, and the numbers worked out of them. All are frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

CONTACTS_A_DAY = 288
"""Calls a day of the centre in 2014, which today's contacts are held against."""


@dataclass(frozen=True, slots=True)
class Period:
    """Korean days, both ends included. `query` is how a page asks for it again."""

    first: date
    last: date
    name: str
    query: str

    @property
    def days(self) -> int:
        """Return how many days it has."""
        return (self.last - self.first).days + 1

    def until(self, today: date) -> "Period":
        """Return it without the days that have not come."""
        return Period(self.first, max(self.first, min(self.last, today)), self.name, self.query)

    def dates(self) -> list[date]:
        """Return its days."""
        return [self.first + timedelta(days=number) for number in range(self.days)]


# ---- what the store counts ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DayRow:
    """The contacts of a day. Of `settled` ones 72 hours have gone by; `again` and `resolved` are among them."""

    day: date
    contacts: int = 0
    answered: int = 0
    asked_back: int = 0
    out_of_scope: int = 0
    handed_over: int = 0
    was_asked_back: int = 0
    down: int = 0
    settled: int = 0
    again: int = 0
    resolved: int = 0


@dataclass(frozen=True, slots=True)
class MixRow:
    field: str
    sector: str
    contacts: int


@dataclass(frozen=True, slots=True)
class HourRow:
    """The contacts that began within an hour of a weekday, in Korea; Monday is 0."""

    weekday: int
    hour: int
    contacts: int


@dataclass(frozen=True, slots=True)
class MarkRow:
    """In how many contacts an article, an item or a country came up (see contacts.Contact.marks)."""

    kind: str
    value: str
    contacts: int


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """The tickets of a day, a consultant and a sector whose deadline was met or missed; the others still run."""

    day: date
    consultant: str
    sector: str
    tickets: int
    first_met: int
    first_missed: int
    solved_met: int
    solved_missed: int


@dataclass(frozen=True, slots=True)
class PeopleRow:
    """How many different people, and how many contacts of theirs, are behind a value."""

    kind: str
    value: str
    contacts: int
    people: int


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is counted of a period. `counted_at`: contacts until then are in it; `since`: the first day of any."""

    days: tuple[DayRow, ...] = ()
    mix: tuple[MixRow, ...] = ()
    hours: tuple[HourRow, ...] = ()
    marks: tuple[MarkRow, ...] = ()
    deadlines: tuple[DeadlineRow, ...] = ()
    counted_at: datetime | None = None
    since: date | None = None


# ---- what is worked out of it ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bucket:
    """A day, a week or a month of a period. `average`: contacts of business days, by the number of those."""

    name: str
    first: date
    last: date
    sums: DayRow
    business_days: int
    average: float | None


@dataclass(frozen=True, slots=True)
class MixLine:
    """A field or a sector: its contacts, its share, and the shares the centre published, by year.

    `is_sum`: it sums up lines above it, because the centre published them as one.
    """

    key: str
    contacts: int
    share: float | None
    published: Mapping[int, int] = field(default_factory=dict)
    is_sum: bool = False


@dataclass(frozen=True, slots=True)
class MetLine:
    """Deadlines met among those that are decided. `key`: a week's Monday, a consultant or a sector."""

    key: str
    tickets: int
    first_met: int
    first_all: int
    solved_met: int
    solved_all: int


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """How often an article was the answer, given by the assistant and by consultants."""

    id: str
    by_assistant: int
    by_person: int


@dataclass(frozen=True, slots=True)
class Report:
    """Every figure of a period. Shares are in [0, 1]; None where there is nothing to have a share of."""

    period: Period
    facts: Facts
    sums: DayRow
    business_days: int
    per_day: float | None
    per_business_day: float | None
    grain: str
    buckets: tuple[Bucket, ...]
    fields: tuple[MixLine, ...]
    sectors: tuple[MixLine, ...]
    met: MetLine
    weeks: tuple[MetLine, ...]
    consultants: tuple[MetLine, ...]
    sector_deadlines: tuple[MetLine, ...]
    hours: tuple[int, ...]
    busiest: tuple[int, ...]
    items: tuple[MarkRow, ...]
    countries: tuple[MarkRow, ...]
    articles: tuple[ArticleLine, ...]
    unused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A line of the digest: enough people are behind it to be told."""

    key: str
    contacts: int
    share: float


@dataclass(frozen=True, slots=True)
class Digest:
    """What a month's newsletter says. None, or not in a list: too few people are behind it to be told."""

    period: Period
    is_whole: bool
    contacts: int | None
    before: int | None
    per_business_day: float | None
    outcomes: tuple[Named, ...]
    resolved: float | None
    solved_in_time: float | None
    fields: tuple[Named, ...]
    sectors: tuple[Named, ...]
    items: tuple[Named, ...]
    countries: tuple[Named, ...]
    articles: tuple[Named, ...]
    busiest: tuple[int, ...]
