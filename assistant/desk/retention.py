"""What is kept for how long: a day's round removes what people wrote once it has been closed for long enough.

Figures stay: counts, labels, times, articles, scores. So the statistics of a year ago are the same as they were.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, Select, exists, or_, select, update
from sqlalchemy.orm import Session

from assistant.desk.audit import Audit
from assistant.desk.sessions import Sessions
from assistant.desk.tries import Tries
from assistant.settings import Settings
from assistant.store.channel_tables import ChannelEventRow, ChannelUserRow, OutboxRow
from assistant.store.database import reading, transaction
from assistant.store.erasing import erase_conversation
from assistant.store.tables import ConversationRow, MessageRow, TicketRow, utc_now
from assistant.store.visit_tables import ConsentRow, VisitorRow

log = logging.getLogger(__name__)

_AT_ONCE = 20
"""Conversations in one transaction: with SQLite a visitor's message waits for its end."""

_FIRST_ROUND_S, _ROUND_S = 60.0, 24 * 3600.0
_OVER = ("done",)
_SENT = ("sent", "failed", "dropped", "uncertain")


@dataclass(frozen=True, slots=True)
class Removed:
    """What a round removed: conversations that were emptied, and lines of the log."""

    conversations: int
    audit_lines: int


class Retention:
    """Removes what was kept for long enough; copies that do it at once do no harm."""

    def __init__(self, engine: Engine, settings: Settings, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._kept = timedelta(days=settings.retention_days)
        self._clock = clock
        self._audit = Audit(engine, clock)
        self._sessions = Sessions(engine, settings, clock)
        self._tries = Tries(engine, clock)

    def due(self) -> int:
        """Return how many conversations the next round would empty."""
        with reading(self._engine) as session:
            return len(session.scalars(_closed(self._clock() - self._kept)).all())

    def remove(self) -> Removed:
        """Do one round: conversations, messengers' copies, the log, sessions and tries that are over."""
        before = self._clock() - self._kept
        emptied, last = 0, -1
        while emptied != last:
            last = emptied
            emptied += self._empty_some(before)
        self._empty_copies(before)
        removed = Removed(emptied, self._audit.remove_old())
        if removed.conversations or removed.audit_lines:
            counts = {"conversations": removed.conversations, "audit_lines": removed.audit_lines}
            self._audit.note(None, "retain", "", **counts)
        self._sessions.prune()
        self._tries.prune()
        return removed

    def _empty_some(self, before: datetime) -> int:
        with transaction(self._engine) as session:
            found = session.scalars(_closed(before).limit(_AT_ONCE)).all()
            return sum(self._empty(session, one, before) for one in found)

    def _empty(self, session: Session, conversation_id: str, before: datetime) -> bool:
        now = self._clock()
        # In the order in which others hold them: who it belongs to, tickets, the conversation.
        theirs = VisitorRow.conversation_id == conversation_id, ChannelUserRow.conversation_id == conversation_id
        visitors = session.scalars(select(VisitorRow).where(theirs[0]).with_for_update()).all()
        users = session.scalars(select(ChannelUserRow).where(theirs[1]).with_for_update()).all()
        tickets = select(TicketRow.number).where(TicketRow.conversation_id == conversation_id)
        session.execute(tickets.with_for_update()).all()
        session.get_one(ConversationRow, conversation_id, with_for_update={"key_share": True})
        if session.scalar(_closed(before).where(ConversationRow.id == conversation_id)) is None:
            return False  # somebody wrote in it just now
        for visitor in visitors:
            visitor.conversation_id, visitor.page, visitor.erasures = None, None, visitor.erasures + 1
            session.add(ConsentRow(visitor_id=visitor.id, is_given=False, created_at=now))
        for user in users:
            _part(session, user, now)
        erase_conversation(session, conversation_id, now, keeps_labels=True)
        return True

    def _empty_copies(self, before: datetime) -> None:
        """Empty what lies ready for messengers, which holds the same words once more."""
        events = ChannelEventRow.created_at < before, ChannelEventRow.state.in_(_OVER)
        sent = OutboxRow.created_at < before, OutboxRow.state.in_(_SENT)
        with transaction(self._engine) as session:
            session.execute(update(ChannelEventRow).where(*events).values(said=None, sealed=""))
            session.execute(update(OutboxRow).where(*sent).values(body={}, address=""))


def _closed(before: datetime) -> Select[Any]:
    """Select conversations in which nothing happened since a moment, and nobody waits for an answer."""
    return (
        select(ConversationRow.id)
        .where(
            ConversationRow.erased_at.is_(None),
            ConversationRow.updated_at < before,
            exists().where(MessageRow.conversation_id == ConversationRow.id),
            ~exists().where(MessageRow.conversation_id == ConversationRow.id, MessageRow.created_at >= before),
            ~exists().where(ChannelUserRow.conversation_id == ConversationRow.id, ChannelUserRow.seen_at >= before),
            ~exists().where(
                TicketRow.conversation_id == ConversationRow.id,
                or_(TicketRow.state.in_(("open", "assigned")), TicketRow.closed_at >= before),
            ),
        )
        .order_by(ConversationRow.updated_at)
    )


def _part(session: Session, user: ChannelUserRow, now: datetime) -> None:
    """Let a messenger's user go on in a new conversation; where they can be reached is forgotten."""
    opened = ConversationRow(id=uuid4().hex, channel=user.channel, owner="bot", state={}, created_at=now)
    opened.version, opened.updated_at = 0, now
    session.add(opened)
    session.flush()
    user.conversation_id, user.address, user.is_told = opened.id, "", False


class RetentionRounds(threading.Thread):
    """Does a round a minute after the start, and every day from then on."""

    def __init__(self, retention: Retention) -> None:
        super().__init__(name="retention", daemon=True)
        self._retention = retention
        self._stop_event = threading.Event()

    def run(self) -> None:
        wait = _FIRST_ROUND_S
        while not self._stop_event.wait(wait):
            wait = _ROUND_S
            try:
                removed = self._retention.remove()
                log.info("emptied %d conversations, removed %d lines", removed.conversations, removed.audit_lines)
            except Exception:  # a thread's boundary: the database may be away for a while
                log.exception("the round of retention failed")

    def stop(self) -> None:
        self._stop_event.set()
