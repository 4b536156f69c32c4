"""Listings as Parquet partitions: written from a mall's file, or kept by a mall as they are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from assistant.errors import NotFoundError
from assistant.product_safety import Listing
from assistant.safety.listings.files import Row
from assistant.safety.listings.rows import listing_of
from assistant.safety.listings.words import FILE_ERRORS
from assistant.screening.wire import FIELDS, field_of

PARTITION_ROWS = 100_000
MARKS = ("row", "problem", "problem_code", "duplicate_of")
"""Columns of our own; a mall's partitions need none of them."""


def write_partitions(rows: Iterable[Row], folder: Path, partition_rows: int = PARTITION_ROWS) -> int:
    """Write rows as Parquet partitions into a folder and return how many rows there are."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    schema = pa.schema(
        [("row", pa.int64()), ("problem", pa.string()), ("problem_code", pa.string()), ("duplicate_of", pa.int64())]
        + [(field, pa.string()) for field in FIELDS]
    )
    waiting, count = iter(rows), 0
    while chunk := list(islice(waiting, partition_rows)):
        path = folder / f"part-{count // partition_rows:05d}.parquet"
        pq.write_table(pa.Table.from_pylist([_record(row) for row in chunk], schema=schema), path)
        count += len(chunk)
    return count


def partition_paths(source: Path) -> list[Path]:
    """Return the Parquet files of a folder in the order of their names, or the one file that it is.

    Raises:
        NotFoundError: there are none (code "no_file").
    """
    paths = sorted(source.rglob("*.parquet")) if source.is_dir() else [source] if source.is_file() else []
    if not paths:
        raise NotFoundError(FILE_ERRORS["no_partitions"].format(path=source.name), code="no_file")
    return paths


def rows_of(columns: Mapping[str, Sequence[Any]], first_row: int = 1) -> list[Row]:
    """Return the rows of one Arrow batch; columns may have the English or the Korean names.

    Args:
        first_row: number of the first row, where the partition does not say it.
    """
    count = len(next(iter(columns.values()), ()))
    fields = {name: field for name in columns if name not in MARKS and (field := field_of(name))}
    rows: list[Row] = []
    for i in range(count):
        values = {field: value for name, field in fields.items() if (value := columns[name][i]) is not None}
        mark = {name: columns[name][i] for name in MARKS if name in columns}
        rows.append(
            Row(
                number=mark.get("row") or first_row + i,
                values=values,
                problem=mark.get("problem") or "",
                duplicate_of=mark.get("duplicate_of") or 0,
                problem_code=mark.get("problem_code") or "bad_row",
            )
        )
    return rows


def _record(row: Row) -> dict[str, Any]:
    read = listing_of(row)
    mark = {"row": row.number, "duplicate_of": row.duplicate_of}
    if isinstance(read, Listing):
        return {**mark, "problem": "", "problem_code": "", **asdict(read)}
    return {**mark, "problem": read.message, "problem_code": read.code, "id": str(row.values.get("id") or "")}
