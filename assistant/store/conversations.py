"""Conversations and their messages. A message is stored before it is worked on, and its reply ends the turn."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from sqlalchemy import Engine, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.errors import BadInputError, ConflictError, NotFoundError
from assistant.handover import TicketDraft
from assistant.records import MaskedText, Owner, Page, State, Ticket
from assistant.store.database import is_storable, reading, refuse_unstorable, transaction
from assistant.store.desk_events import record
from assistant.store.mails import is_untold, note_shown
from assistant.store.ratings import store_rating
from assistant.store.tables import CHANNEL_MAX, CLIENT_ID_MAX, ConversationRow, MessageRow
from assistant.store.ticket_clock import EveryHour, Hours, held_tickets, visitor_wrote
from assistant.store.tickets import insert_ticket, note_made
from assistant.store.writing import is_person_writing, note_writing
from assistant.wording import ERRORS


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as it was when read; `version` is checked when a turn is written."""

    id: str
    channel: str
    owner: Owner
    state: State
    version: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """A stored message. `reply` is what it was answered with before, if the same message came again."""

    id: int
    conversation: Conversation
    text: MaskedText
    reply: dict[str, Any] | None = None
    page: Page | None = None


@dataclass(frozen=True, slots=True)
class StoredMessage:
    id: int
    role: str
    text: str
    reply: dict[str, Any] | None
    created_at: datetime


class ConversationStore:
    """Every reading and writing of conversations; each method is one transaction.

    Args:
        hours: business time, by which a ticket's clock goes on when its visitor writes.
    """

    def __init__(self, engine: Engine, hours: Hours | None = None) -> None:
        self._engine = engine
        self._hours: Hours = hours or EveryHour()

    def accept(
        self,
        text: MaskedText,
        conversation_id: str | None,
        client_id: str | None,
        channel: str = "web",
        page: Page | None = None,
    ) -> Accepted:
        """Store a visitor's message, in a new conversation if none is named.

        The same `client_id` in the same conversation is the same message: it is stored once. `page` is masked.

        Raises:
            BadInputError: the client's id or the channel is too long, or a text cannot be stored.
            NotFoundError: there is no such conversation.
            ConflictError: the same message was stored at this very moment; accepted again, it is found.
        """
        refuse_unstorable("text", text)
        refuse_unstorable("message_id", client_id or "", CLIENT_ID_MAX)
        refuse_unstorable("channel", channel, CHANNEL_MAX)
        now = datetime.now(UTC)
        try:
            with transaction(self._engine) as session:
                tickets = held_tickets(session, conversation_id) if conversation_id else []
                row = self._open(session, conversation_id, client_id, channel, now)
                if client_id and (known := self._known(session, row.id, client_id)):
                    return self._accepted(session, row, known)
                message = MessageRow(
                    conversation_id=row.id,
                    role="visitor",
                    text=text,
                    client_id=client_id,
                    is_settled=False,
                    page=asdict(page) if page else None,
                    created_at=now,
                )
                session.add(message)
                session.flush()
                for ticket in tickets:
                    visitor_wrote(ticket, now, self._hours)
                for ticket in tickets:
                    record(session, ticket.number, "message", now)
                return self._accepted(session, row, message)
        except IntegrityError as error:
            raise ConflictError("같은 메시지를 처리하고 있어요.") from error

    def _open(
        self, session: Session, conversation_id: str | None, client_id: str | None, channel: str, now: datetime
    ) -> ConversationRow:
        new_id = _new_id(client_id)
        if conversation_id is None and (known := session.get(ConversationRow, new_id)):
            return known  # the first message of a conversation came again, because its reply was lost
        if conversation_id is not None:
            # Who adds a message holds the conversation, so that its messages appear in the order of their ids.
            return _row(session, conversation_id, is_held=True)
        row = ConversationRow(
            id=new_id, channel=channel, owner="bot", state={}, version=0, created_at=now, updated_at=now
        )
        session.add(row)
        session.flush()
        return row

    def _known(self, session: Session, conversation_id: str, client_id: str) -> MessageRow | None:
        query = select(MessageRow).where(
            MessageRow.conversation_id == conversation_id, MessageRow.client_id == client_id
        )
        return session.scalars(query).first()

    def _accepted(self, session: Session, row: ConversationRow, message: MessageRow) -> Accepted:
        reply = session.scalars(select(MessageRow.reply).where(MessageRow.reply_to == message.id)).first()
        page = Page(**message.page) if message.page else None
        return Accepted(message.id, _conversation(row), MaskedText(message.text), reply, page)

    def finish(
        self,
        accepted: Accepted,
        state: State,
        draft: TicketDraft | None,
        speak: Callable[[Ticket | None], dict[str, Any]],
    ) -> dict[str, Any]:
        """End a turn: the reply, the new state and the ticket, all or nothing.

        Args:
            speak: makes the reply's JSON; it is given the new ticket, for only now the ticket has its number.

        Returns:
            The reply as it was stored.

        Raises:
            ConflictError: another turn of the conversation ended in the meantime; work it out again.
        """
        now = datetime.now(UTC)
        before = accepted.conversation
        with transaction(self._engine) as session:
            ticket = insert_ticket(session, draft, now) if draft else None
            reply = speak(ticket)
            changed = session.execute(
                update(ConversationRow)
                .where(ConversationRow.id == before.id, ConversationRow.version == before.version)
                .values(
                    state=asdict(replace(state, ticket=ticket.id) if ticket else state),
                    owner="queue" if ticket and before.owner == "bot" else before.owner,
                    version=ConversationRow.version + 1,
                    updated_at=now,
                )
            )
            if changed.rowcount != 1:  # type: ignore[attr-defined]
                raise ConflictError("대화가 그 사이에 바뀌었어요.")
            session.execute(update(MessageRow).where(MessageRow.id == accepted.id).values(is_settled=True))
            session.add(
                MessageRow(
                    conversation_id=before.id,
                    role="assistant",
                    text=reply["text"],
                    reply=reply,
                    reply_to=accepted.id,
                    is_settled=True,
                    created_at=now,
                )
            )
            if ticket:
                note_made(session, ticket, now)
        return reply

    def note_shown(self, conversation_id: str, last: int) -> None:
        """Note that the visitor's chat has shown the messages up to one: no mail has to tell of them any more."""
        with reading(self._engine) as session:
            if not is_untold(session, conversation_id, last):
                return
        with transaction(self._engine) as session:
            note_shown(session, conversation_id, last)

    def note_writing(self, conversation_id: str) -> None:
        """Note that the visitor of a conversation is writing.

        Raises:
            NotFoundError: there is no such conversation.
        """
        with transaction(self._engine) as session:
            _row(session, conversation_id)
            note_writing(session, conversation_id)

    def is_person_writing(self, conversation_id: str) -> bool:
        """Say whether a consultant is writing in a conversation right now."""
        with reading(self._engine) as session:
            return bool(session.scalar(select(is_person_writing(conversation_id))))

    def rate(self, conversation_id: str, message_id: int, score: str, comment: str) -> None:
        """Store what the visitor thinks of a reply; a second rating replaces the first.

        Raises:
            NotFoundError: there is no such conversation, or no such reply in it.
            BadInputError: the comment cannot be stored.
        """
        with transaction(self._engine) as session:
            _row(session, conversation_id)
            store_rating(session, conversation_id, message_id, score, comment)

    def reload(self, accepted: Accepted) -> Accepted:
        """Read the conversation of a stored message again.

        Raises:
            NotFoundError: it was erased in the meantime.
        """
        with transaction(self._engine) as session:
            row = _row(session, accepted.conversation.id)
            return self._accepted(session, row, session.get_one(MessageRow, accepted.id))

    def unanswered(self, before: datetime, limit: int = 100) -> list[Accepted]:
        """Return visitors' messages older than `before` whose turn never ended, oldest first."""
        query = (
            select(MessageRow)
            .where(MessageRow.role == "visitor", MessageRow.is_settled.is_(False), MessageRow.created_at < before)
            .order_by(MessageRow.id)
            .limit(limit)
        )
        with transaction(self._engine) as session:
            rows = session.scalars(query).all()
            return [self._accepted(session, session.get_one(ConversationRow, row.conversation_id), row) for row in rows]

    def messages(self, conversation_id: str, after: int = 0, limit: int = 200) -> list[StoredMessage]:
        """Return a conversation's messages behind the message `after`, oldest first.

        Raises:
            NotFoundError: there is no such conversation.
        """
        query = (
            select(MessageRow)
            .where(MessageRow.conversation_id == conversation_id, MessageRow.id > after)
            .order_by(MessageRow.id)
            .limit(limit)
        )
        with transaction(self._engine) as session:
            _row(session, conversation_id)
            return [_message(row) for row in session.scalars(query)]

    def conversation(self, conversation_id: str) -> Conversation:
        """Return a conversation.

        Raises:
            NotFoundError: there is none of that id.
        """
        with transaction(self._engine) as session:
            return _conversation(_row(session, conversation_id))

    def ping(self) -> None:
        """Ask the database for a sign of life; its own error says that there is none."""
        with self._engine.connect() as connection:
            connection.execute(select(1))


