"""The table of files that malls send for screening. Times are UTC."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Float, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from assistant.store.tables import UtcDateTime

KEY_MAX = 80


class BatchBase(DeclarativeBase):
    pass


class BatchRow(BatchBase):
    """One file that was sent, and how far its screening is.

    `parts` is the result so far: [epoch, bytes] of each part file in order. `epoch` grows with every process that takes
    the batch up, and each writes a part file of its own, so that one that was thought dead cannot spoil what another
    wrote. `last_row` is the number of the last row whose result is in the parts.
    """

    __tablename__ = "batches"
    __table_args__ = (
        UniqueConstraint("mall_id", "upload_key", name="uq_batches_upload_key"),
        Index("ix_batches_state", "state", "created_at"),
        Index("ix_batches_mall", "mall_id", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    mall_id: Mapped[str] = mapped_column(String(32))
    upload_key: Mapped[str | None] = mapped_column(String(KEY_MAX))
    state: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(10))
    size: Mapped[int] = mapped_column(BigInteger)
    policy: Mapped[dict[str, Any]] = mapped_column(JSON)
    problem_code: Mapped[str] = mapped_column(String(40), default="")
    problem: Mapped[str] = mapped_column(Text, default="")
    rows_done: Mapped[int] = mapped_column(Integer, default=0)
    last_row: Mapped[int] = mapped_column(Integer, default=0)
    share_done: Mapped[float] = mapped_column(Float, default=0.0)
    parts: Mapped[list[list[int]]] = mapped_column(JSON, default=list)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    epoch: Mapped[int] = mapped_column(Integer, default=0)
    holder: Mapped[str] = mapped_column(String(120), default="")
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
