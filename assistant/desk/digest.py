"""The month's digest: only what enough different people are behind, so that nobody can be recognised in it. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from assistant.contacts import OUTCOMES
from assistant.desk.figures import busiest_of, part
from assistant.figure_records import Digest, Named, PeopleRow, Report
from assistant.records import FIELDS, SECTORS

LEAST_PEOPLE = 3
REST = "rest"
TOP = 5


def digest_of(report: Report, people: Sequence[PeopleRow], before: Sequence[PeopleRow], *, is_whole: bool) -> Digest:
    """Return what may be told of a month.

    Args:
        people: how many people are behind each value of the month.
        before: the same of the month before.
        is_whole: whether the month is over.
    """
    known = {(row.kind, row.value): row for row in people}
    everyone = known.get(("all", ""), PeopleRow("all", "", 0, 0))
    last = next((row for row in before if row.kind == "all"), None)
    return Digest(
        period=report.period,
        is_whole=is_whole,
        contacts=_told(everyone),
        before=_told(last) if last is not None else None,
        per_business_day=report.per_business_day if _told(everyone) is not None else None,
        outcomes=_parts(_of(known, "outcome", OUTCOMES)),
        resolved=_share(known, ("resolved", ""), ("unresolved", "")),
        solved_in_time=_share(known, ("solved", "met"), ("solved", "missed")),
        fields=_parts(_of(known, "field", FIELDS)),
        sectors=_parts(_of(known, "sector", SECTORS)),
        items=_top(people, "item"),
        countries=_top(people, "country"),
        articles=_top(people, "article"),
        busiest=_busiest(people),
    )


def _told(row: PeopleRow) -> int | None:
    return row.contacts if row.people >= LEAST_PEOPLE else None


def _of(known: Mapping[tuple[str, str], PeopleRow], kind: str, keys: Iterable[str]) -> list[PeopleRow]:
    rows = [known[(kind, key)] for key in keys if (kind, key) in known]
    return [row for row in rows if row.contacts]


def _parts(rows: Sequence[PeopleRow]) -> tuple[Named, ...]:
    """Return the parts of a whole, the largest first; the small ones summed up, so that no difference tells of them.

    The sum is of at least as many people as the largest of its parts. Where that is too few, larger parts join it.
    """
    whole = sum(row.contacts for row in rows)
    ranked = sorted(rows, key=lambda row: (-row.people, -row.contacts, row.value))
    named = [row for row in ranked if row.people >= LEAST_PEOPLE]
    rest = [row for row in ranked if row not in named]
    if rest and max(row.people for row in rest) < LEAST_PEOPLE:
        if not named:
            return ()
        rest.append(named.pop())
    lines = [Named(row.value, row.contacts, row.contacts / whole) for row in named]
    lines.sort(key=lambda line: (-line.contacts, line.key))
    count = sum(row.contacts for row in rest)
    return (*lines, Named(REST, count, count / whole)) if count else tuple(lines)


def _share(known: Mapping[tuple[str, str], PeopleRow], yes: tuple[str, str], no: tuple[str, str]) -> float | None:
    """Return the share of one of two halves; each of them, if there is any, needs enough people."""
    halves = [known.get(key, PeopleRow(*key, 0, 0)) for key in (yes, no)]
    is_thin = any(row.contacts and row.people < LEAST_PEOPLE for row in halves)
    return None if is_thin else part(halves[0].contacts, halves[0].contacts + halves[1].contacts)


def _top(people: Sequence[PeopleRow], kind: str) -> tuple[Named, ...]:
    rows = [row for row in people if row.kind == kind and row.people >= LEAST_PEOPLE]
    whole = next((row.contacts for row in people if row.kind == "all"), 0)
    ranked = sorted(rows, key=lambda row: (-row.contacts, row.value))[:TOP]
    return tuple(Named(row.value, row.contacts, row.contacts / whole) for row in ranked)


def _busiest(people: Sequence[PeopleRow]) -> tuple[int, ...]:
    counts = {int(row.value): row.contacts for row in people if row.kind == "hour" and row.people >= LEAST_PEOPLE}
    return busiest_of([counts.get(hour, 0) for hour in range(24)])
