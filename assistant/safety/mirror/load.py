"""Writing certificates and recalls into the mirror, in chunks: each is written whole, or not at all."""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain, islice
from typing import Any, TypeVar

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from assistant.product_safety import Certificate, Recall
from assistant.safety.mirror import tables
from assistant.safety.mirror.dialect import as_list, each, each_id, is_postgresql, lock_mirror, make_room
from assistant.safety.mirror.entries import (
    certificate_keys,
    certificate_words,
    number_entry,
    recall_entries,
    recall_words,
)
from assistant.safety.mirror.rows import (
    CERTIFICATE_COLUMNS,
    RECALL_COLUMNS,
    certificate_of,
    certificate_texts,
    details_of,
    raw_of,
    recall_of,
    recall_texts,
    storable,
    storable_texts,
)
from assistant.safety.mirror.shelf import Filed, Shelf, count_in
from assistant.store.database import reading, transaction

T = TypeVar("T")

CHUNK = 5_000
"""Rows of one transaction: others who write wait a quarter of a second or so."""

CERTIFICATES = Shelf(
    "certificates", (*CERTIFICATE_COLUMNS, "bare_key", "words"), "certificate_words", "certificate_keys", "cert_uid"
)
RECALLS = Shelf("recalls", ("id", *RECALL_COLUMNS, "words"), "recall_words", "recall_keys", "recall_id")

_USUALLY, _RARELY = gc.get_threshold(), 50_000
_DETAILS = CERTIFICATE_COLUMNS.index("details")


def load_certificates(engine: Engine, rows: Iterable[Certificate]) -> int:
    """Write certificates by their cert_uid; of those that are there already, only what differs.

    A known detail stays when a row comes without one. The first fill writes no changes. A first fill of many makes
    some indexes at its end: until then look-ups are right, but slow. Killed before, the next load or mark makes them.

    Returns:
        How many were new or different.

    Raises:
        UpstreamError: the database does not answer; the chunks before are written.
    """
    waiting = iter(rows)
    first = list(islice(waiting, CHUNK))
    if len(first) == CHUNK and _is_empty(engine):
        drop_late_indexes(engine)
    else:
        make_late_indexes(engine)
    try:
        return _put_all(engine, chain(first, waiting), _put_certificates)
    finally:
        make_late_indexes(engine)


def load_recalls(engine: Engine, rows: Iterable[Recall]) -> int:
    """Write recalls by their uid; see load_certificates."""
    return _put_all(engine, rows, _put_recalls)


def drop_late_indexes(engine: Engine) -> None:
    """Drop the indexes that a first fill makes at its end."""
    with transaction(engine) as session:
        lock_mirror(session)
        for name in tables.LATE_INDEXES[engine.dialect.name]:
            session.execute(text(f"DROP INDEX IF EXISTS {name}"))


def make_late_indexes(engine: Engine) -> None:
    """Make those of these indexes that are not there, each in a transaction of its own."""
    missing = _missing_indexes(engine)
    for name in missing:
        with transaction(engine) as session:
            lock_mirror(session)
            make_room(session, is_loading=True)
            index = tables.LATE_INDEXES[engine.dialect.name][name]
            session.execute(text(f"CREATE INDEX IF NOT EXISTS {name} ON {index}"))
            make_room(session, is_loading=False)


def tidy(engine: Engine) -> None:
    """Make searches faster after a load: full-text indexes are merged, and PostgreSQL's planner learns of the words."""
    tidying = [f"INSERT INTO {name} ({name}) VALUES ('optimize')" for name in tables.FULL_TEXTS]
    if engine.dialect.name == "postgresql":
        tidying = [f"ANALYZE {table}" for table in ("certificates", "recalls", "certificate_keys", "mirror_words")]
    for statement in tidying:
        with transaction(engine) as session:
            session.execute(text(statement))


def _missing_indexes(engine: Engine) -> list[str]:
    names = tables.LATE_INDEXES[engine.dialect.name]
    with reading(engine) as session:
        present = "SELECT name FROM sqlite_master WHERE type = 'index'"
        if is_postgresql(session):
            present = "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()"
        known = {row[0] for row in session.execute(text(present))}
    return [name for name in names if name not in known]


def _is_empty(engine: Engine) -> bool:
    with reading(engine) as session:
        return session.execute(text("SELECT 1 FROM certificates LIMIT 1")).first() is None


def _put_all(engine: Engine, rows: Iterable[T], put: Callable[[Session, list[T]], int]) -> int:
    # Of the millions of tuples of a load none refers to itself: looking for such takes a sixth of the time.
    gc.set_threshold(_RARELY)
    try:
        return sum(_in_chunks(engine, rows, put))
    finally:
        gc.set_threshold(*_USUALLY)


def _in_chunks(engine: Engine, rows: Iterable[T], put: Callable[[Session, list[T]], int]) -> Iterator[int]:
    waiting = iter(rows)
    is_last = False
    while not is_last:
        chunk = list(islice(waiting, CHUNK))
        is_last = len(chunk) < CHUNK
        with transaction(engine) as session:
            make_room(session, is_loading=not is_last)
            written = put(session, chunk) if chunk else 0
        yield written


# ---- certificates ---------------------------------------------------------------------


def _put_certificates(session: Session, chunk: list[Certificate]) -> int:
    state = lock_mirror(session)
    latest = _latest(chunk)
    before = _certificates_before(session, latest)
    fresh = [_filed_certificate(one) for uid, one in latest.items() if uid not in before]
    pairs = [(old, _renewed(old, latest[uid])) for uid, old in before.items()]
    differing = [(old, new) for old, new in pairs if old.values != new.values]
    CERTIFICATES.take(session, [old for old, _ in differing])
    CERTIFICATES.put(session, [*fresh, *(new for _, new in differing)])
    count_in(session, fresh, differing)
    if state.is_complete:
        _note_certificates(session, fresh, differing)
    _grow(session, "certificates", len(fresh))
    return len(fresh) + len(differing)


