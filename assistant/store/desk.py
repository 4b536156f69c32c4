"""What consultants do with tickets. Each method is one transaction, and looks at who owns the ticket within it.

Locks are taken in one order: tickets by number, then conversations, then what is noted.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from assistant.desk_records import Person
from assistant.desk_wording import DESK_ERRORS, VISITOR
from assistant.errors import BadInputError, ConflictError, NotFoundError
from assistant.records import Owner
from assistant.store.account_tables import PersonRow
from assistant.store.database import transaction
from assistant.store.desk_events import record
from assistant.store.desk_tables import AttachmentRow, NoteRow, ReferralRow
from assistant.store.mails import put_in
from assistant.store.routing import ANSWERERS, offer
from assistant.store.tables import ConversationRow, MessageRow, TicketRow, utc_now
from assistant.store.ticket_clock import Hours, answered_first, resume
from assistant.store.tickets import own, owner_by_tickets, ticket_id
from assistant.wording import ERRORS

Ending = str
"""How a ticket ends: "closed", "handed_back", "closed_silent", "closed_waiting"; VISITOR has its words."""


@dataclass(frozen=True, slots=True)
class Saying:
    """What a consultant says. `is_answer`: it is the answer to the ticket, drawn from `article_id` if that is set."""

    text: str = field(repr=False)
    is_answer: bool = False
    article_id: str = ""


class DeskStore:
    """Every change of a ticket by somebody at the desk.

    `version` is the one the person has seen. Every method raises NotFoundError where there is no such ticket, and
    ConflictError (stale_ticket) where the version is old, the ticket is closed, or it is somebody else's.
    """

    def __init__(self, engine: Engine, hours: Hours, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._hours = hours
        self._clock = clock

    def take(self, person: Person, number: int, version: int) -> None:
        """Give an open ticket to a person, who then owns the conversation; one's own stays as it is."""
        now = self._clock()
        with transaction(self._engine) as session:
            row = held_for(session, person, number, version)
            if row.state != "open":
                return
            _give(row, person)
            row.unread = 0
            hand_over(session, row, "human", "joined", now, person)
            record(session, number, "taken", now, person)

    def release(self, person: Person, number: int, version: int) -> None:
        """Put a ticket back into the queue and offer it to somebody else."""
        now = self._clock()
        with transaction(self._engine) as session:
            row = held_for(session, person, number, version)
            if row.state == "open":
                return
            release_row(session, row, now, person, self._hours)
            record(session, number, "released", now, person, offered_to=row.person_id)

    def reassign(self, person: Person, number: int, version: int, to: int) -> None:
        """Give a ticket to somebody else; a manager may do that with anybody's.

        Raises:
            BadInputError: nobody active who may answer has that id (no_person).
        """
        now = self._clock()
        with transaction(self._engine) as session:
            row = held_for(session, person, number, version, is_anybodys=person.role == "manager")
            other = session.get(PersonRow, to)
            if other is None or not other.is_active or other.role not in ANSWERERS:
                raise BadInputError(DESK_ERRORS["no_person"], code="no_person")
            if row.person_id == to and row.state != "open":
                return
            was_open = row.state == "open"
            row.state = "assigned" if was_open else row.state
            row.person_id, row.consultant, row.offered_at = to, other.name, now
            row.version += 1
            hand_over(session, row, "human", "joined" if was_open else "reassigned", now, person)
            record(session, number, "reassigned", now, person, to=to, to_name=other.name)

    def say(self, person: Person, number: int, version: int, saying: Saying) -> None:
        """Add a message to the conversation; an open ticket becomes the person's with it."""
        now = self._clock()
        with transaction(self._engine) as session:
            row = held_for(session, person, number, version)
            resume(row, now, self._hours)
            _give(row, person)
            row.unread, row.typing_at = 0, None
            answered_first(row, now)
            if saying.is_answer:
                row.state, row.answer, row.answered_at = "answered", saying.text, now
            own(session, row.conversation_id, "human")
            message = _post(session, row, row.conversation_id, saying, now, person)
            put_in(session, row, message, now, is_answer=saying.is_answer)
            if saying.is_answer:
                for other in _merged_conversations(session, row):
                    _post(session, row, other, saying, now, person)
            kind = "answered" if saying.is_answer else "said"
            record(session, number, kind, now, person, message_id=message.id, article_id=saying.article_id)

    def wait(self, person: Person, number: int, version: int) -> None:
        """Stop the clock until the visitor writes."""
        now = self._clock()
        with transaction(self._engine) as session:
            row = held_for(session, person, number, version)
            if row.state != "assigned":
                raise stale()
            if row.waiting_since is None:
                row.waiting_since, row.version = now, row.version + 1
                record(session, number, "waiting", now, person)

    def end(self, person: Person, number: int, version: int, ending: Ending) -> None:
        """Close a ticket; the conversation goes back to the assistant unless another ticket of it is at work."""
        now = self._clock()
        with transaction(self._engine) as session:
            row = held_for(session, person, number, version, is_anybodys=person.role == "manager")
            end_row(session, row, ending, now, person)
            record(session, number, ending, now, person)

    def merge(self, person: Person, number: int, version: int, into: int) -> None:
        """Close a ticket and go on with another one of the same visitor, which gets its notes and files.

        Raises:
            BadInputError: the other one is closed, is the same, or may be another visitor's.
        """
        now = self._clock()
        with transaction(self._engine) as session:
            if number == into:
                raise BadInputError(DESK_ERRORS["merge_itself"], code="merge_itself")
            for one in sorted((number, into)):
                session.get(TicketRow, one, with_for_update=True)
            row, other = held_for(session, person, number, version), _held(session, into)
            if other.state == "closed":
                raise BadInputError(DESK_ERRORS["merge_itself"], code="merge_itself")
            same_contact = bool(row.contact) and row.contact.strip().lower() == other.contact.strip().lower()
            if row.conversation_id != other.conversation_id and not same_contact:
                raise BadInputError(DESK_ERRORS["not_same_visitor"], code="not_same_visitor")
            for table in (NoteRow, AttachmentRow, ReferralRow):
                session.execute(update(table).where(table.number == number).values(number=into))
            row.merged_into = into
            other.unread, other.version = other.unread + row.unread, other.version + 1
            end_row(session, row, "merged", now, person, into=ticket_id(into))
            record(session, number, "merged", now, person, into=into)
            record(session, into, "merged_from", now, person, merged=number)

    def refer(self, person: Person, number: int, version: int, agency_id: str, text: str) -> None:
        """Note that a partner agency was asked."""
        now = self._clock()
        with transaction(self._engine) as session:
            row = held_for(session, person, number, version)
            was_open = row.state == "open"
            _give(row, person)
            if was_open:
                hand_over(session, row, "human", "joined", now, person)
            referral = ReferralRow(number=number, agency_id=agency_id, person_id=person.id, text=text, sent_at=now)
            session.add(referral)
            record(session, number, "referred", now, person, agency_id=agency_id)

    def partner_replied(self, person: Person, referral_id: int, text: str) -> int:
        """Note what a partner agency replied; return the ticket's number.

        Raises:
            NotFoundError: nothing was referred under that id (no_referral).
        """
        now = self._clock()
        with transaction(self._engine) as session:
            referral = session.get(ReferralRow, referral_id)
            if referral is None:
                raise NotFoundError(DESK_ERRORS["no_referral"], code="no_referral")
            row = _held(session, referral.number)
            referral.reply, referral.replied_at, row.version = text, now, row.version + 1
            record(session, row.number, "partner_replied", now, person, agency_id=referral.agency_id)
            return row.number

    def seen(self, person: Person, number: int) -> None:
        """Note that a ticket's owner has read what its visitor wrote."""
        with transaction(self._engine) as session:
            theirs = TicketRow.number == number, TicketRow.person_id == person.id, TicketRow.unread > 0
            session.execute(update(TicketRow).where(*theirs).values(unread=0))

    def typing(self, person: Person, number: int) -> None:
        """Note that a ticket's owner is writing right now."""
        with transaction(self._engine) as session:
            theirs = TicketRow.number == number, TicketRow.person_id == person.id, TicketRow.state != "closed"
            session.execute(update(TicketRow).where(*theirs).values(typing_at=self._clock()))


