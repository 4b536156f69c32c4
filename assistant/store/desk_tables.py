"""The tables of the desk's work: what a ticket has beside its conversation, and the mails that tell of an answer."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assistant.store.tables import CONSULTANT_MAX, Base, UtcDateTime

FILE_NAME_MAX, TITLE_MAX = 120, 80


class DeskEventRow(Base):
    """Something that happened to a ticket. Ids appear in their order (see desk_events.record)."""

    __tablename__ = "desk_events"
    __table_args__ = (Index("ix_desk_events_number", "number", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    number: Mapped[int] = mapped_column(ForeignKey("tickets.number"))
    kind: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int | None] = mapped_column(Integer)
    person: Mapped[str] = mapped_column(String(CONSULTANT_MAX), default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class NoteRow(Base):
    """What a consultant wrote for colleagues."""

    __tablename__ = "ticket_notes"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    number: Mapped[int] = mapped_column(ForeignKey("tickets.number"), index=True)
    person_id: Mapped[int] = mapped_column(Integer)
    person: Mapped[str] = mapped_column(String(CONSULTANT_MAX))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AttachmentRow(Base):
    """A file of a ticket. Its bytes lie here, so that they are erased and saved with everything else."""

    __tablename__ = "attachments"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int] = mapped_column(ForeignKey("tickets.number"), index=True)
    person_id: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(FILE_NAME_MAX))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(Integer)
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReferralRow(Base):
    """A ticket sent on to a partner agency, and what came back."""

    __tablename__ = "referrals"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    number: Mapped[int] = mapped_column(ForeignKey("tickets.number"), index=True)
    agency_id: Mapped[str] = mapped_column(String(80))
    person_id: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reply: Mapped[str] = mapped_column(Text, default="")
    replied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CannedRow(Base):
    """A reply to use again; without field or sector it is for all of them."""

    __tablename__ = "canned_replies"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    title: Mapped[str] = mapped_column(String(TITLE_MAX))
    text: Mapped[str] = mapped_column(Text)
    field: Mapped[str] = mapped_column(String(20), default="")
    sector: Mapped[str] = mapped_column(String(30), default="")
    person_id: Mapped[int] = mapped_column(Integer)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MailRow(Base):
    """A mail that tells of a consultant's message. State: waiting, sending, sent, failed, dropped.

    The address is not here: it is read from the ticket when the mail is sent, so that a contact that was taken back is
    not written to.
    """

    __tablename__ = "mails"
    __table_args__ = (
        UniqueConstraint("message_id", name="uq_mails_message"),
        Index("ix_mails_due", "state", "next_try_at"),
        Index("ix_mails_conversation", "conversation_id", "state"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    number: Mapped[int] = mapped_column(ForeignKey("tickets.number"))
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    is_answer: Mapped[bool] = mapped_column(default=True)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    tries: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AnswerLinkRow(Base):
    """A link back into a conversation. `id` is the digest of its token, `device` that of the cookie of who used it."""

    __tablename__ = "answer_links"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    number: Mapped[int] = mapped_column(ForeignKey("tickets.number"), index=True)
    device: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