def _latest(chunk: list[Certificate]) -> dict[int, Certificate]:
    latest: dict[int, Certificate] = {}
    for one in chunk:
        before = latest.get(one.cert_uid)
        latest[one.cert_uid] = _with_detail_of(before, one) if before and before.has_detail else one
    return latest


def _with_detail_of(known: Certificate, certificate: Certificate) -> Certificate:
    if certificate.has_detail:
        return certificate
    return replace(
        certificate,
        has_detail=True,
        derivation_models=known.derivation_models,
        image_urls=known.image_urls,
        factories=known.factories,
        similar_certifications=known.similar_certifications,
    )


def _renewed(old: Filed, certificate: Certificate) -> Filed:
    if old.values[_DETAILS] is not None and not certificate.has_detail:
        known = certificate_of(old.values[: _DETAILS + 1])
        return _filed_certificate(_with_detail_of(known, certificate))
    return _filed_certificate(certificate)


def _filed_certificate(certificate: Certificate) -> Filed:
    words = certificate_words(certificate)
    bare = number_entry(certificate.cert_num)
    details = details_of(certificate)
    texts = storable_texts(certificate_texts(certificate))
    values = (certificate.cert_uid, *texts, details and storable(details), bare, words)
    return Filed(certificate.cert_uid, values, words, certificate_keys(certificate, bare))


def _certificates_before(session: Session, uids: Iterable[int]) -> dict[int, Filed]:
    columns = ",".join(f"c.{name}" for name in CERTIFICATES.columns)
    query = f"SELECT {columns} FROM {each_id(session)} k CROSS JOIN certificates c WHERE c.cert_uid = k.value"
    rows = session.execute(text(query), {"ids": as_list(session, uids)})
    found = {}
    for row in rows:
        keys = certificate_keys(certificate_of(row[: _DETAILS + 1]), row.bare_key)
        found[row[0]] = Filed(row[0], tuple(row), row[-1], keys)
    return found


# ---- recalls --------------------------------------------------------------------------


def _put_recalls(session: Session, chunk: list[Recall]) -> int:
    state = lock_mirror(session)
    latest = {storable(one.uid): one for one in chunk}
    before = _recalls_before(session, latest)
    following = 1 + session.execute(text("SELECT coalesce(max(id), 0) FROM recalls")).scalar_one()
    new = [one for uid, one in latest.items() if uid not in before]
    fresh = [_filed_recall(following + at, one) for at, one in enumerate(new)]
    pairs = [(old, _filed_recall(old.number, latest[uid])) for uid, old in before.items()]
    differing = [(old, new) for old, new in pairs if old.values != new.values]
    RECALLS.take(session, [old for old, _ in differing])
    RECALLS.put(session, [*fresh, *(new for _, new in differing)])
    count_in(session, fresh, differing)
    if state.is_complete:
        # A recall that is amended concerns whom its old keys led to as well.
        amended = [("recall", [*old.keys, *new.keys], "", "") for old, new in differing]
        _note(session, [*(("recall", row.keys, "", "") for row in fresh), *amended])
    _grow(session, "recalls", len(fresh))
    return len(fresh) + len(differing)


def _filed_recall(number: int, recall: Recall) -> Filed:
    words = recall_words(recall)
    texts = storable_texts((recall.uid, *recall_texts(recall)))
    values = (number, texts[0], recall.is_foreign, *texts[1:], storable(raw_of(recall)), words)
    return Filed(number, values, words, recall_entries(recall))


def _recalls_before(session: Session, uids: Iterable[str]) -> dict[str, Filed]:
    columns = ",".join(f"r.{name}" for name in RECALLS.columns)
    query = f"SELECT {columns} FROM {each(session)} k CROSS JOIN recalls r WHERE r.uid = k.value"
    rows = session.execute(text(query), {"keys": as_list(session, uids)})
    return {row[1]: Filed(row[0], tuple(row), row[-1], recall_entries(recall_of(row[1:-1]))) for row in rows}


# ---- what changed ---------------------------------------------------------------------


def _note_certificates(session: Session, fresh: Sequence[Filed], differing: Sequence[tuple[Filed, Filed]]) -> None:
    state = CERTIFICATE_COLUMNS.index("cert_state")
    _note(
        session,
        [
            *(("certificate", _watched(row), "", row.values[state]) for row in fresh),
            *(
                ("certificate", [*_watched(old), *_watched(new)], old.values[state], new.values[state])
                for old, new in differing
            ),
        ],
    )


def _watched(row: Filed) -> list[tuple[str, str]]:
    """Return the numbers whose listings a certificate concerns: its own, and those that it renews."""
    bare = row.values[len(CERTIFICATE_COLUMNS)]
    return [("number", key) for key in (bare, *(key for kind, key in row.keys if kind == "first")) if key]


def _note(session: Session, noted: Sequence[tuple[str, Sequence[tuple[str, str]], str, str]]) -> None:
    now = datetime.now(UTC)
    rows: list[dict[str, Any]] = [
        {
            "kind": kind,
            "keys": [list(key) for key in dict.fromkeys(keys)],
            "old_state": old,
            "new_state": new,
            "seen_at": now,
        }
        for kind, keys, old, new in noted
    ]
    if rows:
        session.execute(tables.changes.insert(), rows)


def _grow(session: Session, column: str, more: int) -> None:
    if more:
        session.execute(text(f"UPDATE mirror SET {column} = {column} + :more WHERE id = 1"), {"more": more})
