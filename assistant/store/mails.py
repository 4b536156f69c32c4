"""Mails that tell visitors of consultants' messages: put in with the message, leased, sent, tried again.

What the visitor's open chat has shown meanwhile is not mailed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, and_, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from assistant.store.channel_tables import ChannelUserRow
from assistant.store.database import reading, transaction
from assistant.store.desk_events import record
from assistant.store.desk_tables import AnswerLinkRow, MailRow
from assistant.store.tables import ConversationRow, MessageRow, TicketRow, utc_now

SHOWN_WITHIN = timedelta(seconds=60)
"""An open chat has shown a message by then, for it asks every half minute at least."""

LEASE = timedelta(minutes=2)
"""Longer than any try."""

TRIES = 12
"""With the back-off about a day; then somebody has to look."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that this copy may send now."""

    id: int
    number: int
    conversation_id: str
    address: str = field(repr=False)
    is_answer: bool
    tries: int


def is_address(contact: str) -> bool:
    """Say whether a contact is an e-mail address; else it is a telephone number."""
    name, _, host = contact.strip().partition("@")
    return bool(name) and "." in host and not any(letter.isspace() for letter in contact.strip())


def put_in(session: Session, row: TicketRow, message: MessageRow, now: datetime, *, is_answer: bool) -> None:
    """Put a mail in with a consultant's message, where there is an address and no other way of telling.

    One mail that waits is enough: the link of it leads to the newer message too. An answer's goes in its place.
    """
    if not is_address(row.contact) or _has_messenger(session, message.conversation_id):
        return
    waiting = and_(MailRow.conversation_id == message.conversation_id, MailRow.state == "waiting", MailRow.tries == 0)
    session.execute(update(MailRow).where(waiting).values(state="dropped", error="newer"))
    session.add(
        MailRow(
            number=row.number,
            conversation_id=message.conversation_id,
            message_id=message.id,
            is_answer=is_answer,
            state="waiting",
            created_at=now,
            next_try_at=now + SHOWN_WITHIN,
        )
    )


def _has_messenger(session: Session, conversation_id: str) -> bool:
    told = exists().where(ChannelUserRow.conversation_id == conversation_id, ~ChannelUserRow.has_left)
    return bool(session.scalar(select(told)))


def is_untold(session: Session, conversation_id: str, last: int) -> bool:
    """Say whether a mail waits to tell of a message up to `last`."""
    return bool(session.scalar(select(exists().where(_untold(conversation_id, last)))))


def note_shown(session: Session, conversation_id: str, last: int) -> None:
    """Send no mail that tells of a message up to `last`."""
    shown = update(MailRow).where(_untold(conversation_id, last)).values(state="dropped", error="shown")
    session.execute(shown)


def _untold(conversation_id: str, last: int) -> ColumnElement[bool]:
    return and_(MailRow.conversation_id == conversation_id, MailRow.state == "waiting", MailRow.message_id <= last)


class Mails:
    """Claiming and settling; each method is one transaction.

    Args:
        back_off: the seconds until the next try after so many.
    """

    def __init__(
        self, engine: Engine, back_off: Callable[[int], float], clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._engine = engine
        self._back_off = back_off
        self._clock = clock

    def claim(self, limit: int = 20) -> list[Letter]:
        """Lease what is due; what nobody wants any more is dropped. A lease that is over is taken up again."""
        now = self._clock()
        due = or_(
            and_(MailRow.state == "waiting", MailRow.next_try_at <= now),
            and_(MailRow.state == "sending", MailRow.leased_until <= now),
        )
        with reading(self._engine) as session:
            if not session.scalar(select(exists().where(due))):
                return []
        query = select(MailRow).where(due).order_by(MailRow.id).limit(limit).with_for_update(skip_locked=True)
        with transaction(self._engine) as session:
            return [letter for row in session.scalars(query) if (letter := _lease(session, row, now))]

    def settle(self, letter: Letter, error: str = "", *, is_final: bool = False) -> str:
        """Note what came of a try; return the mail's new state."""
        now = self._clock()
        with transaction(self._engine) as session:
            row = session.get(MailRow, letter.id, with_for_update=True)
            if row is None or row.state != "sending" or row.tries != letter.tries:
                return row.state if row else "dropped"
            row.leased_until, row.error = None, error[:80]
            if not error:
                row.state, row.sent_at = "sent", now
            elif is_final or row.tries >= TRIES:
                row.state = "failed"
            else:
                row.state, row.next_try_at = "waiting", now + timedelta(seconds=self._back_off(row.tries))
            if row.state in ("sent", "failed"):
                record(session, row.number, f"mail_{row.state}", now, error=row.error)
            return row.state

    def prune(self, before: datetime) -> int:
        """Delete links that ended before a moment, and mails that are over and older; return how many."""
        over = and_(MailRow.state.in_(("sent", "dropped")), MailRow.created_at < before)
        with transaction(self._engine) as session:
            done = session.execute(delete(AnswerLinkRow).where(AnswerLinkRow.expires_at < before))
            gone = session.execute(delete(MailRow).where(over))
            return int(done.rowcount) + int(gone.rowcount)  # type: ignore[attr-defined]


def _lease(session: Session, row: MailRow, now: datetime) -> Letter | None:
    contact = session.scalar(select(TicketRow.contact).where(TicketRow.number == row.number)) or ""
    erased = session.scalar(select(ConversationRow.erased_at).where(ConversationRow.id == row.conversation_id))
    if erased is not None or not is_address(contact):
        row.state, row.error, row.leased_until = "dropped", "no_address", None
        return None
    row.state, row.leased_until, row.tries = "sending", now + LEASE, row.tries + 1
    return Letter(row.id, row.number, row.conversation_id, contact.strip(), row.is_answer, row.tries)
