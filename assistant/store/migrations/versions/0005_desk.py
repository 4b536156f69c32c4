"""The desk's work: deadlines and owners of tickets, notes, files, referrals, canned replies, events, mails, links.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_NUMBERS = {"version": "0", "unread": "0", "waited_s": "0"}
_MOMENTS = ("offered_at", "first_due_at", "first_answered_at", "next_due_at")
_LATER_MOMENTS = ("waiting_since", "warned_at", "escalated_at", "typing_at", "visitor_typing_at")
_QUESTION_MAX = 200
_QUEUE = ["state", "next_due_at", "number", "field", "sector", "person_id", "waiting_since", "question"]


def upgrade() -> None:
    _widen_tickets()
    _fill_tickets()
    op.create_index("ix_tickets_queue", "tickets", _QUEUE)
    op.create_index("ix_tickets_person", "tickets", ["person_id", "state"])
    _create_files()
    _create_deliveries()


def _number(name: str = "number", table: str = "tickets.number") -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), sa.ForeignKey(table), nullable=False)


def _own_id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True)


def _text(name: str, length: int | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String(length) if length else sa.Text(), nullable=False)


def _at(name: str, *, may_lack: bool = False) -> sa.Column[object]:
    return sa.Column(name, _MOMENT, nullable=may_lack)


def _person() -> sa.Column[int]:
    return sa.Column("person_id", sa.Integer(), nullable=False)


def _widen_tickets() -> None:
    for name in ("person_id", "merged_into"):
        op.add_column("tickets", sa.Column(name, sa.Integer()))
    for name, default in _NUMBERS.items():
        op.add_column("tickets", sa.Column(name, sa.Integer(), nullable=False, server_default=default))
    op.add_column("tickets", sa.Column("question", sa.String(_QUESTION_MAX), nullable=False, server_default=""))
    for name in (*_MOMENTS, *_LATER_MOMENTS):
        op.add_column("tickets", sa.Column(name, _MOMENT))


def _fill_tickets() -> None:
    """Give tickets of before what the queue needs: their one deadline was that of the answer."""
    tickets = sa.table(
        "tickets",
        sa.column("number", sa.Integer),
        sa.column("slots", sa.JSON),
        sa.column("transcript", sa.JSON),
        sa.column("question", sa.String),
        *(sa.column(name, _MOMENT) for name in ("created_at", "due_at", "answered_at", *_MOMENTS)),
    )
    connection = op.get_bind()
    connection.execute(
        sa.update(tickets).values(
            offered_at=tickets.c.created_at,
            first_due_at=tickets.c.due_at,
            next_due_at=tickets.c.due_at,
            first_answered_at=tickets.c.answered_at,
        )
    )
    for number, slots, transcript in connection.execute(
        sa.select(tickets.c.number, tickets.c.slots, tickets.c.transcript)
    ).all():
        asked = [text for role, text in transcript or () if role == "visitor"]
        question = " ".join(str((slots or {}).get("question") or (asked[-1] if asked else "")).split())
        connection.execute(
            sa.update(tickets).where(tickets.c.number == number).values(question=question[:_QUESTION_MAX])
        )


def _create_files() -> None:
    op.create_table(
        "desk_events",
        _own_id(),
        _number(),
        _text("kind", 20),
        sa.Column("person_id", sa.Integer()),
        _text("person", 80),
        sa.Column("detail", sa.JSON(), nullable=False),
        _at("created_at"),
    )
    op.create_index("ix_desk_events_number", "desk_events", ["number", "id"])
    op.create_table(
        "ticket_notes", _own_id(), _number(), _person(), _text("person", 80), _text("text"), _at("created_at")
    )
    op.create_table(
        "attachments",
        sa.Column("id", sa.String(32), primary_key=True),
        _number(),
        _person(),
        _text("name", 120),
        _text("media_type", 100),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        _at("created_at"),
    )
    op.create_table(
        "referrals",
        _own_id(),
        _number(),
        _text("agency_id", 80),
        _person(),
        _text("text"),
        _at("sent_at"),
        _text("reply"),
        _at("replied_at", may_lack=True),
    )
    for table in ("ticket_notes", "attachments", "referrals"):
        op.create_index(f"ix_{table}_number", table, ["number"])
    op.create_table(
        "canned_replies",
        _own_id(),
        _text("title", 80),
        _text("text"),
        _text("field", 20),
        _text("sector", 30),
        _person(),
        _at("updated_at"),
    )


def _create_deliveries() -> None:
    op.create_table(
        "mails",
        _own_id(),
        _number(),
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), nullable=False),
        _number("message_id", "messages.id"),
        sa.Column("is_answer", sa.Boolean(), nullable=False),
        _text("state", 10),
        sa.Column("tries", sa.Integer(), nullable=False),
        _text("error", 80),
        _at("created_at"),
        _at("next_try_at"),
        _at("leased_until", may_lack=True),
        _at("sent_at", may_lack=True),
        sa.UniqueConstraint("message_id", name="uq_mails_message"),
    )
    op.create_index("ix_mails_due", "mails", ["state", "next_try_at"])
    op.create_index("ix_mails_conversation", "mails", ["conversation_id", "state"])
    op.create_table(
        "answer_links",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), nullable=False),
        _number(),
        _text("device", 64),
        _at("created_at"),
        _at("expires_at"),
        _at("used_at", may_lack=True),
    )
    op.create_index("ix_answer_links_number", "answer_links", ["number"])
    op.create_index("ix_answer_links_expires_at", "answer_links", ["expires_at"])


def downgrade() -> None:
    for table in (
        *("answer_links", "mails", "canned_replies", "referrals", "attachments", "ticket_notes", "desk_events"),
    ):
        op.drop_table(table)
    for index in ("ix_tickets_queue", "ix_tickets_person"):
        op.drop_index(index, "tickets")
    for name in (*_MOMENTS, *_LATER_MOMENTS, *_NUMBERS, "question", "person_id", "merged_into"):
        op.drop_column("tickets", name)
