"""The mirror as Parquet files, for engines that join instead of asking a database.

facts.parquet   kind, key, payload: every certificate under its bare key ("certificate") and under the numbers that it
                renews ("first"), every recall under its keys ("number", "barcode", "model", "product")
facts.json      the day of the data, and what else Freshness says
"""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from assistant.errors import NotFoundError
from assistant.product_safety import Freshness
from assistant.safety.listings.words import FILE_ERRORS
from assistant.safety.mirror.reading import Mirror
from assistant.safety.mirror.rows import CERTIFICATE_COLUMNS, RECALL_COLUMNS
from assistant.store.database import reading

FACTS, ABOUT = "facts.parquet", "facts.json"
_GROUP = 50_000
"""Rows of one row group; 50 MB of text."""

_CERTIFICATE = ",".join(f"c.{name}" for name in CERTIFICATE_COLUMNS)
# The published record of a recall is nothing to judge by, and most of its size.
_RECALL = ",".join("'{}'" if name == "raw" else f"r.{name}" for name in RECALL_COLUMNS)
_QUERIES = (
    f"SELECT 'certificate', c.bare_key, {_CERTIFICATE} FROM certificates c ORDER BY c.cert_uid",
    f"SELECT 'first', k.key, {_CERTIFICATE} FROM certificate_keys k JOIN certificates c ON c.cert_uid = k.cert_uid "
    "WHERE k.kind = 'first' ORDER BY c.cert_uid",
    f"SELECT k.kind, k.key, {_RECALL} FROM recall_keys k JOIN recalls r ON r.id = k.recall_id ORDER BY r.id",
)


def export(engine: Engine, folder: Path, progress: Callable[[int], None] = lambda _: None) -> int:
    """Write the mirror into a folder and return how many facts it has; files that are there are replaced.

    Args:
        progress: told the number of facts written so far.

    Raises:
        UpstreamError: the database does not answer.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    (folder / ABOUT).unlink(missing_ok=True)
    freshness = Mirror(engine).freshness()
    schema = pa.schema([("kind", pa.string()), ("key", pa.string()), ("payload", pa.string())])
    unfinished = folder / f"{FACTS}.unfinished"
    count = 0
    with reading(engine) as session, pq.ParquetWriter(unfinished, schema, compression="zstd") as writer:
        facts = _facts(session)
        while group := list(islice(facts, _GROUP)):
            columns = [pa.array(column, pa.string()) for column in zip(*group, strict=True)]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))
            count += len(group)
            progress(count)
    unfinished.replace(folder / FACTS)
    _write_about(folder, freshness)
    return count


def is_current(engine: Engine, folder: Path) -> bool:
    """Say whether a folder holds the mirror as it is now."""
    try:
        return freshness_of(folder) == Mirror(engine).freshness()
    except NotFoundError:
        return False


def freshness_of(folder: Path) -> Freshness:
    """Return the day of the data in a folder, and what else Freshness says.

    Raises:
        NotFoundError: there is no whole export in it (code "no_file").
    """
    try:
        about: dict[str, Any] = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NotFoundError(FILE_ERRORS["no_file"].format(path=folder / ABOUT), code="no_file") from error
    synced = about["synced_at"]
    return Freshness(**{**about, "synced_at": datetime.fromisoformat(synced) if synced else None})


def _facts(session: Session) -> Iterator[tuple[str, str, str]]:
    for query in _QUERIES:
        rows = session.execute(text(query), execution_options={"yield_per": 5_000})
        for kind, key, *record in rows:
            yield kind, key, json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def _write_about(folder: Path, freshness: Freshness) -> None:
    unfinished = folder / f"{ABOUT}.unfinished"
    unfinished.write_text(json.dumps(asdict(freshness), default=_moment), encoding="utf-8")
    os.replace(unfinished, folder / ABOUT)


def _moment(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
