"""Who is writing right now: visitors, for who has their ticket open, and consultants, for their visitor."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, exists, select, update
from sqlalchemy.orm import Session

from assistant.store.database import reading
from assistant.store.tables import TicketRow, utc_now

TYPING = timedelta(seconds=8)
"""Who writes says so again before that."""

_LIVE = ("open", "assigned", "answered")


def note_writing(session: Session, conversation_id: str | None) -> None:
    """Note within a running transaction that a visitor is writing; without a ticket nobody would see it."""
    theirs = TicketRow.conversation_id == conversation_id, TicketRow.state.in_(_LIVE)
    session.execute(update(TicketRow).where(*theirs).values(visitor_typing_at=utc_now()))


def is_person_writing(conversation_id: Any) -> ColumnElement[bool]:
    """Return the condition that a consultant has said just now that they are writing."""
    since = utc_now() - TYPING
    return exists().where(TicketRow.conversation_id == conversation_id, TicketRow.typing_at > since)


class Writing:
    """Each method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def writing(self, numbers: Sequence[int]) -> frozenset[int]:
        """Return the tickets of those whose visitor is writing."""
        since = utc_now() - TYPING
        query = select(TicketRow.number).where(TicketRow.number.in_(numbers), TicketRow.visitor_typing_at > since)
        with reading(self._engine) as session:
            return frozenset(session.scalars(query))
