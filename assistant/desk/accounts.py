"""Accounts: who works at the desk, as what and for which sectors. Every change ends in the log."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.account_wording import ERRORS, ROLES
from assistant.desk.audit import add_line
from assistant.desk.passwords import Passwords, new_password, refuse_weak
from assistant.desk.sessions import end_sessions, person_of_row
from assistant.desk.tries import Tries
from assistant.desk_records import Person
from assistant.errors import BadInputError, ConflictError, NotAllowedError, NotFoundError
from assistant.records import SECTORS
from assistant.store.account_tables import LOGIN_MAX, NAME_MAX, PersonRow, RecoveryCodeRow
from assistant.store.database import reading, refuse_unstorable, transaction
from assistant.store.tables import NUMBER_MAX, utc_now

_LOGIN = re.compile(rf"[a-z0-9][a-z0-9._@+-]{{1,{LOGIN_MAX - 1}}}")


@dataclass(frozen=True, slots=True)
class Account:
    """A person with what the people page shows of their account; no secret."""

    person: Person
    has_password: bool
    has_codes: bool
    is_linked: bool
    created_at: datetime
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an account is to be."""

    name: str
    role: str
    sectors: tuple[str, ...] = ()


class Accounts:
    """Every change of accounts; each method is one transaction. `by` is who does it; None is the command line."""

    def __init__(
        self, engine: Engine, passwords: Passwords | None = None, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._engine = engine
        self._passwords = passwords or Passwords()
        self._clock = clock

    def listed(self) -> tuple[Account, ...]:
        """Return everybody, those who may log in first."""
        query = select(PersonRow).order_by(PersonRow.is_active.desc(), PersonRow.login)
        with reading(self._engine) as session:
            return tuple(_account(row) for row in session.scalars(query))

    def person(self, login: str) -> Person:
        """Return somebody by login.

        Raises:
            NotFoundError: there is nobody of that login (no_person).
        """
        with reading(self._engine) as session:
            return person_of_row(row_of_login(session, login))

    def add(self, by: Person | None, login: str, wanted: Wanted, password: str | None = None) -> Person:
        """Add somebody.

        Args:
            password: their first one, to be changed at the first login; None where only the provider lets them in.

        Raises:
            BadInputError: the login, the name, the role or a sector is none, or the password is weak.
            ConflictError: the login is taken (login_taken).
        """
        login = login_form(login)
        if not _LOGIN.fullmatch(login):
            raise BadInputError(ERRORS["bad_login_name"].format(most=LOGIN_MAX))
        wanted = _checked(wanted)
        if password is not None:
            refuse_weak(password, login, wanted.name)
        row = PersonRow(login=login, is_active=True, totp_sealed="", totp_step=0, created_at=self._clock())
        row.password = self._passwords.hashed(password) if password is not None else ""
        row.must_change = password is not None
        _apply(row, wanted)
        try:
            with transaction(self._engine) as session:
                session.add(row)
                session.flush()
                self._note(session, by, row, "added", role=wanted.role, sectors=list(wanted.sectors))
                return person_of_row(row)
        except IntegrityError:
            raise ConflictError(ERRORS["login_taken"], code="login_taken") from None

    def change(self, by: Person | None, person_id: int, wanted: Wanted) -> Person:
        """Change name, role and sectors; it holds from the person's next request on.

        Raises:
            NotAllowedError: it is oneself, or would leave no operator (not_yourself, last_operator).
        """
        wanted = _checked(wanted)
        with transaction(self._engine) as session:
            row = _changeable(session, by, person_id)
            if wanted.role != "operator":
                _refuse_last_operator(session, row)
            before = {"role": row.role, "sectors": list(row.sectors)}
            _apply(row, wanted)
            self._note(session, by, row, "changed", role=row.role, sectors=list(row.sectors), before=before)
            return person_of_row(row)

    def set_active(self, by: Person | None, person_id: int, is_active: bool) -> Person:
        """Let somebody in again, or no longer: then their sessions are over at once.

        Raises:
            NotAllowedError: it is oneself, or the last operator (not_yourself, last_operator).
        """
        with transaction(self._engine) as session:
            row = _changeable(session, by, person_id)
            if not is_active:
                _refuse_last_operator(session, row)
                end_sessions(session, row.id)
            row.is_active = is_active
            self._note(session, by, row, "activated" if is_active else "deactivated")
            return person_of_row(row)

    def reset_codes(self, by: Person | None, person_id: int) -> Person:
        """Forget somebody's authenticator and recovery codes, and end their sessions; they set up a new one."""
        with transaction(self._engine) as session:
            row = _changeable(session, by, person_id)
            row.totp_sealed, row.totp_step = "", 0
            session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.person_id == row.id))
            end_sessions(session, row.id)
            self._note(session, by, row, "totp_reset")
            return person_of_row(row)

    def reset_password(self, by: Person | None, person_id: int) -> str:
        """Return a new password that is to be changed at the next login, and end the person's sessions."""
        given = new_password()
        hashed = self._passwords.hashed(given)
        with transaction(self._engine) as session:
            row = _changeable(session, by, person_id)
            row.password, row.must_change = hashed, True
            end_sessions(session, row.id)
            self._note(session, by, row, "password_reset")
        return given

    def unlock(self, by: Person | None, person_id: int) -> Person:
        """Forget somebody's wrong tries, so that they need not wait."""
        with reading(self._engine) as session:
            person = person_of_row(_row(session, person_id))
        Tries(self._engine, self._clock).unlock(person.login)
        with transaction(self._engine) as session:
            add_line(session, by, "change", f"person {person.login}"[:80], self._clock(), what="unlocked")
        return person

    def _note(self, session: Session, by: Person | None, row: PersonRow, what: str, **detail: object) -> None:
        add_line(session, by, "change", f"person {row.login}"[:80], self._clock(), what=what, **detail)


