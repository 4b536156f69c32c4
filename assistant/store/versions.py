"""Every version of every article, and which base is served."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from assistant.desk_records import Person
from assistant.errors import ConflictError
from assistant.learning_wording import ERRORS
from assistant.store.database import reading, transaction, upsert
from assistant.store.learning_tables import ArticleVersionRow, ServedBaseRow
from assistant.store.tables import utc_now

_ONLY = 1


@dataclass(frozen=True, slots=True)
class CardFile:
    """An article's file. `digest` is the SHA-256 of its bytes, `path` relative to the base; "" before it is there."""

    article_id: str
    path: str
    yaml: str
    digest: str


@dataclass(frozen=True, slots=True)
class Version:
    """A file as it was from a moment on. Without a person it was not published at the desk, but found so."""

    id: int
    file: CardFile
    person: str
    reason: str
    published_at: datetime
    is_from_desk: bool


@dataclass(frozen=True, slots=True)
class Served:
    """Which base is served; `number` grows with every change."""

    number: int
    digest: str


class ArticleVersions:
    """Every reading and writing of versions; each method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def newest(self) -> dict[str, Version]:
        """Return the newest version of every article."""
        last = select(func.max(ArticleVersionRow.id)).group_by(ArticleVersionRow.article_id)
        with reading(self._engine) as session:
            rows = session.scalars(select(ArticleVersionRow).where(ArticleVersionRow.id.in_(last)))
            return {row.article_id: _version(row) for row in rows}

    def of_article(self, article_id: str) -> list[Version]:
        """Return an article's versions, the newest first."""
        query = select(ArticleVersionRow).where(ArticleVersionRow.article_id == article_id)
        with reading(self._engine) as session:
            return [_version(row) for row in session.scalars(query.order_by(ArticleVersionRow.id.desc()))]

    def at(self, article_id: str, moment: datetime) -> Version | None:
        """Return the version that was served at a moment.

        What was served before anything was noted is the first that was noted; None for what was never an article.
        """
        own = ArticleVersionRow.article_id == article_id
        query = select(ArticleVersionRow).where(own)
        with reading(self._engine) as session:
            row = session.scalars(
                query.where(ArticleVersionRow.published_at <= moment).order_by(ArticleVersionRow.id.desc()).limit(1)
            ).first()
            row = row or session.scalars(query.order_by(ArticleVersionRow.id).limit(1)).first()
            return _version(row) if row else None

    def note_found(self, files: Iterable[CardFile], reason: str) -> int:
        """Note files that differ from their newest version; return how many did."""
        with transaction(self._engine) as session:
            _hold(session)
            known = dict(_newest_digests(session))
            fresh = [file for file in files if known.get(file.article_id) != file.digest]
            now = utc_now()
            session.add_all(_row(file, None, reason, now) for file in fresh)
        return len(fresh)

    def publish(self, person: Person, before: CardFile, after: CardFile, reason: str) -> Version:
        """Note a new version; where `before` was never noted, it is noted first.

        Raises:
            ConflictError: another version came after `before` (stale_article).
        """
        with transaction(self._engine) as session:
            _hold(session)
            known = dict(_newest_digests(session, after.article_id)).get(after.article_id)
            if known is not None and known != before.digest:
                raise ConflictError(ERRORS["stale_article"], code="stale_article")
            now = utc_now()
            if known is None and before.yaml:
                session.add(_row(before, None, ERRORS["found"], now))
                session.flush()
            row = _row(after, person, reason, now)
            session.add(row)
            session.flush()
            return _version(row)

    def served(self) -> Served:
        """Return which base is served."""
        with reading(self._engine) as session:
            row = session.get(ServedBaseRow, _ONLY)
            return Served(row.number, row.digest) if row else Served(0, "")

    def announce(self, digest: str) -> Served:
        """Say that another base is served from now on."""
        with transaction(self._engine) as session:
            row = _hold(session)
            row.number, row.digest, row.changed_at = row.number + 1, digest, utc_now()
            return Served(row.number, row.digest)


def _hold(session: Session) -> ServedBaseRow:
    """Hold the one row, so that two who publish come one after the other."""
    first = {"id": _ONLY, "number": 0, "digest": "", "changed_at": utc_now()}
    session.execute(upsert(session)(ServedBaseRow).values(**first).on_conflict_do_nothing())
    return session.get_one(ServedBaseRow, _ONLY, with_for_update=True)


def _newest_digests(session: Session, article_id: str = "") -> list[tuple[str, str]]:
    last = select(func.max(ArticleVersionRow.id)).group_by(ArticleVersionRow.article_id)
    if article_id:
        last = last.where(ArticleVersionRow.article_id == article_id)
    query = select(ArticleVersionRow.article_id, ArticleVersionRow.digest).where(ArticleVersionRow.id.in_(last))
    return [(one, digest) for one, digest in session.execute(query)]


def _row(file: CardFile, person: Person | None, reason: str, now: datetime) -> ArticleVersionRow:
    return ArticleVersionRow(
        article_id=file.article_id,
        path=file.path,
        yaml=file.yaml,
        digest=file.digest,
        person_id=person.id if person else None,
        person=person.name if person else "",
        reason=reason,
        published_at=now,
    )


def _version(row: ArticleVersionRow) -> Version:
    file = CardFile(row.article_id, row.path, row.yaml, row.digest)
    return Version(row.id, file, row.person, row.reason, row.published_at, row.person_id is not None)
