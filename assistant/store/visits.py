"""Visitors of the widget: their conversation, their consent, their ratings, and the erasure of all of it.

A conversation of the widget is bound to no user of a messenger, so nothing of it is ever in the outbox.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, delete, exists, select, update
from sqlalchemy.orm import Session, aliased

from assistant.errors import RateLimitedError, UnauthorizedError
from assistant.privacy import mask_page
from assistant.records import Page
from assistant.store.database import reading, transaction, upsert
from assistant.store.erasing import erase_conversation
from assistant.store.mails import is_untold, note_shown
from assistant.store.ratings import store_rating
from assistant.store.tables import ConversationRow, MessageRow, TicketRow
from assistant.store.visit_tables import ConsentRow, VisitorRow
from assistant.store.writing import note_writing
from assistant.wording import ERRORS

CHANNEL = "widget"
MESSAGES_AT_ONCE, WINDOW_S = 10, 10
"""A visitor may send so many messages in so many seconds."""

KEPT = timedelta(days=31)
"""A visitor who wrote nothing is forgotten when their token is certainly over."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A visitor as they are now."""

    conversation_id: str | None = None
    has_consented: bool = False
    erasures: int = 0
    page: Page | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Replied:
    """A stored reply and its number."""

    id: int
    reply: dict[str, Any] = field(repr=False)


class VisitStore:
    """Every writing of visitors; each method is one transaction. Whoever is not stored is not known."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def arrive(self, visitor_id: str, origin: str, page: Page | None = None) -> Visit:
        """Store that a visitor has come, or is here again; the page is masked."""
        now = datetime.now(UTC)
        seen = {"origin": origin, "seen_at": now}
        if page is not None:
            seen["page"] = asdict(mask_page(page))
        with transaction(self._engine) as session:
            adding = upsert(session)(VisitorRow).values(id=visitor_id, erasures=0, recent=[], created_at=now, **seen)
            session.execute(adding.on_conflict_do_update(index_elements=["id"], set_=seen))
            return _visit(session, session.get_one(VisitorRow, visitor_id))

    def visit(self, visitor_id: str) -> Visit:
        """Return a visitor.

        Raises:
            UnauthorizedError: there is none of that id (visitor_unknown).
        """
        with reading(self._engine) as session:
            return _visit(session, known_visitor(session, visitor_id))

    def replied(self, conversation_id: str, client_id: str) -> Replied | None:
        """Return what a message was answered with; None while it is not."""
        asked = aliased(MessageRow)
        query = (
            select(MessageRow.id, MessageRow.reply)
            .join(asked, MessageRow.reply_to == asked.id)
            .where(asked.conversation_id == conversation_id, asked.client_id == client_id)
        )
        with reading(self._engine) as session:
            found = session.execute(query).first()
            return Replied(found[0], found[1] or {}) if found else None

    def begin(self, visitor_id: str) -> str:
        """Count a message and return the conversation it goes to: the visitor's current one, or a new one.

        Two first messages at once get the same conversation.

        Raises:
            RateLimitedError: too many of them within a few seconds (too_many).
        """
        with transaction(self._engine) as session:
            row = known_visitor(session, visitor_id, is_held=True)
            now = datetime.now(UTC)
            row.recent = _counted(row.recent, now.timestamp())
            if row.conversation_id is None:
                opened = ConversationRow(id=uuid4().hex, channel=CHANNEL, state={}, created_at=now, updated_at=now)
                session.add(opened)
                session.flush()
                row.conversation_id = opened.id
            return row.conversation_id

    def note_shown(self, conversation_id: str, last: int) -> None:
        """Note that a visitor's chat has shown the messages up to one: no mail has to tell of them any more."""
        with reading(self._engine) as session:
            if not is_untold(session, conversation_id, last):
                return
        with transaction(self._engine) as session:
            note_shown(session, conversation_id, last)

    def consent(self, visitor_id: str, is_given: bool) -> None:
        """Note that a visitor agrees to their contact being kept, or no longer does: then it is deleted."""
        with transaction(self._engine) as session:
            row = known_visitor(session, visitor_id, is_held=True)
            if _has_consented(session, visitor_id) != is_given:
                session.add(ConsentRow(visitor_id=visitor_id, is_given=is_given, created_at=datetime.now(UTC)))
            if not is_given:
                _forget_contact(session, row.conversation_id)

    def uphold_consent(self, visitor_id: str) -> None:
        """Delete a contact that was left while the consent to it was being taken back."""
        with transaction(self._engine) as session:
            row = known_visitor(session, visitor_id, is_held=True)
            if not _has_consented(session, visitor_id):
                _forget_contact(session, row.conversation_id)

    def rate(self, visitor_id: str, reply_id: int, score: str, comment: str) -> None:
        """Store a visitor's rating of a reply in their conversation; a second one replaces the first.

        Raises:
            NotFoundError: there is no such reply in it.
            BadInputError: the comment cannot be stored.
        """
        with transaction(self._engine) as session:
            row = known_visitor(session, visitor_id, is_held=True)
            store_rating(session, row.conversation_id, reply_id, score, comment)

    def note_writing(self, visitor_id: str) -> None:
        """Note that a visitor is writing."""
        with transaction(self._engine) as session:
            row = known_visitor(session, visitor_id)
            note_writing(session, row.conversation_id)

    def erase(self, visitor_id: str) -> bool:
        """Erase a visitor's conversation: every text and the contact; figures stay. Say whether there was one.

        A turn under way is not stored any more, and the next message starts a new conversation. What was agreed to
        is taken back, for it was agreed to in this conversation.
        """
        now = datetime.now(UTC)
        with transaction(self._engine) as session:
            row = known_visitor(session, visitor_id, is_held=True)
            erased, row.conversation_id, row.page = row.conversation_id, None, None
            if _has_consented(session, visitor_id):
                session.add(ConsentRow(visitor_id=visitor_id, is_given=False, created_at=now))
            if erased is None:
                return False
            row.erasures += 1
            erase_conversation(session, erased, now)
            return True

    def prune(self, now: datetime) -> int:
        """Delete visitors who wrote nothing and whose token is over; return how many."""
        has_agreed = exists().where(ConsentRow.visitor_id == VisitorRow.id)
        is_over = VisitorRow.seen_at < now - KEPT, VisitorRow.conversation_id.is_(None), VisitorRow.erasures == 0
        with transaction(self._engine) as session:
            return int(session.execute(delete(VisitorRow).where(*is_over, ~has_agreed)).rowcount)  # type: ignore[attr-defined]


