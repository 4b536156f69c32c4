"""Writing certificates and recalls into the mirror, in chunks: each is written whole, or not at all."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from assistant.product_safety import Certificate, Recall
from assistant.safety import tables
from assistant.safety.dialect import as_list, each, each_id, lock_mirror, make_room
from assistant.safety.entries import certificate_models, certificate_words, first_keys, recall_entries, recall_words
from assistant.safety.rows import (
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
from assistant.safety.shelf import Filed, Shelf, count_in
from assistant.screening.numbers import bare_key
from assistant.store.database import transaction

T = TypeVar("T")

CHUNK = 5_000
"""Rows of one transaction: others who write wait a quarter of a second or so."""

CERTIFICATES = Shelf(
    "certificates", (*CERTIFICATE_COLUMNS, "bare_key", "words"), "certificate_words", "certificate_keys", "cert_uid"
)
RECALLS = Shelf("recalls", ("id", *RECALL_COLUMNS, "words"), "recall_words", "recall_keys", "recall_id")

_DETAILS = CERTIFICATE_COLUMNS.index("details")


def load_certificates(engine: Engine, rows: Iterable[Certificate]) -> int:
    """Write certificates by their cert_uid; of those that are there already, only what differs.

    A known detail stays when a row comes without one. The first fill writes no changes.

    Returns:
        How many were new or different.

    Raises:
        UpstreamError: the database does not answer; the chunks before are written.
    """
    return sum(_in_chunks(engine, rows, _put_certificates))


def load_recalls(engine: Engine, rows: Iterable[Recall]) -> int:
    """Write recalls by their uid; see load_certificates."""
    return sum(_in_chunks(engine, rows, _put_recalls))


def _in_chunks(engine: Engine, rows: Iterable[T], put: Callable[[Session, list[T]], int]) -> Iterator[int]:
    waiting = iter(rows)
    while chunk := list(islice(waiting, CHUNK)):
        is_last = len(chunk) < CHUNK
        with transaction(engine) as session:
            make_room(session, is_loading=not is_last)
            written = put(session, chunk)
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
    count_in(session, fresh)
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
    words = " ".join(certificate_words(certificate))
    bare = bare_key(certificate.cert_num)[: tables.KEY_MAX]
    details = details_of(certificate)
    texts = storable_texts(certificate_texts(certificate))
    values = (certificate.cert_uid, *texts, details and storable(details), bare, words)
    return Filed(certificate.cert_uid, values, words, _certificate_keys(certificate))


def _certificate_keys(certificate: Certificate) -> list[tuple[str, str]]:
    models = [("model", key) for key in certificate_models(certificate)]
    return models + [("first", key) for key in first_keys(certificate)]


def _certificates_before(session: Session, uids: Iterable[int]) -> dict[int, Filed]:
    columns = ",".join(f"c.{name}" for name in CERTIFICATES.columns)
    query = f"SELECT {columns} FROM {each_id(session)} k CROSS JOIN certificates c WHERE c.cert_uid = k.value"
    rows = session.execute(text(query), {"ids": as_list(session, uids)})
    found = {}
    for row in rows:
        keys = _certificate_keys(certificate_of(row[: _DETAILS + 1]))
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
    count_in(session, fresh)
    if state.is_complete:
        _note(session, [("recall", row.keys, "", "") for row in fresh])
    _grow(session, "recalls", len(fresh))
    return len(fresh) + len(differing)


def _filed_recall(number: int, recall: Recall) -> Filed:
    words = " ".join(recall_words(recall))
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
                ("certificate", _watched(new), old.values[state], new.values[state])
                for old, new in differing
                if old.values[state] != new.values[state]
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
        {"kind": kind, "keys": [list(key) for key in keys], "old_state": old, "new_state": new, "seen_at": now}
        for kind, keys, old, new in noted
    ]
    if rows:
        session.execute(tables.changes.insert(), rows)


def _grow(session: Session, column: str, more: int) -> None:
    if more:
        session.execute(text(f"UPDATE mirror SET {column} = {column} + :more WHERE id = 1"), {"more": more})
