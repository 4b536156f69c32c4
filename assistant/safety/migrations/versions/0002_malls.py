"""Malls, their keys and what they use.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "malls",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False, unique=True),
        sa.Column("policy", sa.JSON()),
        sa.Column("created_at", moment, nullable=False),
    )
    op.create_table(
        "mall_keys",
        sa.Column("id", sa.String(20), primary_key=True),
        sa.Column("mall_id", sa.String(32), sa.ForeignKey("malls.id"), nullable=False),
        sa.Column("lineage", sa.String(20), nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("daily_quota", sa.Integer(), nullable=False),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column("allowed_ips", sa.JSON(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("expires_at", moment),
        sa.Column("revoked_at", moment),
        sa.Column("last_used_at", moment),
        sa.Column("replaced_by", sa.String(20)),
    )
    op.create_index("ix_mall_keys_mall_id", "mall_keys", ["mall_id"])
    op.create_index("ix_mall_keys_lineage", "mall_keys", ["lineage"])
    op.create_table(
        "mall_usage",
        sa.Column("key_id", sa.String(20), sa.ForeignKey("mall_keys.id"), primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("endpoint", sa.String(80), primary_key=True),
        sa.Column("granted", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("mall_usage")
    op.drop_table("mall_keys")
    op.drop_table("malls")