def stale() -> ConflictError:
    """Return the refusal of who was too slow."""
    return ConflictError(DESK_ERRORS["stale_ticket"], code="stale_ticket")


def _held(session: Session, number: int) -> TicketRow:
    row = session.get(TicketRow, number, with_for_update=True)
    if row is None:
        raise NotFoundError(ERRORS["no_ticket"], code="no_ticket")
    return row


def held_for(session: Session, person: Person, number: int, version: int, *, is_anybodys: bool = False) -> TicketRow:
    """Return the row of a ticket that a person may work on, held; who comes second waits here and is then refused."""
    row = _held(session, number)
    if row.version != version or row.state == "closed":
        raise stale()
    is_theirs = row.person_id == person.id or (row.person_id is None and row.consultant == person.name)
    if row.state != "open" and not is_theirs and not is_anybodys:
        raise stale()
    return row


def _give(row: TicketRow, person: Person) -> None:
    row.state = "assigned" if row.state == "open" else row.state
    row.person_id, row.consultant, row.version = person.id, person.name, row.version + 1


def release_row(session: Session, row: TicketRow, now: datetime, person: Person | None, hours: Hours) -> None:
    """Put a ticket into the queue within a running transaction, and offer it to others than who had it."""
    resume(row, now, hours)
    had = [row.person_id] if row.person_id is not None else []
    row.state, row.person_id, row.consultant = "open", None, ""
    row.answered_at, row.offered_at, row.version = None, now, row.version + 1
    offer(session, row, now, apart_from=had)
    hand_over(session, row, owner_by_tickets(session, row.conversation_id), "released", now, person)


