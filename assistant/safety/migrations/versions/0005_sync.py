"""How far the mirror was filled.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "safety_sync",
        sa.Column("sweep", sa.String(20), primary_key=True),
        sa.Column("prefix", sa.String(120), primary_key=True),
        sa.Column("is_split", sa.Boolean(), nullable=False),
        sa.Column("is_capped", sa.Boolean(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("unread", sa.Integer(), nullable=False),
        sa.Column("done_at", moment, nullable=False),
    )
    op.create_table(
        "safety_sync_leases",
        sa.Column("work", sa.String(20), primary_key=True),
        sa.Column("holder", sa.String(120), nullable=False),
        sa.Column("until", moment, nullable=False),
    )
    op.create_table(
        "safety_detail_tries",
        sa.Column("cert_uid", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("tried_at", moment, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("safety_detail_tries")
    op.drop_table("safety_sync_leases")
    op.drop_table("safety_sync")
