from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from assistant.errors import SetupError
from assistant.records import MaskedText
from assistant.store.conversations import ConversationStore
from assistant.store.database import migrate, open_database
from assistant.store.tables import Base


@pytest.fixture
def opened(empty_database: str) -> Iterator[Engine]:
    engine = open_database(empty_database)
    yield engine
    engine.dispose()


def test_an_empty_database_gets_every_table(opened: Engine) -> None:
    names = set(inspect(opened).get_table_names())

    assert names == {*Base.metadata.tables, "alembic_version"}


def test_the_migrations_make_what_the_models_say(opened: Engine) -> None:
    with opened.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})

        assert compare_metadata(context, Base.metadata) == []


def test_migrating_again_keeps_what_is_stored(opened: Engine) -> None:
    accepted = ConversationStore(opened).accept(MaskedText("질문"), None, None)

    migrate(opened)

    assert len(ConversationStore(opened).messages(accepted.conversation.id)) == 1


def test_copies_that_start_at_once_migrate_once(empty_database: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        engines = list(pool.map(open_database, [empty_database] * 4))

    names = set(inspect(engines[0]).get_table_names())
    for engine in engines:
        engine.dispose()
    assert names >= set(Base.metadata.tables)


def test_a_database_may_live_in_memory() -> None:
    engine = open_database("sqlite://")

    accepted = ConversationStore(engine).accept(MaskedText("질문"), None, None)

    assert ConversationStore(engine).conversation(accepted.conversation.id).channel == "web"
    engine.dispose()


def test_the_folder_of_a_database_is_made(tmp_path: Path) -> None:
    open_database(f"sqlite:///{tmp_path / 'var' / 'deep' / 'onecall.db'}").dispose()

    assert (tmp_path / "var" / "deep" / "onecall.db").is_file()


def test_what_sqlite_stores_survives_a_power_cut(sqlite: Engine) -> None:
    with sqlite.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")
        }

    assert found == {"journal_mode": "wal", "synchronous": 2}


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "mysql2://x",
        "postgresql://127.0.0.1:1/none?connect_timeout=2",
        "sqlite:////proc/none/onecall.db",
    ],
)
def test_a_database_that_cannot_be_opened_is_a_setup_error(url: str) -> None:
    with pytest.raises(SetupError, match="ONECALL_DATABASE_URL"):
        open_database(url)


def test_the_error_does_not_tell_the_password() -> None:
    with pytest.raises(SetupError) as refused:
        open_database("postgresql://me:hush@127.0.0.1:1/none?connect_timeout=2")

    assert "hush" not in refused.value.message
