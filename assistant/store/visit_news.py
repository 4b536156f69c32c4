"""What a visitor of the widget has not seen yet, and whether there is anything: read only, from any copy."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, exists, func, select
from sqlalchemy.orm import Session

from assistant.records import Owner, Ticket
from assistant.store.database import reading
from assistant.store.tables import NUMBER_MAX, ConversationRow, MessageRow, TicketRow
from assistant.store.tickets import ticket_of
from assistant.store.visit_tables import VisitorRow
from assistant.store.visits import known_visitor
from assistant.store.writing import is_person_writing

_PAGE = 200
"""Messages read at once; who has missed more asks again."""

_ASKED_AT_ONCE = 500

Stamp = tuple[Any, ...]
"""Differs when anything about a visitor's conversation has changed."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a visitor has read: the conversations erased by then, and the last message seen in this one."""

    erasures: int = 0
    message: int = 0

    def __str__(self) -> str:
        return f"{self.erasures}-{self.message}"


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a conversation, as it is shown."""

    id: int
    role: str
    text: str = field(repr=False)
    reply: dict[str, Any] | None = field(repr=False)
    message_id: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Who answers, whether a reply is being worked out or a consultant is writing, and the newest ticket."""

    owner: Owner = "bot"
    is_working: bool = False
    is_person_typing: bool = False
    ticket: Ticket | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class News:
    """What came behind a cursor. `has_more`: ask again from `cursor`, there is more than fits in one answer."""

    cursor: Cursor
    conversation_id: str | None
    was_erased: bool
    lines: tuple[Line, ...]
    standing: Standing
    has_more: bool


class NewsDesk:
    """Every reading of the conversations of visitors; each method is one reading transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def news(self, visitor_id: str, after: Cursor) -> News:
        """Return what a visitor has not seen.

        A cursor of a conversation that was erased in the meantime gets `was_erased`, and the new one from its start.

        Raises:
            UnauthorizedError: there is no such visitor (visitor_unknown).
        """
        with reading(self._engine) as session:
            visitor = known_visitor(session, visitor_id)
            seen = min(after.message, NUMBER_MAX) if after.erasures == visitor.erasures else 0
            lines = _lines(session, visitor.conversation_id, seen) if visitor.conversation_id else ()
            return News(
                Cursor(visitor.erasures, lines[-1].id if lines else seen),
                visitor.conversation_id,
                after.erasures < visitor.erasures,
                lines,
                _standing(session, visitor.conversation_id) if visitor.conversation_id else Standing(),
                len(lines) == _PAGE,
            )

    def whole(self, visitor_id: str) -> News:
        """Return all of a visitor's conversation.

        Raises:
            UnauthorizedError: there is no such visitor (visitor_unknown).
        """
        news = self.news(visitor_id, Cursor())
        lines = news.lines
        while news.has_more:
            news = self.news(visitor_id, news.cursor)
            lines = news.lines if news.was_erased else lines + news.lines
        return News(news.cursor, news.conversation_id, False, lines, news.standing, False)

    def stamps(self, visitor_ids: Sequence[str]) -> dict[str, Stamp]:
        """Return for each visitor what differs as soon as there is news; visitors who are gone are left out."""
        newest = (
            select(func.max(MessageRow.id))
            .where(MessageRow.conversation_id == VisitorRow.conversation_id)
            .scalar_subquery()
        )
        writes = is_person_writing(VisitorRow.conversation_id)
        query = select(
            VisitorRow.id, VisitorRow.erasures, VisitorRow.conversation_id, ConversationRow.version, newest, writes
        ).outerjoin(ConversationRow, ConversationRow.id == VisitorRow.conversation_id)
        found: dict[str, Stamp] = {}
        with reading(self._engine) as session:
            for start in range(0, len(visitor_ids), _ASKED_AT_ONCE):
                some = VisitorRow.id.in_(visitor_ids[start : start + _ASKED_AT_ONCE])
                found |= {row[0]: tuple(row[1:]) for row in session.execute(query.where(some))}
        return found


def _lines(session: Session, conversation_id: str, after: int) -> tuple[Line, ...]:
    # While a consultant owns the conversation the assistant's replies are empty: nothing to show.
    query = (
        select(MessageRow)
        .where(MessageRow.conversation_id == conversation_id, MessageRow.id > after, MessageRow.text != "")
        .order_by(MessageRow.id)
        .limit(_PAGE)
    )
    return tuple(
        Line(row.id, row.role, row.text, row.reply, row.client_id, row.created_at) for row in session.scalars(query)
    )


def _standing(session: Session, conversation_id: str) -> Standing:
    owner: Any = session.scalar(select(ConversationRow.owner).where(ConversationRow.id == conversation_id))
    unsettled = exists().where(
        MessageRow.conversation_id == conversation_id, MessageRow.role == "visitor", MessageRow.is_settled.is_(False)
    )
    query = select(TicketRow).where(TicketRow.conversation_id == conversation_id).order_by(TicketRow.number.desc())
    ticket = session.scalars(query.limit(1)).first()
    is_working = owner != "human" and bool(session.scalar(select(unsettled)))
    is_typing = owner == "human" and bool(session.scalar(select(is_person_writing(conversation_id))))
    return Standing(owner, is_working, is_typing, ticket_of(ticket) if ticket else None)
