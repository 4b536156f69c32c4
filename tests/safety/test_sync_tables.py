"""The tables that remember how far the mirror was filled."""

import shutil
from pathlib import Path

from sqlalchemy import inspect

from assistant.safety.database import open_safety_database
from assistant.safety.published.tables import SyncBase


def test_the_migration_makes_what_the_models_say(migrated_mirror: Path, tmp_path: Path) -> None:
    engine = open_safety_database(f"sqlite:///{shutil.copy(migrated_mirror, tmp_path / 'safety.db')}")
    seen = inspect(engine)
    made = {
        name: {(one["name"], str(one["type"]), one["nullable"]) for one in seen.get_columns(name)}
        for name in SyncBase.metadata.tables
    }
    keys = {name: seen.get_pk_constraint(name)["constrained_columns"] for name in SyncBase.metadata.tables}
    engine.dispose()

    for name, table in SyncBase.metadata.tables.items():
        dialect = engine.dialect
        said = {(one.name, one.type.compile(dialect), bool(one.nullable)) for one in table.columns}
        assert (made[name], keys[name]) == (said, [one.name for one in table.primary_key])
