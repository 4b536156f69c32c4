"""The tables of the widget: its visitors, what they agreed to, and how they rated the answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.store.tables import Base, UtcDateTime

ORIGIN_MAX = 200


class VisitorRow(Base):
    """A browser on one site, and its current conversation.

    `erasures` counts the conversations that were erased; `page` is the last page seen, masked; `recent` holds when the
    last messages came, in seconds since 1970.
    """

    __tablename__ = "visitors"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    origin: Mapped[str] = mapped_column(String(ORIGIN_MAX))
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id"))
    erasures: Mapped[int] = mapped_column(Integer, default=0)
    page: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    recent: Mapped[list[float]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ConsentRow(Base):
    """A visitor agreed that their contact is kept, or took that back; the newest one holds."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_visitor", "visitor_id", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    visitor_id: Mapped[str] = mapped_column(ForeignKey("visitors.id"))
    is_given: Mapped[bool] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RatingRow(Base):
    """What a visitor thought of one reply. Score: up, down."""

    __tablename__ = "ratings"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True, autoincrement=False)
    score: Mapped[str] = mapped_column(String(4))
    comment: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
