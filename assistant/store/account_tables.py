"""The tables of those who work at the desk: accounts, sessions, wrong tries, and the log of what they did.

What opens something is never stored as it is: passwords are hashed, tokens and recovery codes are digests, the secret
of the one-time codes is sealed (see seal.py).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.store.tables import Base, UtcDateTime

LOGIN_MAX, NAME_MAX, SUBJECT_MAX = 80, 80, 255


class PersonRow(Base):
    """Somebody who works at the desk. Nobody is ever deleted: what they did goes on having their name.

    `password` is "" where only the provider of identities lets them in; `subject` is who they are there, from their
    first login on. `totp_step` is the last time step whose code was used, so that no code serves twice. `seen_at` is
    kept to the minute.
    """

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    login: Mapped[str] = mapped_column(String(LOGIN_MAX), unique=True)
    name: Mapped[str] = mapped_column(String(NAME_MAX))
    role: Mapped[str] = mapped_column(String(12))
    sectors: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_active: Mapped[bool] = mapped_column(default=True)
    password: Mapped[str] = mapped_column(Text, default="")
    must_change: Mapped[bool] = mapped_column(default=False)
    totp_sealed: Mapped[str] = mapped_column(Text, default="")
    totp_step: Mapped[int] = mapped_column(Integer, default=0)
    subject: Mapped[str | None] = mapped_column(String(SUBJECT_MAX), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SessionRow(Base):
    """A browser that somebody is logging in with, or is logged in with. `id` is the digest of its token.

    Stage: code (the password was right), password (a new one has to be chosen), enrol (one-time codes have to be set
    up; their secret is in `sealed` until a code has shown that it arrived), full.
    """

    __tablename__ = "desk_sessions"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    stage: Mapped[str] = mapped_column(String(10))
    sealed: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class RecoveryCodeRow(Base):
    """A code that lets somebody in once who has lost their telephone; it is deleted when it is used."""

    __tablename__ = "recovery_codes"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)


class LoginTryRow(Base):
    """Wrong tries of one login or one address, whether such a login exists or not. `key` is a digest of it."""

    __tablename__ = "login_tries"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int] = mapped_column(Integer, default=0)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class AuditRow(Base):
    """One line of the log. The database itself refuses to change one, and to delete one that is not old enough.

    It names the person by number and by login, and refers to no other table, so that nothing can take it along.
    """

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_person", "login", "id"), Index("ix_audit_action", "action", "id"))

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    person_id: Mapped[int | None] = mapped_column(Integer)
    login: Mapped[str] = mapped_column(String(LOGIN_MAX), default="")
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80), default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
