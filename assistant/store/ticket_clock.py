"""A ticket's clock: it stands while the visitor is asked something, and goes on with their next message."""

from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.store.database import is_storable
from assistant.store.tables import TicketRow

LIVE = ("open", "assigned", "answered")


class Hours(Protocol):
    """Business time."""

    def due(self, start: datetime, hours: timedelta) -> datetime:
        """Return the moment by which so much business time has run."""

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Return the business time between two moments."""


class EveryHour:
    """The hours of a desk that never closes: every hour counts."""

    def due(self, start: datetime, hours: timedelta) -> datetime:
        """Return so much later."""
        return start + hours

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Return the time between."""
        return max(timedelta(), end - start)


REOPENED = timedelta(hours=8)
"""Business time for the answer to what a visitor adds to an answered ticket."""


def held_tickets(session: Session, conversation_id: str) -> list[TicketRow]:
    """Return the live tickets of a conversation, held until the transaction ends.

    To be called before the conversation is held: consultants hold a ticket first, then its conversation.
    """
    if not is_storable(conversation_id):
        return []
    query = (
        select(TicketRow)
        .where(TicketRow.conversation_id == conversation_id, TicketRow.state.in_(LIVE))
        .order_by(TicketRow.number)
        .with_for_update()
    )
    return list(session.scalars(query))


def set_next(row: TicketRow) -> None:
    """Work out which deadline comes next; who was warned of another one is warned again."""
    first = row.first_due_at if row.first_answered_at is None else None
    following = min(first, row.due_at) if first else row.due_at
    if following != row.next_due_at:
        row.next_due_at, row.warned_at, row.escalated_at = following, None, None


def answered_first(row: TicketRow, now: datetime) -> None:
    """Note that a consultant has said something; only the first time counts."""
    if row.first_answered_at is None:
        row.first_answered_at = now
        set_next(row)


def resume(row: TicketRow, now: datetime, hours: Hours) -> None:
    """Let the clock go on: what has not been due yet is due later, by the business time that the clock stood."""
    since = row.waiting_since
    if since is None:
        return
    row.waited_s += int(hours.elapsed(since, now).total_seconds())
    row.waiting_since = None
    row.due_at = _later(row.due_at, since, now, hours)
    if row.first_due_at is not None and row.first_answered_at is None:
        row.first_due_at = _later(row.first_due_at, since, now, hours)
    set_next(row)


def _later(due_at: datetime, since: datetime, now: datetime, hours: Hours) -> datetime:
    return due_at if due_at <= since else hours.due(now, hours.elapsed(since, due_at))


def visitor_wrote(row: TicketRow, now: datetime, hours: Hours) -> None:
    """Count a visitor's message: the clock goes on, and an answered ticket is at work again."""
    row.unread += 1
    resume(row, now, hours)
    if row.state == "answered":
        row.state, row.answered_at = "assigned", None
        row.due_at = max(row.due_at, hours.due(now, REOPENED))
        set_next(row)
