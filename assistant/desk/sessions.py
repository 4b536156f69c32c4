"""Sessions of the desk: which browser is whose, how far its login has come, and when it ends.

The token is random and only in the browser's cookie; the database knows its digest. A new stage gets a new token, so
that a token that somebody planted is worth nothing once the other has logged in.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Engine, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from assistant.desk.audit import Audit
from assistant.desk_records import Person
from assistant.settings import Settings
from assistant.store.account_tables import PersonRow, SessionRow
from assistant.store.database import reading, transaction
from assistant.store.tables import utc_now

Stage = Literal["code", "password", "enrol", "full"]

IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=12)
UNFINISHED = timedelta(minutes=10)
"""How long somebody has to complete a login."""

_TOUCHED = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whose session it is, and how far the login has come. `sealed`: the secret that is being set up."""

    person: Person
    stage: Stage
    sealed: str = ""


class Sessions:
    """Every writing and reading of sessions."""

    def __init__(self, engine: Engine, settings: Settings, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._clock = clock
        self.settings = settings
        self.audit = Audit(engine, clock)

    def begin(self, person_id: int, stage: Stage = "full", *, instead_of: str = "", sealed: str = "") -> str:
        """Begin a session and return its token; the one that it takes the place of is over."""
        token, now = secrets.token_urlsafe(32), self._clock()
        with transaction(self._engine) as session:
            session.execute(delete(SessionRow).where(SessionRow.id == digest_of(instead_of)))
            made = {"stage": stage, "sealed": sealed, "created_at": now, "seen_at": now}
            session.add(SessionRow(id=digest_of(token), person_id=person_id, **made))
            if stage == "full":
                session.execute(update(PersonRow).where(PersonRow.id == person_id).values(seen_at=now))
        return token

    def found(self, token: str, *, is_use: bool = True) -> SignedIn | None:
        """Return whose session a token opens; None if it opens none (any more).

        Args:
            is_use: the person did something; False where a page asks by itself, which keeps no session alive.
        """
        if not token:
            return None
        now = self._clock()
        query = select(SessionRow, PersonRow).join(PersonRow, PersonRow.id == SessionRow.person_id)
        with reading(self._engine) as session:
            both = session.execute(query.where(SessionRow.id == digest_of(token))).first()
            if both is None or not both[1].is_active or _is_over(both[0], now):
                return None
            row, person = both
            is_stale = is_use and row.seen_at < now - _TOUCHED
            known = SignedIn(person_of_row(person), row.stage, row.sealed)  # type: ignore[arg-type]
        if is_stale:
            self._touch(digest_of(token), known, now)
        return known

    def _touch(self, id: str, known: SignedIn, now: datetime) -> None:
        with transaction(self._engine) as session:
            session.execute(update(SessionRow).where(SessionRow.id == id).values(seen_at=now))
            if known.stage == "full":
                session.execute(update(PersonRow).where(PersonRow.id == known.person.id).values(seen_at=now))

    def end(self, token: str) -> None:
        """End the session of a token."""
        with transaction(self._engine) as session:
            session.execute(delete(SessionRow).where(SessionRow.id == digest_of(token)))

    def prune(self) -> None:
        """Delete the sessions that are over."""
        now = self._clock()
        is_unfinished = and_(SessionRow.stage != "full", SessionRow.created_at < now - UNFINISHED)
        is_old = or_(SessionRow.seen_at < now - IDLE, SessionRow.created_at < now - LONGEST, is_unfinished)
        with transaction(self._engine) as session:
            session.execute(delete(SessionRow).where(is_old))


def end_sessions(session: Session, person_id: int) -> None:
    """End every session of a person within a running transaction."""
    session.execute(delete(SessionRow).where(SessionRow.person_id == person_id))


def person_of_row(row: PersonRow) -> Person:
    """Turn a row into its record."""
    return Person(row.id, row.login, row.name, row.role, tuple(row.sectors), row.is_active)  # type: ignore[arg-type]


def digest_of(token: str) -> str:
    """Return what a token is stored as. It is long and random, so a plain digest is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _is_over(row: SessionRow, now: datetime) -> bool:
    longest = LONGEST if row.stage == "full" else UNFINISHED
    return now - row.seen_at > IDLE or now - row.created_at > longest
