"""What SQLite and PostgreSQL say differently: lists of keys, many rows at once, and the words of a text."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from assistant.errors import UpstreamError
from assistant.wording import ERRORS

_EACH = {
    "sqlite": "json_each(:{name})",
    # The columns are in "C", and PostgreSQL compares no texts of two collations.
    "postgresql": """(SELECT v COLLATE "C" AS value FROM unnest(CAST(:{name} AS text[])) v)""",
}
_EACH_ID = {"sqlite": "json_each(:{name})", "postgresql": "(SELECT unnest(CAST(:{name} AS bigint[])) AS value)"}
_CACHE_KIB, _CACHE_KIB_USUAL = 131_072, 2_000
_WAL_PAGES, _WAL_PAGES_USUAL = 16_000, 1_000


def is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def each(session: Session, name: str = "keys") -> str:
    """Return a table expression with the one column `value`: the texts of a list that is given as parameter.

    One statement for any number of keys: its text stays the same, so that it is prepared once. Join it with
    CROSS JOIN, which keeps SQLite from turning the order round.
    """
    return _EACH[session.get_bind().dialect.name].format(name=name)


def each_id(session: Session, name: str = "ids") -> str:
    """Return the same for whole numbers."""
    return _EACH_ID[session.get_bind().dialect.name].format(name=name)


def as_list(session: Session, values: Iterable[Any]) -> Any:
    """Return the parameter that each and each_id read."""
    return list(values) if is_postgresql(session) else json.dumps(list(values))


def insert(session: Session, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert many rows that are not there yet, as fast as the database can.

    Raises:
        UpstreamError: PostgreSQL does not answer.
    """
    if not rows:
        return
    connection = session.connection()
    if not is_postgresql(session):
        marks = ",".join("?" * len(columns))
        connection.exec_driver_sql(f"INSERT INTO {table} ({','.join(columns)}) VALUES ({marks})", list(rows))
        return
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({','.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.OperationalError as error:
        raise UpstreamError(ERRORS["database"], code="database") from error


def run_each(session: Session, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run a statement, written with ? for its parameters, for many rows."""
    if rows:
        mark = "%s" if is_postgresql(session) else "?"
        session.connection().exec_driver_sql(statement.replace("?", mark), list(rows))


def make_room(session: Session, *, is_loading: bool) -> None:
    """Give memory for a load or for making an index, or take it back from SQLite's connection.

    With the usual 2 MB SQLite writes and reads the pages of its indexes again and again.
    """
    connection = session.connection()
    if is_postgresql(session):
        connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '256MB'")
        return
    cache = _CACHE_KIB if is_loading else _CACHE_KIB_USUAL
    pages = _WAL_PAGES if is_loading else _WAL_PAGES_USUAL
    connection.exec_driver_sql(f"PRAGMA cache_size=-{cache}")
    connection.exec_driver_sql(f"PRAGMA wal_autocheckpoint={pages}")


def lock_mirror(session: Session) -> Any:
    """Return the row of the mirror's state, locked: writers of the mirror wait for one another.

    That way the ids of changes are committed in their order, and one who reads on from an id misses none.
    """
    wait = " FOR UPDATE" if is_postgresql(session) else ""
    return session.execute(text(f"SELECT * FROM mirror WHERE id = 1{wait}")).one()
