"""What consultants keep beside a ticket's conversation: notes, files, and replies to use again."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from assistant.desk_records import Attachment, Note, Person, Referral
from assistant.desk_wording import DESK_ERRORS
from assistant.errors import NotFoundError
from assistant.store.database import reading, refuse_unstorable, transaction
from assistant.store.desk_events import record
from assistant.store.desk_tables import TITLE_MAX, AttachmentRow, CannedRow, NoteRow, ReferralRow
from assistant.store.tables import TicketRow
from assistant.wording import ERRORS


@dataclass(frozen=True, slots=True)
class Canned:
    """A reply to use again; {이름}, {접수번호} and the like stand for what the ticket says. Without field: for all."""

    id: int
    title: str
    text: str
    field: str = ""
    sector: str = ""


class DeskFiles:
    """Each method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def note(self, person: Person, number: int, text: str) -> Note:
        """Add a note that only colleagues see."""
        refuse_unstorable("note", text)
        now = datetime.now(UTC)
        with transaction(self._engine) as session:
            _there(session, number)
            row = NoteRow(number=number, person_id=person.id, person=person.name, text=text, created_at=now)
            session.add(row)
            record(session, number, "note", now, person)
            return note_of(row)

    def attach(self, person: Person, number: int, name: str, media_type: str, data: bytes) -> Attachment:
        """Add a file that was checked."""
        now = datetime.now(UTC)
        with transaction(self._engine) as session:
            _there(session, number)
            row = AttachmentRow(
                id=uuid4().hex,
                number=number,
                person_id=person.id,
                name=name,
                media_type=media_type,
                size=len(data),
                data=data,
                created_at=now,
            )
            session.add(row)
            record(session, number, "attachment", now, person, id=row.id)
            return attachment_of(row)

    def attachment(self, id: str) -> tuple[int, Attachment, bytes]:
        """Return a file with its ticket's number and its bytes.

        Raises:
            NotFoundError: there is none of that id (no_attachment).
        """
        with reading(self._engine) as session:
            row = session.get(AttachmentRow, id)
            if row is None:
                raise NotFoundError(DESK_ERRORS["no_attachment"], code="no_attachment")
            return row.number, attachment_of(row), row.data

    # ---- replies to use again ----------------------------------------------------------

    def canned(self, field: str = "", sector: str = "") -> tuple[Canned, ...]:
        """Return the replies that fit a field and a sector, the special ones first; without them all."""
        query = select(CannedRow).order_by(CannedRow.sector == "", CannedRow.field == "", CannedRow.title)
        if field:
            query = query.where(CannedRow.field.in_(("", field)))
        if sector:
            query = query.where(CannedRow.sector.in_(("", sector)))
        with reading(self._engine) as session:
            return tuple(_canned_of(row) for row in session.scalars(query))

    def save_canned(self, person: Person, canned: Canned) -> Canned:
        """Add a reply (id 0) or write over one.

        Raises:
            NotFoundError: there is none of that id (no_canned).
        """
        refuse_unstorable("title", canned.title, TITLE_MAX)
        refuse_unstorable("text", canned.text)
        with transaction(self._engine) as session:
            row = session.get(CannedRow, canned.id) if canned.id else CannedRow()
            if row is None:
                raise NotFoundError(DESK_ERRORS["no_canned"], code="no_canned")
            row.title, row.text, row.field, row.sector = canned.title, canned.text, canned.field, canned.sector
            row.person_id, row.updated_at = person.id, datetime.now(UTC)
            session.add(row)
            session.flush()
            return _canned_of(row)

    def delete_canned(self, id: int) -> None:
        """Delete a reply, if it is there."""
        with transaction(self._engine) as session:
            row = session.get(CannedRow, id)
            if row is not None:
                session.delete(row)


def note_of(row: NoteRow) -> Note:
    """Turn a row into its record."""
    return Note(row.id, row.person, row.text, row.created_at)


def attachment_of(row: AttachmentRow) -> Attachment:
    """Turn a row into its record, without reading its bytes."""
    return Attachment(row.id, row.name, row.media_type, row.size, row.created_at)


def referral_of(row: ReferralRow) -> Referral:
    """Turn a row into its record."""
    return Referral(row.id, row.agency_id, row.text, row.sent_at, row.reply, row.replied_at)


def _canned_of(row: CannedRow) -> Canned:
    return Canned(row.id, row.title, row.text, row.field, row.sector)


def _there(session: Session, number: int) -> None:
    # Held, so that an erasure of the ticket waits for what is added to it.
    row = session.get(TicketRow, number, with_for_update={"key_share": True})
    if row is None or row.is_withdrawn:
        raise NotFoundError(ERRORS["no_ticket"], code="no_ticket")
