"""One ticket with everything that belongs to it, as one state of the data."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from assistant.desk_records import Deadlines, Person, Said, TicketFile
from assistant.errors import NotFoundError
from assistant.store.account_tables import PersonRow
from assistant.store.database import reading
from assistant.store.desk_events import events_of
from assistant.store.desk_files import attachment_of, note_of, referral_of
from assistant.store.desk_queue import urgency_of
from assistant.store.desk_tables import AttachmentRow, NoteRow, ReferralRow
from assistant.store.routing import ANSWERERS, loads, person_of, persons
from assistant.store.tables import NUMBER_MAX, ConversationRow, MessageRow, TicketRow
from assistant.store.tickets import ticket_id, ticket_of
from assistant.store.visit_tables import RatingRow
from assistant.wording import ERRORS

_MESSAGES_MAX = 1000


class DeskFile:
    """Reading of whole tickets; each method is one reading transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self, number: int, now: datetime, soon: datetime) -> TicketFile:
        """Return a ticket with everything that belongs to it.

        Raises:
            NotFoundError: there is no such ticket.
        """
        with reading(self._engine) as session:
            row = session.get(TicketRow, number) if 0 < number <= NUMBER_MAX else None
            if row is None:
                raise NotFoundError(ERRORS["no_ticket"], code="no_ticket")
            return _file(session, row, now, soon)

    def people(self) -> tuple[tuple[Person, int], ...]:
        """Return who may answer, by name, with how many tickets each has at work."""
        query = select(PersonRow).where(PersonRow.is_active, PersonRow.role.in_(ANSWERERS)).order_by(PersonRow.name)
        with reading(self._engine) as session:
            load = loads(session)
            return tuple((person_of(row), load.get(row.id, 0)) for row in session.scalars(query))


def _file(session: Session, row: TicketRow, now: datetime, soon: datetime) -> TicketFile:
    conversation = session.get_one(ConversationRow, row.conversation_id)
    messages = _messages(session, row.conversation_id)
    return TicketFile(
        ticket=ticket_of(row),
        version=row.version,
        owner=conversation.owner,  # type: ignore[arg-type]
        person=persons(session, {row.person_id}).get(row.person_id) if row.person_id is not None else None,
        deadlines=_deadlines(row),
        urgency=urgency_of(row, now, soon),
        conversation=tuple(_said(message, ratings) for message, ratings in messages if message.text),
        understanding=_understanding([message for message, _ in messages], row.created_at),
        look_ups=tuple(_look_up(message) for message, _ in messages if _decision(message) == "lookup"),
        notes=tuple(note_of(one) for one in _of(session, NoteRow, row.number)),
        attachments=tuple(attachment_of(one) for one in _of(session, AttachmentRow, row.number)),
        referrals=tuple(referral_of(one) for one in _of(session, ReferralRow, row.number)),
        events=events_of(session, row.number),
        contact=row.contact,
        merged_into=ticket_id(row.merged_into) if row.merged_into is not None else "",
    )


def _deadlines(row: TicketRow) -> Deadlines:
    return Deadlines(
        first_due_at=row.first_due_at or row.due_at,
        solve_due_at=row.due_at,
        first_answered_at=row.first_answered_at,
        solved_at=row.answered_at,
        waiting_since=row.waiting_since,
        waited_s=row.waited_s,
    )


def _messages(session: Session, conversation_id: str) -> Sequence[tuple[MessageRow, str]]:
    """Return the newest messages with their ratings, oldest first."""
    query = (
        select(MessageRow, func.coalesce(RatingRow.score, ""))
        .outerjoin(RatingRow, RatingRow.message_id == MessageRow.id)
        .where(MessageRow.conversation_id == conversation_id)
        .order_by(MessageRow.id.desc())
        .limit(_MESSAGES_MAX)
    )
    return [(message, rating) for message, rating in reversed(session.execute(query).all())]


def _said(message: MessageRow, rating: str) -> Said:
    by = (message.reply or {}).get("consultant") or {}
    return Said(message.id, message.role, message.text, message.created_at, by.get("name", ""), message.reply, rating)


def _decision(message: MessageRow) -> str:
    return str((message.reply or {}).get("decision") or "") if message.role == "assistant" else ""


def _understanding(messages: Sequence[MessageRow], made_at: datetime) -> Mapping[str, Any]:
    """Return how the question was understood that led to the ticket; of several turns the last one by then."""
    known = [
        one.reply["understanding"]
        for one in messages
        if one.created_at <= made_at and one.reply and one.reply.get("understanding")
    ]
    return known[-1] if known else {}


def _look_up(message: MessageRow) -> Mapping[str, Any]:
    reply = message.reply or {}
    return {"at": message.created_at, "text": message.text, "sources": reply.get("sources") or []}


def _of(session: Session, table: Any, number: int) -> Sequence[Any]:
    order = ReferralRow.id if table is ReferralRow else table.created_at
    return session.scalars(select(table).where(table.number == number).order_by(order)).all()
