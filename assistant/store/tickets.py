"""Tickets: questions that a person answers. State: open, assigned, answered, closed."""

from dataclasses import asdict
from datetime import UTC, datetime

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from assistant.errors import BadInputError, ConflictError, NotFoundError
from assistant.handover import TicketDraft
from assistant.records import Hit, Owner, Ticket, TicketState
from assistant.store.database import refuse_unstorable, transaction
from assistant.store.desk_events import record
from assistant.store.routing import offer
from assistant.store.tables import CONSULTANT_MAX, QUESTION_MAX, ConversationRow, MessageRow, TicketRow
from assistant.store.ticket_clock import answered_first, set_next
from assistant.wording import STORE_ERRORS


def insert_ticket(session: Session, draft: TicketDraft, now: datetime) -> Ticket:
    """Add the ticket within a running transaction, and offer it to who is at the desk.

    Whoever calls this notes it at the end of the transaction (see note_made).
    """
    row = TicketRow(
        conversation_id=draft.conversation_id,
        state="open",
        reason=draft.reason,
        field=draft.field,
        sector=draft.sector,
        slots=dict(draft.slots),
        hits=[asdict(hit) for hit in draft.hits],
        transcript=[list(line) for line in draft.transcript],
        contact="",
        consultant="",
        answer="",
        created_at=now,
        due_at=draft.due_at,
        first_due_at=draft.first_due_at or draft.due_at,
        question=_question(draft),
        offered_at=now,
    )
    set_next(row)
    session.add(row)
    session.flush()
    offer(session, row, now)
    session.flush()
    return ticket_of(row)


def note_made(session: Session, ticket: Ticket, now: datetime) -> None:
    """Note a new ticket in its history, as the last thing in a transaction."""
    number = ticket_number(ticket.id)
    offered = session.scalar(select(TicketRow.person_id).where(TicketRow.number == number))
    record(session, number, "made", now, offered_to=offered)


def _question(draft: TicketDraft) -> str:
    asked = [text for role, text in draft.transcript if role == "visitor"]
    question = str(draft.slots.get("question") or (asked[-1] if asked else ""))
    return " ".join(question.split())[:QUESTION_MAX]


def ticket_id(number: int) -> str:
    """Return a ticket's id as people read it: "OC-000042"."""
    return f"OC-{number:06d}"


