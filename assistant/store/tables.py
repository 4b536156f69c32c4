"""The tables. Times are UTC; texts of messages are masked before they get here."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, Index, Integer, String, Text, TypeDecorator, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

CLIENT_ID_MAX, CHANNEL_MAX, CONSULTANT_MAX, QUESTION_MAX = 80, 20, 80, 200
NUMBER_MAX = 2**31 - 1
"""PostgreSQL's integer; a larger number would be an error of the database instead of a refusal."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)) if value else None


def utc_now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    pass


class ConversationRow(Base):
    """`version` grows with every turn, so that two turns at once cannot overwrite one another.

    Of an erased conversation only figures are left; nobody reads it or writes to it any more.
    """

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    channel: Mapped[str] = mapped_column(String(CHANNEL_MAX))
    owner: Mapped[str] = mapped_column(String(10), default="bot")
    state: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    version: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MessageRow(Base):
    """One message of a visitor, the assistant or a consultant.

    `client_id` is the sender's own id of a visitor's message; `reply_to` ties the assistant's reply to the message;
    a visitor's message without a reply is one whose turn did not end; `page` is where it was written, masked.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "client_id", name="uq_messages_client"),
        UniqueConstraint("reply_to", name="uq_messages_reply_to"),
        Index("ix_messages_conversation", "conversation_id", "id"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    role: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)
    client_id: Mapped[str | None] = mapped_column(String(CLIENT_ID_MAX))
    reply_to: Mapped[int | None] = mapped_column(Integer)
    reply: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    is_settled: Mapped[bool] = mapped_column(default=False)
    page: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


_QUEUE = ("state", "next_due_at", "number", "field", "sector", "person_id", "waiting_since", "question")


class TicketRow(Base):
    """A question handed to a person.

    `version` grows with what a consultant does, not with what the visitor writes. While it is open, `person_id` is
    whom it is offered to since `offered_at`; later whose it is. `next_due_at` is the deadline that comes next: of the
    first answer, then of the solution. `waiting_since`: the visitor is asked something, and the clock stands;
    `waited_s` is the business time that it stood. `question` is what was asked, masked and cut.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        Index("ix_tickets_state", "state", "due_at"),
        # All that a queue filters, orders and counts by, so that it never reads the long rows themselves.
        Index("ix_tickets_queue", *_QUEUE),
        Index("ix_tickets_person", "person_id", "state"),
    )

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="open")
    reason: Mapped[str] = mapped_column(String(40))
    field: Mapped[str] = mapped_column(String(20))
    sector: Mapped[str] = mapped_column(String(30))
    slots: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    hits: Mapped[list[Any]] = mapped_column(JSON, default=list)
    transcript: Mapped[list[Any]] = mapped_column(JSON, default=list)
    contact: Mapped[str] = mapped_column(String(200), default="")
    consultant: Mapped[str] = mapped_column(String(CONSULTANT_MAX), default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_withdrawn: Mapped[bool] = mapped_column(default=False)
    person_id: Mapped[int | None] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer, default=0)
    question: Mapped[str] = mapped_column(String(QUESTION_MAX), default="")
    unread: Mapped[int] = mapped_column(Integer, default=0)
    offered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    waited_s: Mapped[int] = mapped_column(Integer, default=0)
    warned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    escalated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    typing_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    visitor_typing_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    merged_into: Mapped[int | None] = mapped_column(Integer)
