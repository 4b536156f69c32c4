"""The tables of the malls that call the interface. Times are UTC; a day of usage is a day in Korea."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from assistant.store.tables import UtcDateTime

MALL_NAME_MAX, ENDPOINT_MAX = 80, 80


class MallBase(DeclarativeBase):
    pass


class MallRow(MallBase):
    """`policy` is null until the mall sets one of its own."""

    __tablename__ = "malls"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(MALL_NAME_MAX), unique=True)
    policy: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class KeyRow(MallBase):
    """One key of a mall; of its secret only the hash is here.

    `id` is the part of the key that may be shown; `lineage` is the id of the first key of a row of rotations, which
    share one quota; `rate` (a second) and `daily_quota` are 0 where there is no limit; no `allowed_ips`: any caller's.
    """

    __tablename__ = "mall_keys"

    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    mall_id: Mapped[str] = mapped_column(ForeignKey("malls.id"), index=True)
    lineage: Mapped[str] = mapped_column(String(20), index=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    daily_quota: Mapped[int] = mapped_column(Integer)
    rate: Mapped[int] = mapped_column(Integer)
    allowed_ips: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replaced_by: Mapped[str | None] = mapped_column(String(20))


class UsageRow(MallBase):
    """How often a key called an endpoint on a day: answered (`granted`), and turned away at the door (`refused`)."""

    __tablename__ = "mall_usage"

    key_id: Mapped[str] = mapped_column(ForeignKey("mall_keys.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    endpoint: Mapped[str] = mapped_column(String(ENDPOINT_MAX), primary_key=True)
    granted: Mapped[int] = mapped_column(Integer)
    refused: Mapped[int] = mapped_column(Integer)
