"""Learning: versions of articles, the base that is served, background jobs, messages that were learned from.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "article_versions",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("article_id", sa.String(80), nullable=False),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("yaml", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("person_id", sa.Integer()),
        sa.Column("person", sa.String(80), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("published_at", _MOMENT, nullable=False),
    )
    op.create_index("ix_article_versions_article", "article_versions", ["article_id", "id"])
    op.create_table(
        "served_base",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
    )
    op.create_table(
        "learning_jobs",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("progress", sa.String(200), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
    )
    op.create_index("ix_learning_jobs_created_at", "learning_jobs", ["created_at"])
    op.create_index("ix_learning_jobs_kind", "learning_jobs", ["kind", "created_at"])
    op.create_table(
        "learned_messages",
        sa.Column("message_id", sa.Integer(), sa.ForeignKey("messages.id"), primary_key=True, autoincrement=False),
        sa.Column("article_id", sa.String(80), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
    )
