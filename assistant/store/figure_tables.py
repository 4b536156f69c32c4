"""The tables of the figures: what is counted of contacts. They hold no text, and outlast the conversations' texts."""

from datetime import date

from sqlalchemy import BigInteger, Date, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from assistant.store.tables import CHANNEL_MAX, Base, ConversationRow, TicketRow

MARK_MAX = 80


class ContactRow(Base):
    """One contact (see contacts.py). `id`: its first message's; no foreign key, so that nothing takes it along.

    `person` is the same for contacts of the same person: the id of one of their conversations, which says nothing about
    them. `day`, `hour` and `weekday` are Korean. The others are seconds since 1970; `next_s`: when the person's next
    contact began.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        Index("ix_contacts_day", "day"),
        Index("ix_contacts_person", "person", "began_s"),
        Index("ix_contacts_conversation", "conversation_id", "id"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    conversation_id: Mapped[str] = mapped_column(String(32))
    person: Mapped[str] = mapped_column(String(32))
    channel: Mapped[str] = mapped_column(String(CHANNEL_MAX))
    day: Mapped[date] = mapped_column(Date)
    weekday: Mapped[int] = mapped_column(Integer)
    hour: Mapped[int] = mapped_column(Integer)
    began_s: Mapped[int] = mapped_column(BigInteger)
    ended_s: Mapped[int] = mapped_column(BigInteger)
    next_s: Mapped[int | None] = mapped_column(BigInteger)
    last_id: Mapped[int] = mapped_column(Integer)
    field: Mapped[str] = mapped_column(String(20))
    sector: Mapped[str] = mapped_column(String(30))
    outcome: Mapped[str] = mapped_column(String(12))
    was_asked_back: Mapped[bool] = mapped_column(default=False)
    is_down: Mapped[bool] = mapped_column(default=False)
    questions: Mapped[int] = mapped_column(Integer)


class ContactMarkRow(Base):
    """What a contact was about, or was answered with. Kinds: article, article_by_person, item, country."""

    __tablename__ = "contact_marks"
    __table_args__ = (Index("ix_contact_marks_value", "kind", "value", "day"),)

    contact_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str] = mapped_column(String(MARK_MAX), primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    times: Mapped[int] = mapped_column(Integer)


# All that deadlines are counted by: the tickets themselves are large, for they hold transcripts.
Index(
    "ix_tickets_figures",
    TicketRow.created_at,
    TicketRow.merged_into,
    TicketRow.consultant,
    TicketRow.sector,
    TicketRow.first_due_at,
    TicketRow.first_answered_at,
    TicketRow.due_at,
    TicketRow.answered_at,
    TicketRow.closed_at,
    TicketRow.waiting_since,
)

# Counting looks for the conversations in which something happened since the last time.
Index("ix_conversations_updated", ConversationRow.updated_at, ConversationRow.id)
