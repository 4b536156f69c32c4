import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from assistant.channel_records import Inbound, Outgoing
from assistant.commands.outbox import outbox_app
from assistant.errors import ConflictError, NotFoundError
from assistant.seal import Seal
from assistant.store.channel_users import ChannelStore
from assistant.store.database import open_database, transaction
from assistant.store.outbox import Origin, enqueue


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command over a database whose outbox holds three messages: waiting, failed, sent."""
    url = f"sqlite:///{tmp_path / 'onecall.db'}"
    engine = open_database(url)
    ChannelStore(engine, Seal("s")).receive(Inbound("line", "u" * 64, "e1", "typed"))
    texts = ("[bold]하나", "둘", "셋")
    with transaction(engine) as session:
        requests = [Outgoing("push", {"text": text}) for text in texts]
        enqueue(session, Origin(1, "line", "event:1", "assistant", "sealed"), requests, datetime.now(UTC))
        session.connection().exec_driver_sql("UPDATE outbox SET state='failed', error='400' WHERE id=2")
        session.connection().exec_driver_sql("UPDATE outbox SET state='sent' WHERE id=3")
    engine.dispose()
    monkeypatch.setenv("ONECALL_DATABASE_URL", url)
    monkeypatch.setenv("COLUMNS", "200")

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(outbox_app, arguments, catch_exceptions=True)

    return invoke


def numbers(result: Result) -> Sequence[int]:
    return [json.loads(line)["id"] for line in result.stdout.splitlines()]


def test_the_list_shows_what_is_not_done(run: Callable[..., Result]) -> None:
    result = run("list")

    assert result.exit_code == 0
    assert "실패" in result.stdout
    assert "대기 1 · 보냄 1 · 실패 1" in result.stdout
    assert numbers(run("list", "--json")) == [2, 1]


def test_a_state_can_be_picked(run: Callable[..., Result]) -> None:
    assert numbers(run("list", "--state", "sent", "--json")) == [3]
    assert run("list", "--state", "lost").exit_code == 2


def test_one_message_is_shown_without_its_address(run: Callable[..., Result]) -> None:
    shown = run("show", "1")

    assert "[bold]하나" in shown.stdout
    assert "sealed" not in shown.stdout
    assert json.loads(run("show", "1", "--json").stdout)["state"] == "waiting"


def test_failed_messages_are_sent_again(run: Callable[..., Result]) -> None:
    assert "2 (line): 대기" in run("retry", "--failed").stdout
    assert numbers(run("list", "--state", "failed", "--json")) == []
    assert run("retry").exit_code == 2


def test_a_message_is_dropped(run: Callable[..., Result]) -> None:
    assert "보내지 않음" in run("drop", "1").stdout


@pytest.mark.parametrize(("arguments", "error"), [(("show", "9"), NotFoundError), (("retry", "3"), ConflictError)])
def test_what_cannot_be_done_is_an_error_of_ours(
    run: Callable[..., Result], arguments: tuple[str, ...], error: type[Exception]
) -> None:
    assert isinstance(run(*arguments).exception, error)
