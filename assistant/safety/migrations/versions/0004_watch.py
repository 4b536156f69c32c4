"""Watched listings, events, webhooks, and statistics of blocked listings.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_watch()
    _create_events()
    _create_webhooks()
    _create_statistics()


def _create_watch() -> None:
    progress = op.create_table(
        "watch_progress",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("position", _BIG, nullable=False),
        sa.Column("generation", _BIG, nullable=False),
        sa.Column("basis", sa.String(100), nullable=False),
    )
    op.bulk_insert(progress, [{"id": 1, "position": 0, "generation": 1, "basis": ""}])
    op.create_table(
        "watch_listings",
        sa.Column("id", _BIG, primary_key=True, autoincrement=True),
        sa.Column("mall_id", sa.String(32), nullable=False),
        sa.Column("listing_id", sa.String(200), nullable=False),
        sa.Column("listing", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("verdict", sa.JSON(), nullable=False),
        sa.Column("action", sa.String(10), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("checked_at", _MOMENT, nullable=False),
        sa.Column("generation", _BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("leased_until", _MOMENT),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.UniqueConstraint("mall_id", "listing_id", name="uq_watch_listings"),
    )
    op.create_index("ix_watch_listings_due", "watch_listings", ["generation", "id"])
    op.create_index("ix_watch_listings_mall", "watch_listings", ["mall_id", "id"])
    listing = sa.ForeignKey("watch_listings.id", ondelete="CASCADE")
    op.create_table(
        "watch_keys",
        sa.Column("key", sa.BigInteger(), primary_key=True),
        sa.Column("listing", _BIG, listing, primary_key=True),
    )
    op.create_index("ix_watch_keys_listing", "watch_keys", ["listing"])


def _create_events() -> None:
    op.create_table(
        "watch_malls",
        sa.Column("mall_id", sa.String(32), primary_key=True),
        sa.Column("last_event", _BIG, nullable=False),
        sa.Column("policy", sa.String(32), nullable=False),
    )
    op.create_table(
        "watch_events",
        sa.Column("mall_id", sa.String(32), primary_key=True),
        sa.Column("number", _BIG, primary_key=True),
        sa.Column("uid", sa.String(40), nullable=False, unique=True),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
    )
    op.create_index("ix_watch_events_age", "watch_events", ["created_at"])


def _create_webhooks() -> None:
    op.create_table(
        "webhook_endpoints",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("mall_id", sa.String(32), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("secret", sa.String(80), nullable=False),
        sa.Column("old_secret", sa.String(80)),
        sa.Column("old_until", _MOMENT),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("resting_until", _MOMENT),
        sa.Column("last_status", sa.String(30)),
        sa.Column("last_success_at", _MOMENT),
        sa.Column("last_failure_at", _MOMENT),
        sa.Column("created_at", _MOMENT, nullable=False),
    )
    op.create_index("ix_webhook_endpoints_mall_id", "webhook_endpoints", ["mall_id"])
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", _BIG, primary_key=True, autoincrement=True),
        sa.Column("endpoint_id", sa.String(40), sa.ForeignKey("webhook_endpoints.id"), nullable=False),
        sa.Column("mall_id", sa.String(32), nullable=False),
        sa.Column("event", _BIG, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", _MOMENT, nullable=False),
        sa.Column("give_up_at", _MOMENT, nullable=False),
        sa.Column("leased_until", _MOMENT),
        sa.Column("delivered_at", _MOMENT),
        sa.Column("last_status", sa.String(30)),
        sa.UniqueConstraint("endpoint_id", "event", name="uq_webhook_deliveries"),
    )
    op.create_index("ix_webhook_deliveries_due", "webhook_deliveries", ["endpoint_id", "state", "next_try_at"])
    op.create_index("ix_webhook_deliveries_age", "webhook_deliveries", ["state", "give_up_at"])


def _create_statistics() -> None:
    op.create_table(
        "blocked_screened",
        sa.Column("mall_id", sa.String(32), primary_key=True),
        sa.Column("month", sa.String(7), primary_key=True),
        sa.Column("screened", _BIG, nullable=False),
    )
    op.create_table(
        "blocked_counts",
        sa.Column("mall_id", sa.String(32), primary_key=True),
        sa.Column("month", sa.String(7), primary_key=True),
        sa.Column("category", sa.String(80), primary_key=True),
        sa.Column("verdict", sa.String(20), primary_key=True),
        sa.Column("rule", sa.String(60), primary_key=True),
        sa.Column("action", sa.String(10), primary_key=True),
        sa.Column("is_demo", sa.Boolean(), primary_key=True),
        sa.Column("listings", _BIG, nullable=False),
    )
    op.create_table(
        "blocked_seen",
        sa.Column("mall_id", sa.String(32), primary_key=True),
        sa.Column("month", sa.String(7), primary_key=True),
        sa.Column("listing", sa.BigInteger(), primary_key=True),
        sa.Column("category", sa.String(80), nullable=False),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("rule", sa.String(60), nullable=False),
        sa.Column("action", sa.String(10), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
    )