def known_visitor(session: Session, visitor_id: str, *, is_held: bool = False) -> VisitorRow:
    """Return the row of a visitor within a running transaction, held until its end if wanted.

    Raises:
        UnauthorizedError: there is none of that id (visitor_unknown).
    """
    lock = {"key_share": True} if is_held else None
    row = session.get(VisitorRow, visitor_id, with_for_update=lock)
    if row is None:
        raise UnauthorizedError(ERRORS["visitor_unknown"], code="visitor_unknown")
    return row


def _visit(session: Session, row: VisitorRow) -> Visit:
    page = Page(**row.page) if row.page else None
    return Visit(row.conversation_id, _has_consented(session, row.id), row.erasures, page)


def _has_consented(session: Session, visitor_id: str) -> bool:
    query = select(ConsentRow.is_given).where(ConsentRow.visitor_id == visitor_id).order_by(ConsentRow.id.desc())
    return bool(session.scalar(query.limit(1)))


def _counted(recent: Sequence[float], now: float) -> list[float]:
    """Return the moments of the last messages with this one; the clocks of two copies may differ a little."""
    within = sorted(moment for moment in recent if abs(now - moment) < WINDOW_S)
    if len(within) >= MESSAGES_AT_ONCE:
        wait = min(WINDOW_S, max(1, ceil(within[-MESSAGES_AT_ONCE] + WINDOW_S - now)))
        raise RateLimitedError(ERRORS["too_many"], code="too_many", retry_after=wait)
    return [*within, now]


def _forget_contact(session: Session, conversation_id: str | None) -> None:
    session.execute(update(TicketRow).where(TicketRow.conversation_id == conversation_id).values(contact=""))
