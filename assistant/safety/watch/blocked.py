"""Statistics of blocked and held listings.

What is counted: listings, once a month. A listing that is screened often in a month is counted with the severest
action it got in it (blocked before held), and among equals with the first; a listing that was put right after it had
been blocked stays counted. A month is a month in Korea. Beside it stands how many screenings there were in all.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from sqlalchemy import Engine, delete, insert, select, tuple_
from sqlalchemy.orm import Session

from assistant.product_safety import Listing, Verdict
from assistant.safety.watch.tables import CATEGORY_MAX, RULE_MAX, BlockedCountRow, BlockedSeenRow, ScreenedRow
from assistant.store.database import is_storable, reading, transaction, upsert
from assistant.store.tables import utc_now
from assistant.wording import KST

COUNTED = ("block", "hold")
"""Severest first."""
_LOOKED_UP = 500
_SEEN_MONTHS = 2


@dataclass(frozen=True, slots=True)
class Cause:
    """Under what a listing is counted."""

    category: str
    verdict: str
    rule: str
    action: str
    is_demo: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many listings of a month were blocked or held for one cause."""

    month: str
    cause: Cause
    listings: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """A mall's counts, and its screenings by month; months are yyyy-MM, in order, with and without counts."""

    months: tuple[str, ...]
    counts: tuple[Count, ...]
    screened: dict[str, int]

    @property
    def is_demo(self) -> bool:
        """Whether any of it was counted against made-up data."""
        return any(count.cause.is_demo for count in self.counts)


def month_of(moment: datetime) -> str:
    """Return the month of a moment in Korea, as yyyy-MM."""
    return moment.astimezone(KST).strftime("%Y-%m")


def months_between(first: str, last: str) -> list[str]:
    """Return the months from one to another, both of them in, as yyyy-MM."""
    begin, end = _month_number(first), _month_number(last)
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(begin, end + 1)]


def months_until(last: str, count: int) -> list[str]:
    """Return so many months, the last of them `last`."""
    number = _month_number(last) - count + 1
    return months_between(f"{number // 12:04}-{number % 12 + 1:02}", last)


def _month_number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def add(session: Session, mall_id: str, screened: Sequence[tuple[Listing, Verdict]], now: datetime) -> None:
    """Count screenings of a mall within a running transaction, so that they are counted if it is written, and once."""
    if not screened:
        return
    month = month_of(now)
    # First the row of the month: its lock keeps a second writer from counting the same listing meanwhile.
    statement = upsert(session)(ScreenedRow).values(mall_id=mall_id, month=month, screened=len(screened))
    more = {"screened": ScreenedRow.screened + len(screened)}
    session.execute(statement.on_conflict_do_update(index_elements=["mall_id", "month"], set_=more))
    fresh = _severest(screened)
    changes: dict[Cause, int] = {}
    known = _seen(session, mall_id, month, list(fresh))
    for listing, cause in fresh.items():
        row = known.get(listing)
        if row is not None and COUNTED.index(row.action) <= COUNTED.index(cause.action):
            continue
        if row is not None:
            _tally(changes, _cause_of(row), -1)
            row.category, row.verdict, row.rule = cause.category, cause.verdict, cause.rule
            row.action, row.is_demo = cause.action, cause.is_demo
        _tally(changes, cause, 1)
    new = [
        {"mall_id": mall_id, "month": month, "listing": listing, **_columns(cause)}
        for listing, cause in fresh.items()
        if listing not in known
    ]
    if new:
        session.execute(insert(BlockedSeenRow), new)
    _write_counts(session, mall_id, month, changes)


def _severest(screened: Iterable[tuple[Listing, Verdict]]) -> dict[int, Cause]:
    """Return, by listing, under what it is counted; listings that passed or were only warned about are not."""
    found: dict[int, Cause] = {}
    for listing, verdict in screened:
        if verdict.action not in COUNTED:
            continue
        number, cause = _listing_number(listing), _cause(listing, verdict)
        before = found.get(number)
        if before is None or COUNTED.index(cause.action) < COUNTED.index(before.action):
            found[number] = cause
    return found