def end_row(
    session: Session, row: TicketRow, ending: Ending, now: datetime, person: Person | None, **words: Any
) -> None:
    """Close a ticket within a running transaction, and tell its visitor."""
    row.state, row.closed_at, row.version = "closed", now, row.version + 1
    row.waiting_since, row.typing_at = None, None
    hand_over(session, row, owner_by_tickets(session, row.conversation_id), ending, now, person, **words)


def hand_over(
    session: Session, row: TicketRow, owner: Owner, told: str, now: datetime, person: Person | None, **words: Any
) -> None:
    """Give the conversation of a ticket to its new owner and tell the visitor."""
    own(session, row.conversation_id, owner)
    text = VISITOR[told].format(ticket=ticket_id(row.number), **words)
    _add(session, row, row.conversation_id, text, {"reason": f"consultant_{told}"}, now, person)


def _post(
    session: Session, row: TicketRow, conversation_id: str, saying: Saying, now: datetime, person: Person
) -> MessageRow:
    more = {"reason": "consultant_answered", "is_answer": saying.is_answer}
    if saying.article_id:
        more["article_id"] = saying.article_id
    return _add(session, row, conversation_id, saying.text, more, now, person)


def _add(
    session: Session,
    row: TicketRow,
    conversation_id: str,
    text: str,
    more: dict[str, Any],
    now: datetime,
    person: Person | None,
) -> MessageRow:
    # Who adds a message holds the conversation, so that its messages appear in the order of their ids.
    conversation = session.get_one(ConversationRow, conversation_id, with_for_update={"key_share": True})
    if conversation.erased_at is not None:
        raise stale()
    by = {"consultant": {"id": person.id, "name": person.name}} if person else {}
    reply = {"decision": "hand_off", **more, "ticket": {"id": ticket_id(row.number)}, **by}
    message = MessageRow(
        conversation_id=conversation_id, role="consultant", text=text, reply=reply, is_settled=True, created_at=now
    )
    session.add(message)
    session.flush()
    return message


def _merged_conversations(session: Session, row: TicketRow) -> list[str]:
    """Return the other conversations whose tickets were merged into this one and that still exist."""
    query = (
        select(TicketRow.conversation_id)
        .join(ConversationRow, ConversationRow.id == TicketRow.conversation_id)
        .where(
            TicketRow.merged_into == row.number,
            TicketRow.conversation_id != row.conversation_id,
            ConversationRow.erased_at.is_(None),
        )
        .distinct()
        .order_by(TicketRow.conversation_id)
    )
    return list(session.scalars(query))
