"""Finding what consultants wrote to users of channels, whoever wrote it into the conversation, without missing any."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, exists, func, select
from sqlalchemy.orm import Session

from assistant.channel_records import Outgoing
from assistant.store.channel_tables import ChannelMarkRow, ChannelUserRow, OutboxRow
from assistant.store.database import reading, transaction
from assistant.store.outbox import Origin, enqueue
from assistant.store.tables import ConversationRow, MessageRow

_MARK = "consultant_messages"
_SETTLED_AFTER = timedelta(hours=1)
"""Ids are given out before a transaction ends, so a smaller one may appear after a larger one; not after an hour."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A consultant's message that is not in the outbox, and the user it is for."""

    message_id: int
    user_id: int
    channel: str
    conversation_id: str
    text: str = field(repr=False)
    reply: Mapping[str, Any] = field(default_factory=dict, repr=False)
    address: str = field(default="", repr=False)


class ChannelScan:
    """Looks for work that others cause; each method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def answered(self, channels: Collection[str], limit: int = 100) -> list[Answered]:
        """Return consultants' messages to users of these channels that are not in the outbox, oldest first."""
        with reading(self._engine) as session:
            since = _mark(session)
            if not session.scalar(_waiting(since)):
                return []
            rows = session.execute(_unsent(since).where(ChannelUserRow.channel.in_(channels)).limit(limit)).all()
            if rows or (_settled(session) or 0) <= since:
                return [_answered(message, user) for message, user in rows]
        self._move_mark()
        return []

    def _move_mark(self) -> None:
        """Note up to where there is nothing left to find, so that the next look is short."""
        with transaction(self._engine) as session:
            since, newest = _mark(session), _settled(session)
            # A channel that is switched off has its messages found when it is on again.
            if newest and newest > since and session.execute(_unsent(since).limit(1)).first() is None:
                session.merge(ChannelMarkRow(name=_MARK, value=newest))

    def enqueue(self, one: Answered, requests: Sequence[Outgoing]) -> int:
        """Put a consultant's message into the outbox; of two copies that do it, one does."""
        origin = Origin(
            one.user_id, one.channel, f"message:{one.message_id}", "consultant", one.address, one.message_id
        )
        with transaction(self._engine) as session:
            return enqueue(session, origin, requests, datetime.now(UTC))

    def hand_back(self, ends: Mapping[str, Sequence[Outgoing]]) -> int:
        """End the talks of consultants whose tickets are closed; return how many.

        Args:
            ends: by channel: the requests that end a talk on the platform's side.
        """
        query = (
            select(ChannelUserRow)
            .join(ConversationRow, ConversationRow.id == ChannelUserRow.conversation_id)
            .where(ChannelUserRow.channel.in_(ends), ChannelUserRow.is_standby, ConversationRow.owner == "bot")
        )
        with reading(self._engine) as session:
            if session.scalars(query.limit(1)).first() is None:
                return 0
        with transaction(self._engine) as session:
            users = session.scalars(query.with_for_update(of=ChannelUserRow, skip_locked=True)).all()
            for user in users:
                user.is_standby = False
                _end(session, user, ends[user.channel])
            return len(users)


def _end(session: Session, user: ChannelUserRow, requests: Sequence[Outgoing]) -> None:
    now = datetime.now(UTC)
    cause = f"end:{user.id}:{now.timestamp():.6f}"
    enqueue(session, Origin(user.id, user.channel, cause, "notice", user.address), requests, now)


def _mark(session: Session) -> int:
    row = session.get(ChannelMarkRow, _MARK)
    return row.value if row else 0


def _settled(session: Session) -> int | None:
    old = MessageRow.created_at < datetime.now(UTC) - _SETTLED_AFTER
    return session.scalar(select(func.max(MessageRow.id)).where(MessageRow.role == "consultant", old))


def _waiting(since: int) -> Any:
    return select(exists().where(MessageRow.role == "consultant", MessageRow.id > since))


def _unsent(since: int) -> Any:
    """Return the query for messages and the one user each is for: whoever of a conversation's users came last."""
    later = ChannelUserRow.__table__.alias("later")
    is_last = ~exists().where(
        later.c.conversation_id == ChannelUserRow.conversation_id,
        (later.c.seen_at > ChannelUserRow.seen_at)
        | ((later.c.seen_at == ChannelUserRow.seen_at) & (later.c.id > ChannelUserRow.id)),
    )
    return (
        select(MessageRow, ChannelUserRow)
        .join(ChannelUserRow, ChannelUserRow.conversation_id == MessageRow.conversation_id)
        .where(
            MessageRow.role == "consultant",
            MessageRow.id > since,
            is_last,
            ~exists().where(OutboxRow.message_id == MessageRow.id),
        )
        .order_by(MessageRow.id)
    )


def _answered(message: MessageRow, user: ChannelUserRow) -> Answered:
    return Answered(
        message.id,
        user.id,
        user.channel,
        message.conversation_id,
        message.text,
        message.reply or {},
        user.address,
    )
