"""Visitors of the widget, their consent and ratings; pages, erasure and withdrawal.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "visitors",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("origin", sa.String(200), nullable=False),
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id")),
        sa.Column("erasures", sa.Integer(), nullable=False),
        sa.Column("page", sa.JSON()),
        sa.Column("recent", sa.JSON(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
    )
    op.create_index("ix_visitors_seen_at", "visitors", ["seen_at"])
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("visitor_id", sa.String(32), sa.ForeignKey("visitors.id"), nullable=False),
        sa.Column("is_given", sa.Boolean(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
    )
    op.create_index("ix_consents_visitor", "consents", ["visitor_id", "id"])
    op.create_table(
        "ratings",
        sa.Column("message_id", sa.Integer(), sa.ForeignKey("messages.id"), primary_key=True, autoincrement=False),
        sa.Column("score", sa.String(4), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
    )
    op.add_column("conversations", sa.Column("erased_at", _MOMENT))
    op.add_column("messages", sa.Column("page", sa.JSON()))
    op.add_column("tickets", sa.Column("is_withdrawn", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("tickets", "is_withdrawn")
    op.drop_column("messages", "page")
    op.drop_column("conversations", "erased_at")
    for table in ("ratings", "consents", "visitors"):
        op.drop_table(table)
