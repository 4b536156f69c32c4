"""The log of who looked at personal data, changed or exported something, logged in or was refused.

Lines are only ever added; the database refuses anything else until they are three years old (migration 0004).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Select, delete, select
from sqlalchemy.orm import Session

from assistant.desk_records import Person
from assistant.store.account_tables import AuditRow
from assistant.store.database import reading, transaction
from assistant.store.tables import utc_now

KEPT = timedelta(days=3 * 365 + 1)
PAGE = 100
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line of the log. Without a login it was the command line, the service itself, or somebody unknown."""

    id: int
    at: datetime
    login: str
    action: str
    subject: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """What is searched for: the newest first, in [since, until), and only lines older than the line `before`."""

    login: str = ""
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class AuditPage:
    """One page of the log; `following` is the query of the next one, None at the end."""

    lines: tuple[AuditLine, ...]
    following: AuditQuery | None = field(default=None)


class Audit:
    """Every writing and reading of the log."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._clock = clock

    def note(self, person: Person | None, action: str, subject: str = "", **detail: Any) -> None:
        """Add a line in a transaction of its own. Within a running one see `add_line`.

        Args:
            action: one of account_wording.ACTIONS.
            subject: what it was done to, without personal data: "ticket OC-000012", "person kim", a path.
            detail: more, as JSON; no personal data of visitors.
        """
        with transaction(self._engine) as session:
            add_line(session, person, action, subject, self._clock(), **detail)

    def page(self, query: AuditQuery, size: int = PAGE) -> AuditPage:
        """Return the newest lines that fit."""
        with reading(self._engine) as session:
            rows = session.scalars(_selected(query).limit(size + 1)).all()
        lines = tuple(_line(row) for row in rows[:size])
        following = replace(query, before=lines[-1].id) if len(rows) > size else None
        return AuditPage(lines, following)

    def lines(self, query: AuditQuery) -> Iterator[AuditLine]:
        """Yield every line that fits, the newest first; any number of them in little memory."""
        wanted: AuditQuery | None = query
        while wanted is not None:
            found = self.page(wanted, _AT_ONCE)
            yield from found.lines
            wanted = found.following

    def remove_old(self) -> int:
        """Delete the lines that are older than KEPT; return how many."""
        with transaction(self._engine) as session:
            # A little later than the database's own guard, whose clock may be another.
            old = AuditRow.at < self._clock() - KEPT - timedelta(days=1)
            return int(session.execute(delete(AuditRow).where(old)).rowcount)  # type: ignore[attr-defined]


def add_line(
    session: Session, person: Person | None, action: str, subject: str = "", at: datetime | None = None, **detail: Any
) -> None:
    """Add a line within a running transaction: what it tells of and the line are both written, or neither."""
    row = AuditRow(
        at=at or utc_now(),
        person_id=person.id if person else None,
        login=person.login if person else "",
        action=action,
        subject=subject[:80].replace("\0", ""),
        detail=detail,
    )
    session.add(row)


def _selected(query: AuditQuery) -> Select[Any]:
    wanted = select(AuditRow).order_by(AuditRow.id.desc())
    for column, value in (
        (AuditRow.login, query.login),
        (AuditRow.action, query.action),
        (AuditRow.subject, query.subject),
    ):
        if value:
            wanted = wanted.where(column == value)
    if query.since is not None:
        wanted = wanted.where(AuditRow.at >= query.since)
    if query.until is not None:
        wanted = wanted.where(AuditRow.at < query.until)
    if query.before is not None:
        wanted = wanted.where(AuditRow.id < query.before)
    return wanted


def _line(row: AuditRow) -> AuditLine:
    return AuditLine(row.id, row.at, row.login, row.action, row.subject, row.detail)
