"""Screening over Parquet partitions on a Spark cluster.

Certificates and recalls are joined by their keys in Spark, so that no worker needs the database. Listings go in chunks
of some hundred: the keys of a chunk are joined to the facts, and both meet again at one worker, which calls the same
function as everything else.
"""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from assistant.errors import SetupError
from assistant.safety.engines.export import FACTS
from assistant.safety.engines.facts import Fact, Judge, fact_keys, gathering
from assistant.safety.engines.partitions import partition_paths, rows_of
from assistant.safety.listings.files import Row
from assistant.safety.listings.rows import screen_rows
from assistant.safety.listings.words import FILE_ERRORS

_CHUNK_ROWS = 512
_LISTING = "listing"
_PIECES = "chunk long, kind string, key string, payload string"
_RESULT = "row long, verdict string, line string"


def open_session(master: str = "local[*]") -> Any:
    """Open a Spark session; on a cluster the one that is there is taken.

    Raises:
        SetupError: PySpark is not installed.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise SetupError(FILE_ERRORS["engine"].format(package="pyspark")) from error
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("onecall-screen").config("spark.ui.enabled", "false")
    builder = builder.config("spark.ui.showConsoleProgress", "false")
    if not os.environ.get("MASTER") and "SPARK_REMOTE" not in os.environ:
        # Spark's usual 200 pieces of a shuffle are meant for a cluster; here they are 200 times nothing.
        local = {"spark.sql.shuffle.partitions": "8", "spark.driver.host": "127.0.0.1"}
        builder = builder.master(master).config(map=local)
    return builder.getOrCreate()


def screen_partitions(session: Any, source: Path, facts_folder: Path, judge: Judge) -> Any:
    """Return a DataFrame with the row number, the verdict (or "refused") and the line of every listing.

    Args:
        session: a SparkSession.
        source: a Parquet file, or a folder of them, that every worker can read.
        facts_folder: what export() wrote, likewise.

    Raises:
        NotFoundError: there are no partitions.
    """
    listings = _numbered(session.read.parquet(*map(str, partition_paths(source))))
    pieces = listings.mapInArrow(_pieces, _PIECES).persist()
    keys = pieces.where(f"kind <> '{_LISTING}'").select("chunk", "kind", "key").distinct()
    facts = session.read.parquet(str(facts_folder / FACTS))
    joined = keys.join(facts, ["kind", "key"]).select("chunk", "kind", "key", "payload")
    met = pieces.where(f"kind = '{_LISTING}'").unionByName(joined).repartition("chunk").sortWithinPartitions("chunk")
    return met.mapInArrow(_screening(judge), _RESULT)


def lines(result: Any) -> Iterator[tuple[str, str]]:
    """Give verdict and line of every row of a result, in their order, partition by partition."""
    for row in result.orderBy("row").toLocalIterator():
        yield row["verdict"], row["line"]


def _numbered(listings: Any) -> Any:
    from pyspark.sql import functions

    if "row" in listings.columns:
        return listings
    # Not consecutive, but the same at every reading of the same files: what a chunk is must not change.
    return listings.withColumn("row", functions.monotonically_increasing_id() + 1)


def _pieces(batches: Iterable[Any]) -> Iterator[Any]:
    """Turn listings into pieces: each listing itself, and every key that could lead to a fact about it."""
    for batch in batches:
        by_chunk: dict[int, list[Row]] = {}
        for row in rows_of(batch.to_pydict()):
            by_chunk.setdefault(row.number // _CHUNK_ROWS, []).append(row)
        for chunk, rows in by_chunk.items():
            packed = [(_LISTING, "", json.dumps(_packed(row), ensure_ascii=False, default=str)) for row in rows]
            yield _arrow(_PIECES, [(chunk, *one) for one in [*packed, *((*key, "") for key in fact_keys(rows))]])


def _screening(judge: Judge) -> Callable[[Iterable[Any]], Iterator[Any]]:
    def screening(batches: Iterable[Any]) -> Iterator[Any]:
        for rows, facts in _chunks(batches):
            found = screen_rows(rows, gathering(facts, judge), judge.policy)
            yield _arrow(_RESULT, list(zip((row.number for row in rows), found.outcomes, found.lines, strict=True)))

    return screening


def _chunks(batches: Iterable[Any]) -> Iterator[tuple[list[Row], list[Fact]]]:
    """Put the pieces of each chunk together; they come sorted by chunk, and may be cut between two batches."""
    current: int | None = None
    rows: list[Row] = []
    facts: list[Fact] = []
    for batch in batches:
        columns = batch.to_pydict()
        for chunk, kind, key, payload in zip(
            *(columns[name] for name in ("chunk", "kind", "key", "payload")), strict=True
        ):
            if chunk != current and rows:
                yield sorted(rows, key=_number), facts
                rows, facts = [], []
            current = chunk
            if kind == _LISTING:
                rows.append(Row(*json.loads(payload)))
            else:
                facts.append((kind, key, payload))
    if rows:
        yield sorted(rows, key=_number), facts


def _number(row: Row) -> int:
    return row.number


def _packed(row: Row) -> list[Any]:
    return [row.number, dict(row.values), row.problem, row.duplicate_of, row.problem_code]


def _arrow(schema: str, records: list[tuple[Any, ...]]) -> Any:
    import pyarrow as pa

    types = {"long": pa.int64(), "string": pa.string()}
    fields = [(name, types[kind]) for name, kind in (one.split() for one in schema.split(", "))]
    columns = list(zip(*records, strict=True)) or [()] * len(fields)
    arrays = [pa.array(column, kind) for column, (_, kind) in zip(columns, fields, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=pa.schema(fields))