_FIRST_MESSAGES = UUID("6f1c2a52-1381-4c43-9d5e-0c0ffee01381")


def _new_id(client_id: str | None) -> str:
    """Return the id of a new conversation: unguessable, and the same when its first message is sent again.

    Only a message id that is itself unguessable may give it; a short one would open another visitor's conversation.
    """
    try:
        given = UUID(client_id or "")
    except ValueError:
        return uuid4().hex
    return uuid5(_FIRST_MESSAGES, given.hex).hex if given.version == 4 else uuid4().hex


def _row(session: Session, conversation_id: str, *, is_held: bool = False) -> ConversationRow:
    lock = {"key_share": True} if is_held else None
    known = is_storable(conversation_id)
    row = session.get(ConversationRow, conversation_id, with_for_update=lock) if known else None
    if row is None or row.erased_at is not None:
        raise NotFoundError(ERRORS["no_conversation"], code="no_conversation")
    return row


def _conversation(row: ConversationRow) -> Conversation:
    saved = {**row.state}
    if "candidates" in saved:
        saved["candidates"] = tuple((article_id, question) for article_id, question in saved["candidates"])
    if row.owner not in ("bot", "queue", "human"):
        raise BadInputError(f"대화의 상태를 알 수 없어요: {row.owner!r}")
    return Conversation(row.id, row.channel, row.owner, State(**saved), row.version)  # type: ignore[arg-type]


def _message(row: MessageRow) -> StoredMessage:
    return StoredMessage(row.id, row.role, row.text, row.reply, row.created_at)
