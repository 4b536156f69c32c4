from datetime import UTC, datetime, timedelta

import pytest
from desk_parts import Clock, settled
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from assistant.desk.access import Access
from assistant.desk.audit import Audit, AuditQuery, add_line
from assistant.store.database import transaction


@pytest.fixture
def audit(engine: Engine) -> Audit:
    return Audit(engine)


def add_old(engine: Engine, days: float) -> None:
    with transaction(engine) as session:
        add_line(session, None, "view", f"{days}", datetime.now(UTC) - timedelta(days=days))


@pytest.mark.parametrize("statement", ["UPDATE audit SET login = 'somebody'", "DELETE FROM audit"])
def test_the_database_itself_refuses_to_change_the_log(audit: Audit, engine: Engine, statement: str) -> None:
    audit.note(None, "view", "ticket OC-000001")

    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))

    assert [line.subject for line in audit.page(AuditQuery()).lines] == ["ticket OC-000001"]


def test_lines_are_deleted_after_three_years_and_not_before(audit: Audit, engine: Engine) -> None:
    for days in (0, 1000, 1095, 1099, 2000):
        add_old(engine, days)

    assert audit.remove_old() == 2
    assert {line.subject for line in audit.page(AuditQuery()).lines} == {"0", "1000", "1095"}


def test_a_clock_that_runs_ahead_deletes_nothing_young(engine: Engine) -> None:
    add_old(engine, 100)
    ahead = Audit(engine, lambda: datetime.now(UTC) + timedelta(days=4000))

    with pytest.raises(DatabaseError, match="append-only"):
        ahead.remove_old()


def test_a_line_and_what_it_tells_of_are_written_together(audit: Audit, engine: Engine) -> None:
    def fail() -> None:
        with transaction(engine) as session:
            add_line(session, None, "change", "person lee")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert audit.page(AuditQuery()).lines == ()


def test_every_line_is_found_in_pieces(access: Access, clock: Clock) -> None:
    lee = settled(access, "lee")
    for number in range(7):
        access.audit.note(lee, "view", str(number))

    first = access.audit.page(AuditQuery(action="view"), 3)
    assert first.following
    second = access.audit.page(first.following, 3)

    assert [line.subject for line in first.lines + second.lines] == list("654321")
    assert [line.subject for line in access.audit.lines(AuditQuery(action="view"))] == list("6543210")
