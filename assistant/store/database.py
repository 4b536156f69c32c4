"""Opening a database, and bringing its tables up to date."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from assistant.errors import BadInputError, SetupError, UpstreamError
from assistant.wording import ERRORS, STORE_ERRORS

_MIGRATIONS = Path(__file__).parent / "migrations"
_WAL_TRIES = 100
_LOCK = 138_1381
"""PostgreSQL's advisory lock under which tables are changed, so that copies started at once don't both do it."""


def open_database(url: str, migrations: Path = _MIGRATIONS) -> Engine:
    """Open a database by its URL (sqlite:///…, postgresql://…) and migrate it.

    Args:
        migrations: the folder of Alembic's scripts; each folder has tables, and a version, of its own.

    Raises:
        SetupError: the URL cannot be read, or the server cannot be reached.
    """
    # hide_parameters: an error of the database must not bring what people wrote into the log.
    try:
        engine = _engine(url)
        migrate(engine, migrations)
    except (ArgumentError, SQLAlchemyError, OSError) as error:
        reason = type(getattr(error, "orig", None) or error).__name__
        raise SetupError(f"데이터베이스를 열 수 없어요. ONECALL_DATABASE_URL을 확인해 주세요 ({reason})") from error
    return engine


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """Open one transaction: all of it is written, or nothing.

    Raises:
        UpstreamError: the database does not answer.
    """
    try:
        with Session(engine) as session, session.begin():
            yield session
    except OperationalError as error:
        raise UpstreamError(ERRORS["database"], code="database") from error


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Open a transaction that only reads: it waits for no writer, and sees one state of the data.

    Raises:
        UpstreamError: the database does not answer.
    """
    try:
        with Session(engine.execution_options(reads_only=True)) as session:
            yield session
    except OperationalError as error:
        raise UpstreamError(ERRORS["database"], code="database") from error


def upsert(session: Session) -> Callable[[Any], Any]:
    """Return the INSERT of the session's database that knows ON CONFLICT."""
    return postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert


def is_storable(text: str) -> bool:
    """Say whether every database can hold a text: PostgreSQL refuses NUL, and no driver can send a lone surrogate."""
    return not any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in text)


def refuse_unstorable(what: str, text: str, limit: int | None = None) -> None:
    """Refuse what PostgreSQL could not hold, with SQLite too.

    Args:
        what: the name of the value, for the sentence.
        limit: how many characters its column holds; None where any number may come.

    Raises:
        BadInputError: it is too long, or holds NUL or a lone surrogate.
    """
    if not is_storable(text):
        raise BadInputError(STORE_ERRORS["unstorable"])
    if limit is not None and len(text) > limit:
        raise BadInputError(STORE_ERRORS["too_long"].format(what=what, limit=limit))


def _engine(url: str) -> Engine:
    address = make_url(url)
    if address.get_backend_name() == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
        return create_engine(address, pool_pre_ping=True, pool_size=20, hide_parameters=True)
    if address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(address, connect_args={"timeout": 15}, hide_parameters=True)
    else:
        connect_args = {"check_same_thread": False}
        engine = create_engine(address, connect_args=connect_args, poolclass=StaticPool, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # SQLAlchemy's own recipe: the driver must not begin transactions by itself, or two writers meet half-way.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=15000")
    _switch_to_wal(cursor)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _switch_to_wal(cursor: Any) -> None:
    """Switch the journal; SQLite does not wait for others here, whatever the time-out, so it is tried again."""
    for attempt in range(_WAL_TRIES):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if attempt + 1 == _WAL_TRIES:
                raise
            time.sleep(0.05)


def _begin_immediate(connection: Any) -> None:
    # A writer takes its lock at the start, for two that read first and write later would refuse one another.
    only_reads = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")


def migrate(engine: Engine, migrations: Path = _MIGRATIONS) -> None:
    """Bring the tables to the newest revision; does nothing where they are."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        config = Config()
        config.set_main_option("script_location", str(migrations))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
