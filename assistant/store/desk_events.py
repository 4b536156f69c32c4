"""What happened to tickets, in an order that nobody who follows it can miss anything in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from assistant.desk_records import Event, Person
from assistant.store.database import reading
from assistant.store.desk_tables import DeskEventRow

_LOCK = 138_1382
EVENTS_AT_ONCE = 200


def record(
    session: Session, number: int, kind: str, now: datetime, person: Person | None = None, **detail: Any
) -> None:
    """Note what happened to a ticket; the last thing a transaction does.

    An id is given out before its transaction ends, so whoever follows the events could see a larger one first and miss
    the smaller one. So those who note something wait for one another here, when they wait for nothing else any more.
    """
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    session.add(
        DeskEventRow(
            number=number,
            kind=kind,
            person_id=person.id if person else None,
            person=person.name if person else "",
            detail=detail,
            created_at=now,
        )
    )
    session.flush()


def events_of(session: Session, number: int) -> tuple[Event, ...]:
    """Return a ticket's whole history, oldest first."""
    query = select(DeskEventRow).where(DeskEventRow.number == number).order_by(DeskEventRow.id)
    return tuple(event_of(row) for row in session.scalars(query))


def event_of(row: DeskEventRow) -> Event:
    """Turn a row into its record."""
    return Event(row.id, row.number, row.kind, row.created_at, row.person, row.detail)


class DeskEvents:
    """Following what happens; each method is one reading transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def after(self, cursor: int, number: int | None = None, limit: int = EVENTS_AT_ONCE) -> Sequence[Event]:
        """Return what happened behind a cursor, oldest first; of one ticket, or of all."""
        query = select(DeskEventRow).where(DeskEventRow.id > cursor).order_by(DeskEventRow.id).limit(limit)
        if number is not None:
            query = query.where(DeskEventRow.number == number)
        with reading(self._engine) as session:
            return [event_of(row) for row in session.scalars(query)]

    def newest(self) -> int:
        """Return the cursor of who has seen everything."""
        with reading(self._engine) as session:
            return session.scalar(select(func.max(DeskEventRow.id))) or 0
