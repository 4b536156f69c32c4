"""Reading what was counted: a period's contacts and deadlines, summed up by the database."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Engine, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from assistant.contacts import AGAIN, OUTCOMES, seconds
from assistant.figure_records import DayRow, DeadlineRow, Facts, HourRow, MarkRow, MixRow, PeopleRow, Period
from assistant.store.counting import Counting
from assistant.store.database import reading
from assistant.store.figure_tables import ContactMarkRow, ContactRow
from assistant.store.tables import TicketRow, UtcDateTime
from assistant.wording import KST

_AGAIN_S = int(AGAIN.total_seconds())
_NAMED = ("article", "item", "country")


class FigureStore:
    """Every reading of the figures; each method sees one state of the data."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._counting = Counting(engine)

    def facts(self, period: Period, now: datetime) -> Facts:
        """Return all that is counted of a period.

        Args:
            now: contacts of the last 72 hours are not settled yet, and deadlines before it are over.
        """
        counted_at = self._counting.counted_at()
        with reading(self._engine) as session:
            return Facts(
                days=_days(session, period, now),
                mix=_mix(session, period),
                hours=_hours(session, period),
                marks=_marks(session, period),
                deadlines=_deadlines(session, period, now),
                counted_at=counted_at,
                since=session.scalar(select(func.min(ContactRow.day))),
            )

    def people(self, period: Period, now: datetime) -> tuple[PeopleRow, ...]:
        """Return how many people are behind what is told of a period: everyone, outcomes, fields, sectors, marks.

        Kinds: all, outcome, resolved, unresolved, field, sector, hour, article, item, country, solved (met, missed).
        """
        with reading(self._engine) as session:
            found = _conditions(session, period, now)
            groups = (
                ("field", _labelled(ContactRow.field)),
                ("sector", _labelled(ContactRow.sector)),
                ("hour", ContactRow.hour),
            )
            for kind, column in groups:
                query = select(column, func.count(), func.count(ContactRow.person.distinct())).where(_within(period))
                found += [
                    PeopleRow(kind, str(value), *counts) for value, *counts in session.execute(query.group_by(column))
                ]
            return (*found, *_people_of_marks(session, period), *_people_of_deadlines(session, period, now))


def _within(period: Period) -> ColumnElement[bool]:
    return ContactRow.day.between(period.first, period.last)


def _labelled(column: Any) -> ColumnElement[str]:
    return case((column == "", "other"), else_=column)


def _sum(condition: Any) -> ColumnElement[int]:
    # PostgreSQL sums whole numbers as ones without bounds, which come as Decimal.
    return func.count(case((condition, 1)))


def _is_again() -> ColumnElement[bool]:
    return and_(ContactRow.next_s.is_not(None), ContactRow.next_s <= ContactRow.ended_s + _AGAIN_S)


def _is_settled(now: datetime) -> ColumnElement[bool]:
    return ContactRow.ended_s <= seconds(now) - _AGAIN_S


def _is_good() -> ColumnElement[bool]:
    """Resolved, where it is settled: answered, not voted down, not handed over, and nobody came back."""
    return and_(ContactRow.outcome == "answered", ~ContactRow.is_down, ~_is_again())


def _days(session: Session, period: Period, now: datetime) -> tuple[DayRow, ...]:
    settled = _is_settled(now)
    query = (
        select(
            ContactRow.day,
            func.count(),
            *(_sum(ContactRow.outcome == outcome) for outcome in OUTCOMES),
            _sum(ContactRow.was_asked_back),
            _sum(ContactRow.is_down),
            _sum(settled),
            _sum(and_(settled, _is_again())),
            _sum(and_(settled, _is_good())),
        )
        .where(_within(period))
        .group_by(ContactRow.day)
        .order_by(ContactRow.day)
    )
    names = ("day", "contacts", *OUTCOMES, "was_asked_back", "down", "settled", "again", "resolved")
    return tuple(DayRow(**dict(zip(names, row, strict=True))) for row in session.execute(query))


def _mix(session: Session, period: Period) -> tuple[MixRow, ...]:
    columns = ContactRow.field, ContactRow.sector
    query = select(*columns, func.count()).where(_within(period)).group_by(*columns).order_by(*columns)
    return tuple(MixRow(*row) for row in session.execute(query))


def _hours(session: Session, period: Period) -> tuple[HourRow, ...]:
    columns = ContactRow.weekday, ContactRow.hour
    query = select(*columns, func.count()).where(_within(period)).group_by(*columns).order_by(*columns)
    return tuple(HourRow(*row) for row in session.execute(query))


