"""The figures: contacts and what they were about.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_OF_DEADLINES = [
    *("created_at", "merged_into", "consultant", "sector", "first_due_at", "first_answered_at"),
    *("due_at", "answered_at", "closed_at", "waiting_since"),
]


def upgrade() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("began_s", sa.BigInteger(), nullable=False),
        sa.Column("ended_s", sa.BigInteger(), nullable=False),
        sa.Column("next_s", sa.BigInteger()),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(20), nullable=False),
        sa.Column("sector", sa.String(30), nullable=False),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("was_asked_back", sa.Boolean(), nullable=False),
        sa.Column("is_down", sa.Boolean(), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
    )
    op.create_index("ix_contacts_day", "contacts", ["day"])
    op.create_index("ix_contacts_person", "contacts", ["person", "began_s"])
    op.create_index("ix_contacts_conversation", "contacts", ["conversation_id", "id"])
    op.create_table(
        "contact_marks",
        sa.Column("contact_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("value", sa.String(80), primary_key=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
    )
    op.create_index("ix_contact_marks_value", "contact_marks", ["kind", "value", "day"])
    op.create_index("ix_tickets_figures", "tickets", _OF_DEADLINES)
    op.create_index("ix_conversations_updated", "conversations", ["updated_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_tickets_figures", "tickets")
    op.drop_index("ix_conversations_updated", "conversations")
    for table in ("contact_marks", "contacts"):
        op.drop_table(table)