def _listing_number(listing: Listing) -> int:
    """Return 64 bits that stand for a listing: its id's, or its contents' where it was screened without one."""
    text = f"id {listing.id}" if listing.id.strip() else repr(listing)
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), signed=True)


def _cause(listing: Listing, verdict: Verdict) -> Cause:
    category = " ".join(listing.category.split())[:CATEGORY_MAX]
    rule = verdict.rule[:RULE_MAX]
    return Cause(category if is_storable(category) else "", verdict.verdict, rule, verdict.action, verdict.is_demo)


def _cause_of(row: BlockedSeenRow | BlockedCountRow) -> Cause:
    return Cause(row.category, row.verdict, row.rule, row.action, row.is_demo)


def _columns(cause: Cause) -> dict[str, str | bool]:
    return {
        "category": cause.category,
        "verdict": cause.verdict,
        "rule": cause.rule,
        "action": cause.action,
        "is_demo": cause.is_demo,
    }


def _tally(changes: dict[Cause, int], cause: Cause, by: int) -> None:
    changes[cause] = changes.get(cause, 0) + by


def _seen(session: Session, mall_id: str, month: str, listings: Sequence[int]) -> dict[int, BlockedSeenRow]:
    found: dict[int, BlockedSeenRow] = {}
    of_month = select(BlockedSeenRow).where(BlockedSeenRow.mall_id == mall_id, BlockedSeenRow.month == month)
    for start in range(0, len(listings), _LOOKED_UP):
        some = of_month.where(BlockedSeenRow.listing.in_(listings[start : start + _LOOKED_UP]))
        found |= {row.listing: row for row in session.scalars(some)}
    return found


def _write_counts(session: Session, mall_id: str, month: str, changes: dict[Cause, int]) -> None:
    for cause, by in changes.items():
        values = {"mall_id": mall_id, "month": month, **_columns(cause)}
        statement = upsert(session)(BlockedCountRow).values(**values, listings=by)
        more = {"listings": BlockedCountRow.listings + by}
        session.execute(statement.on_conflict_do_update(index_elements=list(values), set_=more))


class Blocked:
    """The statistics of every mall.

    Args:
        engine: the database of the product-safety side.
        clock: what time it is, in UTC.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._clock = clock

    def record(self, mall_id: str, listing: Listing, verdict: Verdict) -> None:
        """Count one screening."""
        self.record_all(mall_id, [(listing, verdict)])

    def record_all(self, mall_id: str, screened: Sequence[tuple[Listing, Verdict]]) -> None:
        """Count screenings, all of them or none; `add` does it within a transaction of the caller's."""
        with transaction(self._engine) as session:
            add(session, mall_id, screened, self._clock())

    def this_month(self) -> str:
        """Return the month that it is in Korea."""
        return month_of(self._clock())

    def statistics(self, mall_id: str, months: Sequence[str]) -> Statistics:
        """Return a mall's counts of these months."""
        counts = select(BlockedCountRow).where(
            BlockedCountRow.mall_id == mall_id, BlockedCountRow.month.in_(months), BlockedCountRow.listings > 0
        )
        totals = select(ScreenedRow).where(ScreenedRow.mall_id == mall_id, ScreenedRow.month.in_(months))
        with reading(self._engine) as session:
            rows = session.scalars(counts.order_by(BlockedCountRow.month)).all()
            screened = {row.month: row.screened for row in session.scalars(totals)}
        found = tuple(Count(row.month, _cause_of(row), row.listings) for row in rows)
        return Statistics(tuple(sorted(months)), found, screened)

    def clean(self) -> int:
        """Forget which listings were counted in months long over; the counts stay. Return how many rows that were."""
        kept = months_until(self.this_month(), _SEEN_MONTHS)
        key = tuple_(BlockedSeenRow.mall_id, BlockedSeenRow.month, BlockedSeenRow.listing)
        old = select(BlockedSeenRow.mall_id, BlockedSeenRow.month, BlockedSeenRow.listing)
        old = old.where(BlockedSeenRow.month < kept[0]).limit(5_000)
        with transaction(self._engine) as session:
            result = session.execute(delete(BlockedSeenRow).where(key.in_(old)))
            return int(result.rowcount)  # type: ignore[attr-defined]
