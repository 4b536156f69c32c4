import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from assistant.commands.desk import desk_app
from assistant.desk.accounts import Accounts
from assistant.desk.logins import Logins
from assistant.desk.tries import Tries
from assistant.errors import AssistantError, NotAllowedError
from assistant.records import MaskedText, State
from assistant.seal import Seal
from assistant.store.conversations import ConversationStore
from assistant.store.database import open_database, transaction
from assistant.store.tables import ConversationRow, MessageRow

Run = Callable[..., Result]


@pytest.fixture
def database(tmp_path: Path) -> Engine:
    return open_database(f"sqlite:///{tmp_path / 'onecall.db'}")


@pytest.fixture
def run(database: Engine, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("ONECALL_DATABASE_URL", database.url.render_as_string())
    monkeypatch.setenv("COLUMNS", "200")

    def invoke(*arguments: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(desk_app, arguments, input=typed, catch_exceptions=True)

    return invoke


def stage_of(database: Engine, login: str, password: str) -> str:
    return Logins(database, Seal("s")).by_password(login, password, "10.0.0.1")[1]


def test_the_first_operator_gets_a_password_that_is_printed_once(run: Run, database: Engine) -> None:
    result = run("people", "add", "kim", "--role", "operator")

    assert result.exit_code == 0
    assert stage_of(database, "kim", result.stdout.strip()) == "password"
    listed = [json.loads(line) for line in run("people", "list", "--json").stdout.splitlines()]
    assert [(one["person"]["login"], one["person"]["role"]) for one in listed] == [("kim", "operator")]
    assert "argon2" not in str(listed)


def test_the_password_can_be_typed(run: Run, database: Engine) -> None:
    run("people", "add", "kim", "--role", "operator", "--ask", typed="종이배 7척이 간다\n종이배 7척이 간다\n")

    assert stage_of(database, "kim", "종이배 7척이 간다") == "password"
    wrong = run("people", "add", "lee", "--role", "editor", "--ask", typed="종이배 7척이 간다\nother\n")
    assert isinstance(wrong.exception, AssistantError)


def test_somebody_may_log_in_at_the_provider_only(run: Run, database: Engine) -> None:
    result = run("people", "add", "lee@corp.example", "--role", "editor", "--no-password")

    assert (result.exit_code, result.stdout) == (0, "")
    assert not Accounts(database).listed()[0].has_password


def test_a_person_is_changed_stopped_and_helped(run: Run, database: Engine) -> None:
    run("people", "add", "kim", "--role", "operator")
    run("people", "add", "lee", "--role", "consultant", "--sector", "food", "--name", "이상담")

    run("people", "change", "lee", "--role", "editor")
    run("people", "deactivate", "lee")
    lee = Accounts(database).person("lee")
    assert (lee.name, lee.role, lee.sectors, lee.is_active) == ("이상담", "editor", ("food",), False)

    for _ in range(5):
        Tries(database).take("lee", "10.0.0.9")
    assert [run("people", one, "lee").exit_code for one in ("activate", "unlock", "reset-totp")] == [0, 0, 0]
    given = run("people", "reset-password", "lee").stdout.strip()
    assert stage_of(database, "lee", given) == "password"
    assert isinstance(run("people", "deactivate", "kim").exception, NotAllowedError)


def test_the_log_tells_what_was_done(run: Run) -> None:
    run("people", "add", "kim", "--role", "operator")

    lines = [json.loads(line) for line in run("audit", "--json").stdout.splitlines()]

    assert [(one["action"], one["subject"], one["login"]) for one in lines] == [("change", "person kim", "")]
    assert "person kim" in run("audit", "--action", "change").stdout
    assert run("audit", "--person", "nobody", "--json").stdout == ""
    assert run("audit", "--action", "nonsense").exit_code == 2


def test_what_was_kept_for_long_enough_is_removed(run: Run, database: Engine) -> None:
    store = ConversationStore(database)
    accepted = store.accept(MaskedText("질문"), None, None)
    store.finish(accepted, State(), None, lambda _: {"text": "답"})
    old = datetime.now(UTC) - timedelta(days=366)
    with transaction(database) as session:
        session.query(ConversationRow).update({"updated_at": old})
        session.query(MessageRow).update({"created_at": old})

    assert "1개" in run("retain", "--dry-run").stdout
    assert "대화 1개" in run("retain").stdout
    assert "대화 0개" in run("retain").stdout
