"""The tables of the channels: their users, what came from them, and what is to be sent to them.

No raw id of a user is stored: `user` is a hash, `address` and `sealed` are sealed (see seal.py).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assistant.store.tables import CHANNEL_MAX, Base, MessageRow, UtcDateTime


class ChannelUserRow(Base):
    """A user of a channel and the conversation with them; `worker` works on their events until `leased_until`.

    `is_told` says that they know of the consultant who reads along; `is_standby` that a person has the thread on the
    platform's side; `has_left` that they want nothing more.
    """

    __tablename__ = "channel_users"
    __table_args__ = (
        UniqueConstraint("channel", "user", name="uq_channel_users_user"),
        Index("ix_channel_users_conversation", "conversation_id"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    channel: Mapped[str] = mapped_column(String(CHANNEL_MAX))
    user: Mapped[str] = mapped_column(String(64))
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    address: Mapped[str] = mapped_column(Text, default="")
    is_told: Mapped[bool] = mapped_column(default=False)
    is_standby: Mapped[bool] = mapped_column(default=False)
    has_left: Mapped[bool] = mapped_column(default=False)
    worker: Mapped[str] = mapped_column(String(32), default="")
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ChannelEventRow(Base):
    """One event of a user, worked on in the order of ids.

    `sealed` holds the event until it is done; `said` is what was told in answer, `part` which part of it. `is_late`
    says that the response to the webhook was given without the answer. State: waiting, done.
    """

    __tablename__ = "channel_events"
    __table_args__ = (
        UniqueConstraint("user_id", "event_id", name="uq_channel_events_event"),
        Index("ix_channel_events_waiting", "state", "user_id", "id"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("channel_users.id"))
    event_id: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(10))
    sealed: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    is_late: Mapped[bool] = mapped_column(default=False)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    said: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    part: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OutboxRow(Base):
    """One request to a platform, sent in the order of ids within a user.

    `cause` names what made it ("event:12:0", "message:55:0"), so that nothing is put in twice; `key` is the platform's
    retry key. State: waiting, sending, sent, held (for the user's next message), uncertain (it may have arrived),
    failed, dropped.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("cause", name="uq_outbox_cause"),
        Index("ix_outbox_due", "state", "channel", "next_try_at"),
        Index("ix_outbox_user", "user_id", "id"),
        Index("ix_outbox_message", "message_id"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("channel_users.id"))
    channel: Mapped[str] = mapped_column(String(CHANNEL_MAX))
    message_id: Mapped[int | None] = mapped_column(Integer)
    cause: Mapped[str] = mapped_column(String(80))
    speaker: Mapped[str] = mapped_column(String(12))
    call: Mapped[str] = mapped_column(String(20))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    address: Mapped[str] = mapped_column(Text, default="")
    key: Mapped[str] = mapped_column(String(36))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    is_repeatable: Mapped[bool] = mapped_column(default=False)
    is_doubtful: Mapped[bool] = mapped_column(default=False)
    is_held_if_lost: Mapped[bool] = mapped_column(default=False)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ChannelMarkRow(Base):
    """How far something has been looked through."""

    __tablename__ = "channel_marks"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int] = mapped_column(Integer)


Index(
    "ix_channel_users_standby",
    ChannelUserRow.channel,
    sqlite_where=ChannelUserRow.is_standby,
    postgresql_where=ChannelUserRow.is_standby,
)

# Consultants' messages are few among all; looking for new ones every second must not read the others.
Index(
    "ix_messages_consultant",
    MessageRow.id,
    sqlite_where=MessageRow.role == "consultant",
    postgresql_where=MessageRow.role == "consultant",
)
