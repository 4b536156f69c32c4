"""Users of channels, their events, and the outbox.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "channel_users",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("user", sa.String(64), nullable=False),
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("is_told", sa.Boolean(), nullable=False),
        sa.Column("is_standby", sa.Boolean(), nullable=False),
        sa.Column("has_left", sa.Boolean(), nullable=False),
        sa.Column("worker", sa.String(32), nullable=False),
        sa.Column("leased_until", _MOMENT),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.UniqueConstraint("channel", "user", name="uq_channel_users_user"),
    )
    op.create_index("ix_channel_users_conversation", "channel_users", ["conversation_id"])
    is_standby = sa.text("is_standby")
    op.create_index(
        "ix_channel_users_standby", "channel_users", ["channel"], sqlite_where=is_standby, postgresql_where=is_standby
    )
    op.create_table(
        "channel_events",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("channel_users.id"), nullable=False),
        sa.Column("event_id", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("said", sa.JSON()),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("done_at", _MOMENT),
        sa.UniqueConstraint("user_id", "event_id", name="uq_channel_events_event"),
    )
    op.create_index("ix_channel_events_waiting", "channel_events", ["state", "user_id", "id"])
    _create_outbox()
    op.create_table(
        "channel_marks",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.Integer(), nullable=False),
    )
    op.create_index(
        "ix_messages_consultant",
        "messages",
        ["id"],
        sqlite_where=sa.text("role = 'consultant'"),
        postgresql_where=sa.text("role = 'consultant'"),
    )


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("channel_users.id"), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("message_id", sa.Integer()),
        sa.Column("cause", sa.String(80), nullable=False),
        sa.Column("speaker", sa.String(12), nullable=False),
        sa.Column("call", sa.String(20), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("key", sa.String(36), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("is_repeatable", sa.Boolean(), nullable=False),
        sa.Column("is_doubtful", sa.Boolean(), nullable=False),
        sa.Column("is_held_if_lost", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(80), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("next_try_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT),
        sa.Column("leased_until", _MOMENT),
        sa.Column("sent_at", _MOMENT),
        sa.UniqueConstraint("cause", name="uq_outbox_cause"),
    )
    op.create_index("ix_outbox_due", "outbox", ["state", "channel", "next_try_at"])
    op.create_index("ix_outbox_user", "outbox", ["user_id", "id"])
    op.create_index("ix_outbox_message", "outbox", ["message_id"])


def downgrade() -> None:
    op.drop_index("ix_messages_consultant", "messages")
    for table in ("channel_marks", "outbox", "channel_events", "channel_users"):
        op.drop_table(table)
