"""What happens to tickets by themselves: offers, warnings, escalations, ends. Safe with several copies.

Every step holds the rows that it changes and skips those that another copy, or a consultant, holds.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from assistant.store.account_tables import PersonRow
from assistant.store.database import reading, transaction
from assistant.store.desk import end_row, release_row
from assistant.store.desk_events import record
from assistant.store.routing import ANSWERERS, at_the_desk, choose, loads, offer
from assistant.store.tables import TicketRow
from assistant.store.ticket_clock import Hours

_AT_ONCE = 50
SILENT_AFTER = timedelta(hours=72)
"""An answered ticket to which the visitor says nothing more is closed, so that the assistant answers again."""

GONE_AFTER = timedelta(days=7)
"""A visitor who was asked something and says nothing for so long is not waited for any more."""


class DeskRounds:
    """Each method does one kind of step and returns how many tickets it was done to.

    Args:
        clock: tells the time, UTC.
    """

    def __init__(self, engine: Engine, hours: Hours, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._hours = hours
        self._clock = clock

    def offer(self, untaken_since: datetime) -> int:
        """Offer open tickets that are nobody's, or that nobody has taken since a moment, to the next person."""
        with reading(self._engine) as session:
            if not at_the_desk(session, self._clock()):
                return 0
        is_untaken = or_(TicketRow.person_id.is_(None), TicketRow.offered_at <= untaken_since)
        # In any order, so that those that nobody there answers for don't keep others waiting for ever.
        untaken = and_(TicketRow.state == "open", is_untaken)
        return self._each(untaken, _offer_on, untaken_since, order=func.random())

    def warn(self, soon: datetime) -> int:
        """Warn, once, of deadlines that come by a moment."""
        return self._each(
            and_(_runs(), TicketRow.next_due_at <= soon, TicketRow.warned_at.is_(None)),
            _warn,
            order=TicketRow.next_due_at,
        )

    def escalate(self) -> int:
        """Tell managers, once, of deadlines that are over; what nobody has taken is offered to one of them."""
        return self._each(
            and_(_runs(), TicketRow.next_due_at < self._clock(), TicketRow.escalated_at.is_(None)),
            _escalate,
            order=TicketRow.next_due_at,
        )

    def release_orphans(self) -> int:
        """Put tickets back into the queue whose person may not answer any more."""
        has_left = ~exists().where(
            PersonRow.id == TicketRow.person_id, PersonRow.is_active, PersonRow.role.in_(ANSWERERS)
        )
        orphans = and_(TicketRow.state.in_(("assigned", "answered")), TicketRow.person_id.is_not(None), has_left)
        return self._each(orphans, self._release)

    def close_silent(self) -> int:
        """Close what was answered, and what the visitor was asked of, when nothing was said for long enough."""
        now = self._clock()
        answered = and_(TicketRow.state == "answered", TicketRow.answered_at < now - SILENT_AFTER)
        asked = and_(TicketRow.state == "assigned", TicketRow.waiting_since < now - GONE_AFTER)
        return self._each(answered, _close, "closed_silent") + self._each(asked, _close, "closed_waiting")

    def _release(self, session: Session, row: TicketRow, now: datetime) -> bool:
        if row.state == "answered":
            return _close(session, row, now, "closed")
        release_row(session, row, now, None, self._hours)
        record(session, row.number, "released", now, offered_to=row.person_id)
        return True

    def _each(self, condition: Any, step: Callable[..., bool], *more: Any, order: Any = TicketRow.number) -> int:
        """Do a step to every ticket that fits, one transaction each: nobody waits long for any of them."""
        found = select(TicketRow.number).where(condition)
        with reading(self._engine) as session:
            numbers = session.scalars(found.order_by(order).limit(_AT_ONCE)).all()
        done = 0
        for number in numbers:
            query = select(TicketRow).where(TicketRow.number == number, condition).with_for_update(skip_locked=True)
            with transaction(self._engine) as session:
                row = session.scalars(query).first()
                done += bool(row is not None and step(session, row, self._clock(), *more))
        return done


def _runs() -> Any:
    return and_(TicketRow.state.in_(("open", "assigned")), TicketRow.waiting_since.is_(None))


def _offer_on(session: Session, row: TicketRow, now: datetime, untaken_since: datetime) -> bool:
    """Offer a ticket on. Who let it lie is passed over; where nobody of the sector is there, anybody is asked."""
    was_left = row.offered_at is not None and row.offered_at <= untaken_since
    had = [row.person_id] if row.person_id is not None else []
    if offer(session, row, now, apart_from=had, to_any=was_left) is None:
        if was_left and had:
            row.offered_at = now  # nobody else is there
        return False
    record(session, row.number, "offered", now, offered_to=row.person_id, was_left=was_left)
    return True


def _warn(session: Session, row: TicketRow, now: datetime) -> bool:
    row.warned_at = now
    record(session, row.number, "warning", now, deadline=_deadline(row), due_at=_due(row).isoformat())
    return True


def _escalate(session: Session, row: TicketRow, now: datetime) -> bool:
    row.escalated_at = row.warned_at = now
    managers = at_the_desk(session, now, ("manager",))
    if row.state == "open" and (chosen := choose(managers, loads(session), row.sector)):
        row.person_id, row.offered_at = chosen.id, now
    told = [one.id for one in managers]
    record(session, row.number, "escalated", now, deadline=_deadline(row), due_at=_due(row).isoformat(), managers=told)
    return True


def _close(session: Session, row: TicketRow, now: datetime, ending: str) -> bool:
    end_row(session, row, ending, now, None)
    record(session, row.number, ending, now)
    return True


def _deadline(row: TicketRow) -> str:
    is_first = row.first_answered_at is None and row.next_due_at == row.first_due_at
    return "first" if is_first else "solve"


def _due(row: TicketRow) -> datetime:
    return row.next_due_at or row.due_at
