"""The desk over a database: people at it, tickets in its queue, and a clock that is set by hand."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from builders import draft, speak
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from assistant.desk.clock import FIRST_ANSWER, BusinessHours
from assistant.desk.work import Desk
from assistant.desk_records import Event, Person, TicketFile
from assistant.records import MaskedText, State
from assistant.store.account_tables import PersonRow
from assistant.store.conversations import ConversationStore
from assistant.store.desk_rounds import DeskRounds
from assistant.store.routing import person_of
from assistant.store.tables import MessageRow, TicketRow
from assistant.store.tickets import TicketStore, ticket_number

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Ten in the morning in Korea, on a day without holidays near."""

HOURS = BusinessHours()


@dataclass
class House:
    """`now` is what the desk's clock shows."""

    engine: Engine
    now: datetime = MONDAY
    noted: list[tuple[Any, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.conversations = ConversationStore(self.engine, HOURS)
        self.tickets = TicketStore(self.engine)
        self.desk = Desk(self.engine, lambda: self.now, HOURS, log=self, agencies={"kita"})
        self.rounds = DeskRounds(self.engine, HOURS, lambda: self.now)

    def note(self, person: Person | None, action: str, subject: str = "", **detail: object) -> None:
        self.noted.append((person.login if person else "", action, subject))

    def person(self, login: str, role: str = "consultant", sectors: tuple[str, ...] = (), **more: Any) -> Person:
        """Somebody who is at the desk right now, unless `seen_at` says otherwise."""
        values = {"name": login, "is_active": True, "created_at": MONDAY, "seen_at": datetime.now(UTC), **more}
        with Session(self.engine) as session, session.begin():
            row = PersonRow(login=login, role=role, sectors=list(sectors), **values)
            session.add(row)
            session.flush()
            return person_of(row)

    def all_seen(self) -> None:
        """Everybody was seen at the desk's present time."""
        with Session(self.engine) as session, session.begin():
            session.execute(update(PersonRow).values(seen_at=self.now))

    def ticket(self, text: str = "보조배터리 인증", contact: str = "", **more: Any) -> int:
        """Hand a question over; return the ticket's number."""
        accepted = self.conversations.accept(MaskedText(text), None, None)
        values = {"slots": {"question": text}, "transcript": (("visitor", text),), **more}
        made = draft(accepted.conversation.id, due_at=HOURS.promise(self.now, timedelta(hours=48)))
        made = replace(made, first_due_at=HOURS.due(self.now, FIRST_ANSWER), **values)
        self.conversations.finish(accepted, State(), made, speak)
        found = self.tickets.of_conversation(accepted.conversation.id)
        assert found is not None
        if contact:
            self.tickets.leave_contact(found.id, contact)
        return ticket_number(found.id)

    def row(self, number: int) -> TicketRow:
        with Session(self.engine) as session:
            return session.get_one(TicketRow, number)

    def file(self, person: Person, number: int) -> TicketFile:
        return self.desk.open(person, number)

    def visitor_says(self, number: int, text: str = "네, 그래요") -> None:
        self.conversations.accept(MaskedText(text), self.row(number).conversation_id, None)

    def heard(self, number: int) -> list[str]:
        """What consultants, and the desk itself, said to a ticket's visitor."""
        said = self.conversations.messages(self.row(number).conversation_id)
        return [one.text for one in said if one.role == "consultant"]

    def owner(self, number: int) -> str:
        return self.conversations.conversation(self.row(number).conversation_id).owner

    def happened(self, person: Person, number: int) -> list[str]:
        events: list[Event] = list(self.desk.events_after(0, person, number))
        return [one.kind for one in events]

    def last_message(self, number: int) -> int:
        with Session(self.engine) as session:
            conversation = session.get_one(TicketRow, number).conversation_id
            rows = session.query(MessageRow.id).filter(MessageRow.conversation_id == conversation)
            return int(max(one for (one,) in rows))