def login_form(login: str) -> str:
    """Return a login as it is stored and compared: without blanks around it, in small letters."""
    return login.strip().casefold()[: LOGIN_MAX + 1]  # one more, so that a longer one is no login


def row_of_login(session: Session, login: str) -> PersonRow:
    """Return the row of a login within a running transaction.

    Raises:
        NotFoundError: there is none (no_person).
    """
    form = login_form(login).replace("\0", "")
    row = session.scalars(select(PersonRow).where(PersonRow.login == form)).first()
    if row is None:
        raise NotFoundError(ERRORS["no_person"], code="no_person")
    return row


def _row(session: Session, person_id: int, *, is_held: bool = False) -> PersonRow:
    row = session.get(PersonRow, person_id, with_for_update=is_held or None) if 0 < person_id <= NUMBER_MAX else None
    if row is None:
        raise NotFoundError(ERRORS["no_person"], code="no_person")
    return row


def _changeable(session: Session, by: Person | None, person_id: int) -> PersonRow:
    # Operators are held too: two who take away each other's role at once must not leave none.
    operators = select(PersonRow).where(PersonRow.role == "operator").order_by(PersonRow.id)
    session.scalars(operators.with_for_update()).all()
    row = _row(session, person_id, is_held=True)
    if by is not None and by.id == row.id:
        raise NotAllowedError(ERRORS["not_yourself"], code="not_yourself")
    return row


def _refuse_last_operator(session: Session, row: PersonRow) -> None:
    others = select(func.count()).where(
        PersonRow.role == "operator", PersonRow.is_active.is_(True), PersonRow.id != row.id
    )
    if row.role == "operator" and row.is_active and not session.scalar(others):
        raise NotAllowedError(ERRORS["last_operator"], code="last_operator")


def _checked(wanted: Wanted) -> Wanted:
    name = " ".join(wanted.name.split())
    if not 1 <= len(name) <= NAME_MAX:
        raise BadInputError(ERRORS["bad_name"].format(most=NAME_MAX))
    refuse_unstorable("name", name)
    if wanted.role not in ROLES:
        raise BadInputError(ERRORS["bad_role"].format(roles=", ".join(ROLES)))
    if not set(wanted.sectors) <= set(SECTORS):
        raise BadInputError(ERRORS["bad_sector"])
    return Wanted(name, wanted.role, tuple(one for one in SECTORS if one in wanted.sectors))


def _apply(row: PersonRow, wanted: Wanted) -> None:
    row.name, row.role, row.sectors = wanted.name, wanted.role, list(wanted.sectors)


def _account(row: PersonRow) -> Account:
    has = bool(row.password), bool(row.totp_sealed), row.subject is not None
    return Account(person_of_row(row), *has, row.created_at, row.seen_at)
