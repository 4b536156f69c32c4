"""Screening over Parquet partitions with DuckDB: one machine, any number of rows, no database server."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.errors import SetupError
from assistant.safety.engines.export import FACTS
from assistant.safety.engines.facts import Judge, fact_keys, gathering
from assistant.safety.engines.partitions import partition_paths, rows_of
from assistant.safety.listings.files import Row
from assistant.safety.listings.rows import Screened, screen_rows
from assistant.safety.listings.words import FILE_ERRORS

_ROWS_AT_ONCE = 2_000


def screen_partitions(source: Path, facts_folder: Path, judge: Judge) -> Iterator[Screened]:
    """Screen partitions of listings against an exported mirror, in the order of their rows.

    Args:
        source: a Parquet file, or a folder of them.
        facts_folder: what export() wrote.

    Raises:
        NotFoundError: there are no partitions.
        SetupError: DuckDB or PyArrow is not installed.
    """
    try:
        import duckdb
        import pyarrow.parquet as pq
    except ImportError as error:
        raise SetupError(FILE_ERRORS["engine"].format(package="duckdb")) from error
    paths = partition_paths(source)
    with duckdb.connect() as connection:
        # An index over the keys costs more than it saves: each look-up joins some thousand keys at once.
        connection.execute("CREATE TABLE facts AS SELECT * FROM read_parquet(?)", [str(facts_folder / FACTS)])
        count = 0
        for path in paths:
            with pq.ParquetFile(path) as partition:
                for batch in partition.iter_batches(_ROWS_AT_ONCE):
                    rows = rows_of(batch.to_pydict(), count + 1)
                    count += len(rows)
                    yield _screened(connection, rows, judge)


def _screened(connection: Any, rows: Sequence[Row], judge: Judge) -> Screened:
    import pyarrow as pa

    kinds, keys = zip(*sorted(fact_keys(rows)) or [("", "")], strict=True)
    connection.register("asked", pa.table({"kind": list(kinds), "key": list(keys)}))
    facts = connection.execute(
        "SELECT facts.kind, facts.key, facts.payload FROM asked JOIN facts USING (kind, key)"
    ).fetchall()
    connection.unregister("asked")
    return screen_rows(rows, gathering(facts, judge), judge.policy)
