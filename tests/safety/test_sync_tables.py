"""The tables that remember how far the mirror was filled."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine

from assistant.safety.sync_tables import SyncBase


def test_the_migration_makes_what_the_models_say(mirror_engine: Engine) -> None:
    ours = set(SyncBase.metadata.tables)

    def is_ours(_: Any, name: str | None, kind: str, __: bool, ___: Any) -> bool:
        return kind != "table" or name in ours

    options = {"compare_type": True, "render_as_batch": True, "include_object": is_ours}
    with mirror_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)

        assert compare_metadata(context, SyncBase.metadata) == []
