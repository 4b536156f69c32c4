"""The tables of watched listings, their events and webhooks, and of the statistics. Times are UTC."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from assistant.store.tables import UtcDateTime

LISTING_ID_MAX, URL_MAX, CATEGORY_MAX, RULE_MAX = 200, 500, 80, 60

# SQLite counts up by itself in an INTEGER primary key only.
_Big = BigInteger().with_variant(Integer, "sqlite")


class WatchBase(DeclarativeBase):
    pass


class ProgressRow(WatchBase):
    """The one row that says how far the mirror's changes were followed.

    `position` is the last change that was followed. A listing is due while its own `generation` is below this one;
    `basis` names the rules and the kind of data that the generation stands for.
    """

    __tablename__ = "watch_progress"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    position: Mapped[int] = mapped_column(_Big)
    generation: Mapped[int] = mapped_column(_Big)
    basis: Mapped[str] = mapped_column(String(100))


class WatchMallRow(WatchBase):
    """The number of a mall's last event, and a digest of the policy that its listings were screened with.

    Whoever writes events of a mall holds this row until the end, so that no event with a smaller number ever comes
    after one with a larger.
    """

    __tablename__ = "watch_malls"

    mall_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    last_event: Mapped[int] = mapped_column(_Big)
    policy: Mapped[str] = mapped_column(String(32))


class ListingRow(WatchBase):
    """A listing under watch with its last verdict.

    `facts` is what a change is measured by: verdict, rule, action, states, recalls. `version` grows with every
    change of the row, so that a verdict that was worked out from an older one is thrown away.
    """

    __tablename__ = "watch_listings"
    __table_args__ = (
        UniqueConstraint("mall_id", "listing_id", name="uq_watch_listings"),
        Index("ix_watch_listings_due", "generation", "id"),
        Index("ix_watch_listings_mall", "mall_id", "id"),
    )

    id: Mapped[int] = mapped_column(_Big, primary_key=True, autoincrement=True)
    mall_id: Mapped[str] = mapped_column(String(32))
    listing_id: Mapped[str] = mapped_column(String(LISTING_ID_MAX))
    listing: Mapped[dict[str, Any]] = mapped_column(JSON)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    verdict: Mapped[dict[str, Any]] = mapped_column(JSON)
    action: Mapped[str] = mapped_column(String(10))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    generation: Mapped[int] = mapped_column(_Big)
    version: Mapped[int] = mapped_column(Integer)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WatchedKeyRow(WatchBase):
    """A key whose change concerns a listing, as a number of 64 bits (see watched.key_number)."""

    __tablename__ = "watch_keys"

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    listing: Mapped[int] = mapped_column(
        _Big, ForeignKey("watch_listings.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class EventRow(WatchBase):
    """Something that a mall has to know; `number` counts from 1 in every mall, without gaps, and is the cursor."""

    __tablename__ = "watch_events"
    __table_args__ = (Index("ix_watch_events_age", "created_at"),)

    mall_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int] = mapped_column(_Big, primary_key=True)
    uid: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(30))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EndpointRow(WatchBase):
    """Where a mall wants its events sent. State: active, or gone (it answered 410).

    The secret is stored as it is, for it has to sign; `old_secret` signs too until `old_until`. `failures` counts
    since the last success; until `resting_until` the endpoint is left alone.
    """

    __tablename__ = "webhook_endpoints"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    mall_id: Mapped[str] = mapped_column(String(32), index=True)
    url: Mapped[str] = mapped_column(String(URL_MAX))
    kinds: Mapped[list[str]] = mapped_column(JSON)
    secret: Mapped[str] = mapped_column(String(80))
    old_secret: Mapped[str | None] = mapped_column(String(80))
    old_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10))
    failures: Mapped[int] = mapped_column(Integer)
    resting_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_status: Mapped[str | None] = mapped_column(String(30))
    last_success_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_failure_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DeliveryRow(WatchBase):
    """One event on its way to one endpoint. State: due, delivered, failed."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("endpoint_id", "event", name="uq_webhook_deliveries"),
        Index("ix_webhook_deliveries_due", "endpoint_id", "state", "next_try_at"),
        Index("ix_webhook_deliveries_age", "state", "give_up_at"),
    )

    id: Mapped[int] = mapped_column(_Big, primary_key=True, autoincrement=True)
    endpoint_id: Mapped[str] = mapped_column(ForeignKey("webhook_endpoints.id"))
    mall_id: Mapped[str] = mapped_column(String(32))
    event: Mapped[int] = mapped_column(_Big)
    state: Mapped[str] = mapped_column(String(10))
    tries: Mapped[int] = mapped_column(Integer)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    give_up_at: Mapped[datetime] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_status: Mapped[str | None] = mapped_column(String(30))


class ScreenedRow(WatchBase):
    """How many screenings a mall had in a month (yyyy-MM, Korean time). Its lock guards the mall's counting."""

    __tablename__ = "blocked_screened"

    mall_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    screened: Mapped[int] = mapped_column(_Big)


class BlockedCountRow(WatchBase):
    """How many listings of a mall were blocked or held in a month, by what decided it."""

    __tablename__ = "blocked_counts"

    mall_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    category: Mapped[str] = mapped_column(String(CATEGORY_MAX), primary_key=True)
    verdict: Mapped[str] = mapped_column(String(20), primary_key=True)
    rule: Mapped[str] = mapped_column(String(RULE_MAX), primary_key=True)
    action: Mapped[str] = mapped_column(String(10), primary_key=True)
    is_demo: Mapped[bool] = mapped_column(primary_key=True)
    listings: Mapped[int] = mapped_column(_Big)


class BlockedSeenRow(WatchBase):
    """A listing (its id as a number of 64 bits) that is in a month's counts, and under what it was counted."""

    __tablename__ = "blocked_seen"

    mall_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    listing: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    category: Mapped[str] = mapped_column(String(CATEGORY_MAX))
    verdict: Mapped[str] = mapped_column(String(20))
    rule: Mapped[str] = mapped_column(String(RULE_MAX))
    action: Mapped[str] = mapped_column(String(10))
    is_demo: Mapped[bool] = mapped_column()
