"""The tables that remember how far the mirror was filled. Times are UTC."""

from datetime import datetime

from sqlalchemy import Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from assistant.store.tables import UtcDateTime


class SyncBase(DeclarativeBase):
    pass


class WindowRow(SyncBase):
    """One window of a sweep: the records whose date or number begins with `prefix`.

    `is_split`: it gave too much, and its narrower windows stand for it. `is_capped`: it gave too much and can't be
    narrowed. `found` and `unread`: rows of the last answer.
    """

    __tablename__ = "safety_sync"

    sweep: Mapped[str] = mapped_column(String(20), primary_key=True)
    prefix: Mapped[str] = mapped_column(String(120), primary_key=True)
    is_split: Mapped[bool]
    is_capped: Mapped[bool]
    found: Mapped[int] = mapped_column(Integer)
    unread: Mapped[int] = mapped_column(Integer)
    done_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LeaseRow(SyncBase):
    """Who does a work that only one may do at a time, and until when that is believed without a sign of life."""

    __tablename__ = "safety_sync_leases"

    work: Mapped[str] = mapped_column(String(20), primary_key=True)
    holder: Mapped[str] = mapped_column(String(120))
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class DetailTryRow(SyncBase):
    """A certificate whose detail was asked for in vain: the interface does not know its number any more."""

    __tablename__ = "safety_detail_tries"

    cert_uid: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    tried_at: Mapped[datetime] = mapped_column(UtcDateTime)
