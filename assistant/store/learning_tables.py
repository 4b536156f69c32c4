"""The tables of learning: every version of every article, the base that is served, jobs, what was learned from."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.store.tables import Base, UtcDateTime

ARTICLE_ID_MAX, PATH_MAX, REASON_MAX, PROGRESS_MAX = 80, 200, 200, 200


class ArticleVersionRow(Base):
    """One article as its file was from `published_at` until the next version of it.

    Without a person it was not published at the desk, but found: the file was changed by other means.
    """

    __tablename__ = "article_versions"
    __table_args__ = (Index("ix_article_versions_article", "article_id", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    article_id: Mapped[str] = mapped_column(String(ARTICLE_ID_MAX))
    path: Mapped[str] = mapped_column(String(PATH_MAX))
    yaml: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int | None] = mapped_column(Integer)
    person: Mapped[str] = mapped_column(String(80), default="")
    reason: Mapped[str] = mapped_column(String(REASON_MAX), default="")
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ServedBaseRow(Base):
    """The one row that says what is served; `number` grows with every change, and other copies then load it too."""

    __tablename__ = "served_base"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, default=0)
    digest: Mapped[str] = mapped_column(String(64), default="")
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LearningJobRow(Base):
    """Work in the background. Kind: group, preview, publish. State: waiting, running, done, failed.

    No text of a visitor stands in the result of a grouping, only the numbers of messages.
    """

    __tablename__ = "learning_jobs"
    __table_args__ = (Index("ix_learning_jobs_kind", "kind", "created_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    progress: Mapped[str] = mapped_column(String(PROGRESS_MAX), default="")
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    person_id: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LearnedRow(Base):
    """A message that an article was made of, or ("") that nothing has to be made of; it is not proposed again."""

    __tablename__ = "learned_messages"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True, autoincrement=False)
    article_id: Mapped[str] = mapped_column(String(ARTICLE_ID_MAX), default="")
    person_id: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
