"""The migration makes the tables that the rows describe."""

from sqlalchemy import Engine, inspect

from assistant.safety.watch.tables import WatchBase


def test_migration_and_rows_describe_the_same_tables(watch_engine: Engine) -> None:
    there = inspect(watch_engine)
    for table in WatchBase.metadata.sorted_tables:
        columns = {one["name"]: (one["nullable"], str(one["type"])) for one in there.get_columns(table.name)}
        described = {one.name: (one.nullable, one.type.compile(watch_engine.dialect)) for one in table.columns}

        assert {name: kind.replace("DOUBLE PRECISION", "FLOAT") for name, (_, kind) in columns.items()} == {
            name: kind.replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMP") for name, (_, kind) in described.items()
        }, table.name
        assert {name: null for name, (null, _) in columns.items()} == {
            name: null for name, (null, _) in described.items()
        }
        assert {one["name"] for one in there.get_indexes(table.name) if not one.get("duplicates_constraint")} >= {
            str(index.name) for index in table.indexes
        }
        assert there.get_pk_constraint(table.name)["constrained_columns"] == [one.name for one in table.primary_key]
        assert {one["name"] for one in there.get_unique_constraints(table.name)} >= {
            str(one.name) for one in table.constraints if one.__class__.__name__ == "UniqueConstraint" and one.name
        }