def ticket_number(given: str) -> int:
    """Return the number of a ticket's id, however it is written ("oc-42", "42").

    Raises:
        NotFoundError: it is no ticket id.
    """
    digits = given.strip().upper().removeprefix("OC-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise NotFoundError("접수번호를 찾을 수 없어요.", code="no_ticket")
    return int(digits)


class TicketStore:
    """Every reading and writing of tickets; each method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, given: str) -> Ticket:
        """Return a ticket by its id.

        Raises:
            NotFoundError: there is none of that id.
        """
        with transaction(self._engine) as session:
            return ticket_of(_row(session, given))

    def of_conversation(self, conversation_id: str) -> Ticket | None:
        """Return a conversation's newest ticket; None if it has none."""
        query = (
            select(TicketRow)
            .where(TicketRow.conversation_id == conversation_id)
            .order_by(TicketRow.number.desc())
            .limit(1)
        )
        with transaction(self._engine) as session:
            row = session.scalars(query).first()
            return ticket_of(row) if row else None

    def listed(self, state: TicketState | None = None, limit: int = 100) -> list[Ticket]:
        """Return tickets, those due first in front."""
        query = select(TicketRow).order_by(TicketRow.due_at, TicketRow.number).limit(limit)
        if state is not None:
            query = query.where(TicketRow.state == state)
        with transaction(self._engine) as session:
            return [ticket_of(row) for row in session.scalars(query)]

    def count_open(self) -> int:
        """Return how many tickets wait for an answer."""
        query = select(func.count()).select_from(TicketRow).where(TicketRow.state.in_(("open", "assigned")))
        with transaction(self._engine) as session:
            return session.scalar(query) or 0

    def assign(self, given: str, consultant: str) -> Ticket:
        """Give an open ticket to a consultant, who then owns the conversation: the assistant is silent.

        A ticket that is already this consultant's stays as it is, answered or not.

        Raises:
            BadInputError: the consultant's name is missing, too long or cannot be stored.
            ConflictError: another consultant has it or answered it, or it is closed.
        """
        _check_consultant(consultant)
        with transaction(self._engine) as session:
            row = _row_for(session, given, consultant)
            if row.state == "open":
                row.state, row.consultant = "assigned", consultant
                row.version, row.person_id = row.version + 1, None
                own(session, row.conversation_id, "human")
                record(session, row.number, "taken", datetime.now(UTC), consultant=consultant)
            return ticket_of(row)

    def answer(self, given: str, consultant: str, text: str) -> Ticket:
        """Answer a ticket: the answer becomes a message of the conversation.

        Raises:
            BadInputError: the answer is empty or cannot be stored, or the consultant's name is not one.
            ConflictError: another consultant has the ticket, or it is closed.
        """
        if not text.strip():
            raise BadInputError(STORE_ERRORS["no_answer"])
        refuse_unstorable("answer", text)
        _check_consultant(consultant)
        now = datetime.now(UTC)
        with transaction(self._engine) as session:
            row = _row_for(session, given, consultant)
            if row.state == "open":
                row.person_id = None
            row.state, row.consultant, row.answer, row.answered_at = "answered", consultant, text.strip(), now
            row.version, row.unread, row.waiting_since = row.version + 1, 0, None
            answered_first(row, now)
            reply = {"decision": "hand_off", "reason": "consultant_answered", "ticket": {"id": ticket_id(row.number)}}
            # First, for who adds a message holds the conversation (see ConversationStore).
            own(session, row.conversation_id, "human")
            session.add(
                MessageRow(
                    conversation_id=row.conversation_id,
                    role="consultant",
                    text=text.strip(),
                    reply=reply,
                    is_settled=True,
                    created_at=now,
                )
            )
            record(session, row.number, "answered", now, consultant=consultant)
            return ticket_of(row)

    def close(self, given: str) -> Ticket:
        """Close a ticket; the conversation goes back to the assistant, unless another ticket of it is at work.

        A ticket that is closed stays as it is.
        """
        with transaction(self._engine) as session:
            row = _row(session, given)
            if row.state != "closed":
                row.state, row.closed_at, row.version = "closed", datetime.now(UTC), row.version + 1
                own(session, row.conversation_id, owner_by_tickets(session, row.conversation_id))
                record(session, row.number, "closed", datetime.now(UTC))
            return ticket_of(row)

    def leave_contact(self, given: str, contact: str) -> Ticket:
        """Note how the visitor wants to be told of the answer, unless they have erased the conversation."""
        with transaction(self._engine) as session:
            row = _row(session, given)
            if session.get_one(ConversationRow, row.conversation_id).erased_at is None:
                row.contact = contact[:200]
            return ticket_of(row)


def _row(session: Session, given: str) -> TicketRow:
    # Two consultants at once: the second waits here and then sees the first one's name.
    row = session.get(TicketRow, ticket_number(given), with_for_update=True)
    if row is None:
        raise NotFoundError("접수번호를 찾을 수 없어요.", code="no_ticket")
    return row


def _row_for(session: Session, given: str, consultant: str) -> TicketRow:
    """Return the row of a ticket that a consultant may work on."""
    row = _row(session, given)
    if row.state == "closed" or (row.consultant and row.consultant != consultant):
        raise ConflictError(f"{row.consultant or '다른 상담사'}님이 맡았거나 마무리된 문의예요.")
    return row


def _check_consultant(name: str) -> None:
    if not name.strip():
        raise BadInputError(STORE_ERRORS["no_consultant"])
    refuse_unstorable("상담사 이름", name, CONSULTANT_MAX)


def owner_by_tickets(session: Session, conversation_id: str) -> Owner:
    """Return who owns a conversation by what has become of its tickets."""
    # Two tickets closed at once: the second waits here and then sees the first one closed.
    session.get(ConversationRow, conversation_id, with_for_update=True)
    session.flush()
    states = set(session.scalars(select(TicketRow.state).where(TicketRow.conversation_id == conversation_id)))
    if states & {"assigned", "answered"}:
        return "human"
    return "queue" if "open" in states else "bot"


def own(session: Session, conversation_id: str, owner: Owner) -> None:
    """Give a conversation to its new owner, and hold it: a turn under way is worked out again."""
    session.execute(
        update(ConversationRow)
        .where(ConversationRow.id == conversation_id)
        .values(owner=owner, version=ConversationRow.version + 1, updated_at=datetime.now(UTC))
    )


def ticket_of(row: TicketRow) -> Ticket:
    """Turn a row into its record."""
    return Ticket(
        id=ticket_id(row.number),
        conversation_id=row.conversation_id,
        state=row.state,  # type: ignore[arg-type]
        reason=row.reason,
        field=row.field,
        sector=row.sector,
        created_at=row.created_at,
        due_at=row.due_at,
        slots=row.slots,
        hits=tuple(Hit(**hit) for hit in row.hits),
        transcript=tuple((role, text) for role, text in row.transcript),
        contact=row.contact,
        consultant=row.consultant,
        answer=row.answer,
        answered_at=row.answered_at,
        closed_at=row.closed_at,
        is_withdrawn=row.is_withdrawn,
    )
