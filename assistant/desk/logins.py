"""Logging in, step by step: password, one-time code, new password, setting up of codes; or the provider's word.

An unknown login, a wrong password and an account that is closed are told apart by nobody: they get the same answer,
after the same work.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import NoReturn

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from assistant.account_wording import ERRORS
from assistant.desk import codes
from assistant.desk.accounts import login_form
from assistant.desk.audit import add_line
from assistant.desk.passwords import Passwords, refuse_weak
from assistant.desk.sessions import Stage, end_sessions, person_of_row
from assistant.desk.tries import Tries
from assistant.desk_records import Person
from assistant.errors import BadInputError, NotAllowedError, SetupError, UnauthorizedError
from assistant.seal import Seal
from assistant.store.account_tables import PersonRow, RecoveryCodeRow
from assistant.store.database import is_storable, reading, transaction
from assistant.store.tables import utc_now


class Logins:
    """The steps of a login. Each returns the stage that the session has then."""

    def __init__(
        self,
        engine: Engine,
        seal: Seal,
        passwords: Passwords | None = None,
        clock: Callable[[], datetime] = utc_now,
        *,
        passwords_for_all: bool = True,
    ) -> None:
        """Take what is needed; without `passwords_for_all` only operators have one, the others use the provider."""
        self._engine = engine
        self._seal = seal
        self._passwords = passwords or Passwords()
        self._clock = clock
        self._for_all = passwords_for_all
        _ = self._passwords.stand_in  # the first unknown login must not take longer than the others
        self.tries = Tries(engine, clock)

    def by_password(self, login: str, password: str, address: str) -> tuple[int, Stage]:
        """Return who logs in, and what comes next.

        Raises:
            UnauthorizedError: login or password is wrong (bad_login).
            RateLimitedError: too many wrong tries (too_many_tries).
        """
        login = login_form(login)
        self.tries.take(login, address)
        with reading(self._engine) as session:
            query = select(PersonRow).where(PersonRow.login == login)
            row = session.scalars(query).first() if is_storable(login) else None
        may_enter = row is not None and row.is_active and (self._for_all or row.role == "operator")
        is_right = self._passwords.is_right(row.password if row is not None and may_enter else "", password)
        if row is None or not is_right:
            self._refuse(person_of_row(row) if row is not None else None, "password")
        self.tries.give_back(login, address)
        if self._passwords.is_outdated(row.password):
            self._rehash(row, password)
        if row.totp_sealed:
            return row.id, "code"
        return row.id, "password" if row.must_change else "enrol"

    def _rehash(self, row: PersonRow, password: str) -> None:
        hashed = self._passwords.hashed(password)
        with transaction(self._engine) as session:
            current = session.get_one(PersonRow, row.id, with_for_update=True)
            if current.password == row.password:
                current.password = hashed

    def _refuse(self, person: Person | None, step: str) -> NoReturn:
        """Note the refusal and refuse. A login that is nobody's is not noted: it may be a password in the wrong field.

        Raises:
            UnauthorizedError: always.
        """
        with transaction(self._engine) as session:
            add_line(session, person, "login_refused", "", self._clock(), step=step)
        code = "bad_login" if step == "password" else "bad_code"
        raise UnauthorizedError(ERRORS[code], code=code)

    def by_code(self, person: Person, given: str, address: str) -> Stage:
        """Take the one-time code, or a recovery code, of who gave the right password.

        Raises:
            UnauthorizedError: it is wrong, or was used before (bad_code).
            RateLimitedError: too many wrong tries (too_many_tries).
        """
        self.tries.take(person.login, address)
        with transaction(self._engine) as session:
            row = session.get_one(PersonRow, person.id, with_for_update=True)
            is_right = self._is_code(row, given) or self._is_recovery_code(session, row, given)
            stage: Stage = "password" if row.must_change else "full"
            if is_right and stage == "full":
                add_line(session, person, "login", "", self._clock(), by="code")
        if not is_right:
            self._refuse(person, "code")
        self.tries.clear(person.login, address)
        return stage

    def _is_code(self, row: PersonRow, given: str) -> bool:
        if not row.totp_sealed:
            return False
        try:
            secret = self._seal.open(row.totp_sealed)
        except SetupError:
            return False  # sealed with another secret; a recovery code, or an operator, still helps
        step = codes.step_of(secret, given, self._clock(), row.totp_step)
        row.totp_step = step or row.totp_step
        return step is not None

    def _is_recovery_code(self, session: Session, row: PersonRow, given: str) -> bool:
        digest = codes.recovery_digest(row.id, given)
        mine = RecoveryCodeRow.digest == digest, RecoveryCodeRow.person_id == row.id
        if session.execute(delete(RecoveryCodeRow).where(*mine)).rowcount != 1:  # type: ignore[attr-defined]
            return False
        add_line(session, person_of_row(row), "change", f"person {row.login}"[:80], self._clock(), what="recovery_code")
        return True

    def choose_password(self, person: Person, password: str, again: str) -> Stage:
        """Set a new password; every session of the person is over.

        Raises:
            BadInputError: the two differ, it is weak, or it is the old one.
        """
        if password != again:
            raise BadInputError(ERRORS["passwords_differ"], code="passwords_differ")
        refuse_weak(password, person.login, person.name)
        with reading(self._engine) as session:
            old = session.get_one(PersonRow, person.id).password
        if self._passwords.is_right(old, password):
            raise BadInputError(ERRORS["same_password"], code="same_password")
        hashed, now = self._passwords.hashed(password), self._clock()
        with transaction(self._engine) as session:
            row = session.get_one(PersonRow, person.id, with_for_update=True)
            row.password, row.must_change = hashed, False
            end_sessions(session, row.id)
            add_line(session, person, "change", f"person {row.login}"[:80], now, what="password")
            if not row.totp_sealed:
                return "enrol"
            add_line(session, person, "login", "", now, by="new password")
            return "full"

    def change_password(self, person: Person, old: str, password: str, again: str, address: str) -> None:
        """Set a new password for somebody who is logged in and knows the old one; every session is over.

        Raises:
            UnauthorizedError: the old one is wrong (bad_login).
            RateLimitedError: too many wrong tries (too_many_tries).
            BadInputError: as with `choose_password`.
        """
        self.tries.take(person.login, address)
        with reading(self._engine) as session:
            row = session.get_one(PersonRow, person.id)
        if not self._passwords.is_right(row.password, old):
            self._refuse(person, "password")
        self.tries.clear(person.login, address)
        self.choose_password(person, password, again)

    def new_codes(self) -> str:
        """Return a new secret for one-time codes, sealed, to be kept with the session until a code has proved it."""
        return self._seal.close(codes.new_secret())

    def address_of_codes(self, person: Person, sealed: str) -> tuple[str, str]:
        """Return a sealed secret as an app takes it: (the secret to type in, the address for the QR code)."""
        secret = self._seal.open(sealed)
        return secret, codes.address_of(secret, person.login)

    def set_up_codes(self, person: Person, sealed: str, given: str) -> tuple[str, ...]:
        """Keep the secret, for a code shows that the app has it; the login is complete.

        Returns:
            The recovery codes, which are shown this once.

        Raises:
            UnauthorizedError: the code is not one of that secret (bad_code).
        """
        now = self._clock()
        step = codes.step_of(self._seal.open(sealed), given, now, 0)
        if step is None:
            raise UnauthorizedError(ERRORS["bad_code"], code="bad_code")
        made = codes.new_recovery_codes()
        with transaction(self._engine) as session:
            row = session.get_one(PersonRow, person.id, with_for_update=True)
            if row.totp_sealed:
                raise NotAllowedError(ERRORS["not_your_right"])
            row.totp_sealed, row.totp_step = sealed, step
            session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.person_id == row.id))
            session.add_all(
                RecoveryCodeRow(digest=codes.recovery_digest(row.id, one), person_id=row.id) for one in made
            )
            add_line(session, person, "change", f"person {row.login}"[:80], now, what="totp")
            add_line(session, person, "login", "", now, by="codes set up")
        return made

    def by_identity(self, subject: str, login: str) -> int:
        """Return who an identity of the provider is: the account it was linked to, else the one with its login.

        Args:
            subject: issuer and subject; the only thing of it that never changes.
            login: the claim that logins are, "" if the provider does not vouch for it.

        Raises:
            NotAllowedError: no account, a closed one, or one that is linked to another identity (oidc_stranger).
        """
        known, now = hashlib.sha256(subject.encode("utf-8", "replace")).hexdigest(), self._clock()
        login = login_form(login) if is_storable(login) else ""
        with transaction(self._engine) as session:
            row = session.scalars(select(PersonRow).where(PersonRow.subject == known)).first()
            if row is None and login:
                by_login = select(PersonRow).where(PersonRow.login == login, PersonRow.subject.is_(None))
                row = session.scalars(by_login.with_for_update()).first()
                if row is not None and row.is_active:
                    row.subject = known
                    line = f"person {row.login}"[:80]
                    add_line(session, person_of_row(row), "change", line, now, what="linked")
            may_enter = row is not None and row.is_active
            person = person_of_row(row) if row is not None else None
            add_line(session, person, "login" if may_enter else "login_refused", "", now, by="provider")
        if person is None or not may_enter:
            raise NotAllowedError(ERRORS["oidc_stranger"], code="oidc_stranger")
        return person.id
