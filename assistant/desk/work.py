"""The consultants' work on tickets: who may do what, and what comes of it. Storing is the store's."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from sqlalchemy import Engine

from assistant.desk.clock import SOON, BusinessHours
from assistant.desk.files import checked
from assistant.desk_records import Attachment, Event, Note, Person, QueueFilter, QueuePage, TicketFile
from assistant.desk_wording import DESK_ERRORS, VISITOR_NAME
from assistant.errors import BadInputError, NotAllowedError
from assistant.store.database import refuse_unstorable
from assistant.store.desk import DeskStore, Saying
from assistant.store.desk_events import DeskEvents
from assistant.store.desk_file import DeskFile
from assistant.store.desk_files import Canned, DeskFiles
from assistant.store.desk_queue import DeskQueue
from assistant.store.tables import NUMBER_MAX
from assistant.store.tickets import ticket_id
from assistant.wording import when

PAGE_MAX, TEXT_MAX = 200, 10_000
_VARIABLE = re.compile(r"\{([가-힣]+)\}")


class Log(Protocol):
    """The audit log."""

    def note(self, person: Person | None, action: str, subject: str = "", **detail: object) -> None:
        """Note what somebody did."""


class NoLog:
    """Notes nothing."""

    def note(self, person: Person | None, action: str, subject: str = "", **detail: object) -> None:
        """Do nothing."""


class Desk:
    """What somebody at the desk can do. Every method that is given a version raises ConflictError (stale_ticket) where
    that is old, or the ticket is another person's or closed; NotAllowedError where the person's role may not answer.

    Args:
        clock: tells the time, UTC.
        log: where views of personal data and changes are noted.
        agencies: the ids of partner agencies that tickets may be referred to; None: any.
        name_of: the Korean name of what a slot holds: ("item", "power_bank") -> "보조배터리".
    """

    def __init__(
        self,
        engine: Engine,
        clock: Callable[[], datetime],
        hours: BusinessHours,
        *,
        log: Log | None = None,
        agencies: Collection[str] | None = None,
        name_of: Callable[[str, str], str] = lambda _slot, value: value,
    ) -> None:
        self._clock = clock
        self._hours = hours
        self._log: Log = log or NoLog()
        self._agencies = agencies
        self._name_of = name_of
        self._store = DeskStore(engine, hours, clock)
        self._files = DeskFiles(engine)
        self._queue = DeskQueue(engine)
        self._file = DeskFile(engine)
        self._events = DeskEvents(engine)

    # ---- reading -----------------------------------------------------------------------

    def queue(self, person: Person, filter: QueueFilter, page: int = 1, size: int = 50) -> QueuePage:
        """Return one page of a queue (see DeskQueue.page for what is counted)."""
        _check(person)
        now = self._clock()
        return self._queue.page(filter, person.id, now, self._soon(now), min(page, NUMBER_MAX // PAGE_MAX), _size(size))

    def open(self, person: Person, number: int) -> TicketFile:
        """Return a ticket with everything that belongs to it; to its owner its messages count as read.

        Raises:
            NotFoundError: there is no such ticket.
        """
        file = self.again(person, number)
        if file.contact:
            self._log.note(person, "view_contact", file.ticket.id)
        return file

    def again(self, person: Person, number: int) -> TicketFile:
        """Return a ticket as it is now to who has it open: that they see its contact was noted when they opened it."""
        _check(person)
        file = self._read(number)
        if file.person is not None and file.person.id == person.id:
            self._store.seen(person, number)
        return file

    def events_after(self, cursor: int, person: Person, number: int | None = None) -> Sequence[Event]:
        """Return what happened behind a cursor, at most EVENTS_AT_ONCE, oldest first; of all tickets or of one."""
        _check(person)
        return self._events.after(cursor, number)

    def newest_event(self, person: Person) -> int:
        """Return the cursor of who has seen everything."""
        _check(person)
        return self._events.newest()

    def people(self, person: Person) -> tuple[tuple[Person, int], ...]:
        """Return who may answer, with how many tickets each has at work."""
        _check(person)
        return self._file.people()

    # ---- who has a ticket ---------------------------------------------------------------

    def take(self, person: Person, number: int, version: int) -> TicketFile:
        """Take an open ticket: the conversation is this person's, and the assistant silent."""
        return self._changed(person, number, "take", lambda: self._store.take(person, number, version))

    def release(self, person: Person, number: int, version: int) -> TicketFile:
        """Put a ticket back into the queue; it is offered to somebody else."""
        return self._changed(person, number, "release", lambda: self._store.release(person, number, version))

    def reassign(self, person: Person, number: int, version: int, to: int) -> TicketFile:
        """Give a ticket to somebody else.

        Raises:
            BadInputError: that is nobody who may answer (no_person).
        """
        return self._changed(person, number, "reassign", lambda: self._store.reassign(person, number, version, to))

    def hand_back(self, person: Person, number: int, version: int) -> TicketFile:
        """Close a ticket and let the assistant go on."""
        return self._changed(
            person, number, "hand_back", lambda: self._store.end(person, number, version, "handed_back")
        )

    def close(self, person: Person, number: int, version: int) -> TicketFile:
        """Close a ticket."""
        return self._changed(person, number, "close", lambda: self._store.end(person, number, version, "closed"))

    def merge(self, person: Person, number: int, version: int, into: int) -> TicketFile:
        """Close a ticket for another one of the same visitor; return the other one.

        Raises:
            BadInputError: it is closed, the same, or may be another visitor's.
        """
        self._changed(person, number, "merge", lambda: self._store.merge(person, number, version, into))
        return self._read(into)

    # ---- what is said -------------------------------------------------------------------

    def say(self, person: Person, number: int, version: int, text: str) -> TicketFile:
        """Write into the conversation; an open ticket becomes this person's with it."""
        saying = Saying(_text(text))
        return self._changed(person, number, "say", lambda: self._store.say(person, number, version, saying))

    def answer(self, person: Person, number: int, version: int, text: str, article_id: str = "") -> TicketFile:
        """Answer a ticket: in the conversation, and by mail where the chat is not open and an address was left.

        Args:
            article_id: the article that the answer was drawn from.
        """
        saying = Saying(_text(text), True, article_id)
        return self._changed(person, number, "answer", lambda: self._store.say(person, number, version, saying))

    def wait_for_visitor(self, person: Person, number: int, version: int) -> TicketFile:
        """Stop the clock until the visitor writes."""
        return self._changed(person, number, "wait", lambda: self._store.wait(person, number, version))

    def typing(self, person: Person, number: int) -> None:
        """Show the visitor that the ticket's owner is writing; to be said again every few seconds."""
        _check(person)
        self._store.typing(person, number)

    def refer(self, person: Person, number: int, version: int, agency_id: str, text: str) -> TicketFile:
        """Note that a partner agency was asked.

        Raises:
            BadInputError: there is no such agency (no_agency).
        """
        if self._agencies is not None and agency_id not in self._agencies:
            raise BadInputError(DESK_ERRORS["no_agency"], code="no_agency")
        said = _text(text)
        return self._changed(
            person, number, "refer", lambda: self._store.refer(person, number, version, agency_id, said)
        )

    def partner_replied(self, person: Person, referral_id: int, text: str) -> TicketFile:
        """Note what a partner agency replied."""
        _check(person)
        number = self._store.partner_replied(person, referral_id, _text(text))
        self._log.note(person, "partner_replied", str(number))
        return self._read(number)

    # ---- what is kept beside -------------------------------------------------------------

    def note(self, person: Person, number: int, text: str) -> Note:
        """Write a note that only colleagues see."""
        _check(person)
        noted = self._files.note(person, number, _text(text))
        self._log.note(person, "note", ticket_id(number))
        return noted

    def attach(self, person: Person, number: int, name: str, media_type: str, data: bytes) -> Attachment:
        """Keep a file with a ticket. What it is is seen from its content; `media_type` is what the browser says.

        Raises:
            BadInputError: it is too large, empty, or of no kind that is taken.
        """
        _check(person)
        kind = checked(name, data)
        refuse_unstorable("name", kind.name)
        made = self._files.attach(person, number, kind.name, kind.media_type, data)
        self._log.note(person, "attach", ticket_id(number), id=made.id, said=media_type[:80])
        return made

    def attachment(self, person: Person, id: str) -> tuple[Attachment, bytes]:
        """Return a file; it is to be handed out with files.download_headers.

        Raises:
            NotFoundError: there is none of that id.
        """
        _check(person)
        number, found, data = self._files.attachment(id)
        self._log.note(person, "view_attachment", ticket_id(number), id=id)
        return found, data

    def canned(self, field: str = "", sector: str = "") -> tuple[Canned, ...]:
        """Return the replies to use again that fit a field and a sector; without them all."""
        return self._files.canned(field, sector)

    def save_canned(self, person: Person, canned: Canned) -> Canned:
        """Add a reply to use again (id 0), or write over one.

        Raises:
            BadInputError: its title or text is empty or too long.
            NotFoundError: there is none of that id.
        """
        _check(person)
        saved = self._files.save_canned(person, replace(canned, title=_text(canned.title), text=_text(canned.text)))
        self._log.note(person, "save_canned", str(saved.id))
        return saved

    def delete_canned(self, person: Person, id: int) -> None:
        """Delete a reply to use again."""
        _check(person)
        self._files.delete_canned(id)
        self._log.note(person, "delete_canned", str(id))

    def fill(self, canned: Canned, file: TicketFile) -> str:
        """Return a reply with what its variables stand for; one that the ticket says nothing of stays, to be seen."""
        slots = file.ticket.slots
        values = {
            "이름": VISITOR_NAME,
            "접수번호": file.ticket.id,
            "품목": self._named("item", slots.get("item")),
            "나라": self._named("country", slots.get("country")),
            "기한": when(file.deadlines.solve_due_at),
            "상담사": file.person.name if file.person else file.ticket.consultant,
        }
        return _VARIABLE.sub(lambda found: values.get(found[1]) or found[0], canned.text)

    def _named(self, slot: str, value: object) -> str:
        return self._name_of(slot, str(value)) if value else ""

    def _changed(self, person: Person, number: int, action: str, change: Callable[[], None]) -> TicketFile:
        _check(person)
        change()
        self._log.note(person, action, ticket_id(number))
        return self._read(number)

    def _read(self, number: int) -> TicketFile:
        now = self._clock()
        return self._file.read(number, now, self._soon(now))

    def _soon(self, now: datetime) -> datetime:
        return self._hours.due(now, SOON)


def _check(person: Person) -> None:
    if not (person.is_active and person.may("answer")):
        raise NotAllowedError(DESK_ERRORS["not_allowed"])


def _size(size: int) -> int:
    return max(1, min(size, PAGE_MAX))


def _text(text: str) -> str:
    written = text.replace("\r\n", "\n").strip()
    if not written:
        raise BadInputError(DESK_ERRORS["no_text"], code="no_text")
    refuse_unstorable("text", written, TEXT_MAX)
    return written