def _marks(session: Session, period: Period) -> tuple[MarkRow, ...]:
    columns = ContactMarkRow.kind, ContactMarkRow.value
    count = func.count()
    query = (
        select(*columns, count)
        .where(ContactMarkRow.day.between(period.first, period.last))
        .group_by(*columns)
        .order_by(ContactMarkRow.kind, count.desc(), ContactMarkRow.value)
    )
    return tuple(MarkRow(*row) for row in session.execute(query))


# ---- people ---------------------------------------------------------------------------


def _conditions(session: Session, period: Period, now: datetime) -> list[PeopleRow]:
    settled = _is_settled(now)
    asked: dict[tuple[str, str], Any] = {("all", ""): ContactRow.id.is_not(None)}
    asked |= {("outcome", outcome): ContactRow.outcome == outcome for outcome in OUTCOMES}
    asked[("resolved", "")] = and_(settled, _is_good())
    asked[("unresolved", "")] = and_(settled, ~_is_good())
    each = (
        select(ContactRow.person, *(_sum(one).label(f"c{number}") for number, one in enumerate(asked.values())))
        .where(_within(period))
        .group_by(ContactRow.person)
        .subquery()
    )
    sums = [func.coalesce(func.sum(each.c[f"c{number}"]), 0) for number in range(len(asked))]
    people = [_sum(each.c[f"c{number}"] > 0) for number in range(len(asked))]
    row = list(session.execute(select(*sums, *people)).one())
    return [
        PeopleRow(kind, value, int(row[number]), int(row[len(asked) + number]))
        for number, (kind, value) in enumerate(asked)
    ]


def _people_of_marks(session: Session, period: Period) -> list[PeopleRow]:
    columns = ContactMarkRow.kind, ContactMarkRow.value
    query = (
        select(*columns, func.count(), func.count(ContactRow.person.distinct()))
        .join(ContactRow, ContactRow.id == ContactMarkRow.contact_id)
        .where(ContactMarkRow.day.between(period.first, period.last), ContactMarkRow.kind.in_(_NAMED))
        .group_by(*columns)
        .order_by(*columns)
    )
    return [PeopleRow(*row) for row in session.execute(query)]


def _people_of_deadlines(session: Session, period: Period, now: datetime) -> list[PeopleRow]:
    contact = func.lower(func.trim(TicketRow.contact))
    person = case((TicketRow.contact != "", contact), else_=TicketRow.conversation_id)
    met, missed = _halves(TicketRow.answered_at, TicketRow.due_at, _end(now))
    query = select(
        *(_sum(half) for half in (met, missed)),
        *(func.count(case((half, person)).distinct()) for half in (met, missed)),
    ).where(_made(period))
    row = list(session.execute(query).one())
    return [PeopleRow("solved", name, row[number], row[number + 2]) for number, name in enumerate(("met", "missed"))]


# ---- deadlines ------------------------------------------------------------------------


def _deadlines(session: Session, period: Period, now: datetime) -> tuple[DeadlineRow, ...]:
    """Return the deadlines by the day a ticket was made, its consultant and its sector.

    A ticket that was closed without an answer counts only if its deadline had passed by then. One that waits for its
    visitor counts up to when it began to wait, for then its clock stands. Merged ones count where they went.
    """
    day, end = _korean_day(session), _end(now)
    first_due = func.coalesce(TicketRow.first_due_at, TicketRow.due_at)
    columns = day, TicketRow.consultant, TicketRow.sector
    query = (
        select(
            *columns,
            func.count(),
            *_met(TicketRow.first_answered_at, first_due, end),
            *_met(TicketRow.answered_at, TicketRow.due_at, end),
        )
        .where(_made(period))
        .group_by(*columns)
        .order_by(*columns)
    )
    return tuple(
        DeadlineRow(date.fromisoformat(made) if isinstance(made, str) else made, *rest)
        for made, *rest in session.execute(query)
    )


def _end(now: datetime) -> ColumnElement[Any]:
    """Return until when a ticket without an answer ran: what is open runs till now, or to where its clock stands."""
    return func.coalesce(TicketRow.closed_at, TicketRow.waiting_since, literal(now, UtcDateTime()))


def _met(done: Any, due: Any, end: Any) -> Sequence[ColumnElement[int]]:
    """Return how many were done in time, and how many were not."""
    return tuple(_sum(half) for half in _halves(done, due, end))


def _halves(done: Any, due: Any, end: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return done <= due, or_(done > due, and_(done.is_(None), due < end))


def _made(period: Period) -> ColumnElement[bool]:
    since, until = (datetime.combine(day, time(), KST) for day in (period.first, period.last + timedelta(days=1)))
    return and_(TicketRow.created_at >= since, TicketRow.created_at < until, TicketRow.merged_into.is_(None))


def _korean_day(session: Session) -> Any:
    if session.get_bind().dialect.name == "postgresql":
        return cast(func.timezone("Asia/Seoul", TicketRow.created_at), Date)
    return func.date(TicketRow.created_at, "+9 hours")
