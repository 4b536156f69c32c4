"""The mirror: what was published of certificates and recalls, kept here for look-ups.

A certificate that is not here does not exist only if `freshness().is_complete`; a mirror that does not answer raises
UpstreamError, which is neither.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from assistant.product_safety import Certificate, Freshness, Recall
from assistant.safety.mirror import prefixes, tables
from assistant.safety.mirror.dialect import as_list, each, each_id, is_postgresql, lock_mirror
from assistant.safety.mirror.load import CERTIFICATES, RECALLS, load_certificates, load_recalls, make_late_indexes, tidy
from assistant.safety.mirror.rows import CERTIFICATE_COLUMNS, RECALL_COLUMNS, certificate_of, recall_of, storable
from assistant.screening.numbers import bare_key, number_key
from assistant.store.database import reading, transaction

_AT_ONCE = 2_000
"""Keys of one query."""

_CERTIFICATE = ",".join(f"c.{name}" for name in CERTIFICATE_COLUMNS)
_RECALL = ",".join(f"r.{name}" for name in RECALL_COLUMNS)

RecallKey = tuple[str, str]
"""Kind ("number", "barcode", "model" or "product") and key."""


@dataclass(frozen=True, slots=True)
class Change:
    """A certificate or recall that is new, or is not what it was, seen since the mirror was first complete.

    Attributes:
        id: grows from change to change, also over a mirror that is emptied and filled anew.
        kind: "certificate" or "recall".
        keys: (kind, key) of the listings that it may concern, as in Wanted: the certificate's number and those that it
            renews; the recall's numbers, barcodes, models and product; of an amended one those from before as well.
        old_state: the certificate's state before, the new one where something else changed; "" for a new certificate
            and for recalls.
    """

    id: int
    kind: str
    keys: tuple[tuple[str, str], ...]
    old_state: str
    new_state: str
    seen_at: datetime


class Mirror:
    """Certificates and recalls in a database; every method may raise UpstreamError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # ---- looking up -------------------------------------------------------------------

    def certificates(self, bare_keys: Collection[str]) -> dict[str, tuple[Certificate, ...]]:
        """Return, for every key asked for, the certificates with that number, with and without letters at its end."""
        found: dict[str, list[Certificate]] = {key: [] for key in bare_keys}
        with reading(self._engine) as session:
            query = text(
                f"SELECT k.value, {_CERTIFICATE} FROM {each(session)} k CROSS JOIN certificates c "
                "WHERE c.bare_key = k.value"
            )
            for keys in _chunks(found):
                for row in session.execute(query, {"keys": as_list(session, keys)}):
                    found[row[0]].append(certificate_of(row[1:]))
        return {key: tuple(several) for key, several in found.items()}

    def successors(self, bare_keys: Collection[str]) -> dict[str, tuple[Certificate, ...]]:
        """Return, for every key asked for, the other certificates that name that number as first or as similar."""
        found: dict[str, list[Certificate]] = {key: [] for key in bare_keys}
        with reading(self._engine) as session:
            query = text(
                f"SELECT k.value, {_CERTIFICATE} FROM {each(session)} k CROSS JOIN certificate_keys f "
                "CROSS JOIN certificates c WHERE f.kind = 'first' AND f.key = k.value "
                "AND c.cert_uid = f.cert_uid"
            )
            for keys in _chunks(found):
                for row in session.execute(query, {"keys": as_list(session, keys)}):
                    found[row[0]].append(certificate_of(row[1:]))
        return {key: tuple(several) for key, several in found.items()}

    def recalls(self, keys: Collection[RecallKey]) -> dict[RecallKey, tuple[Recall, ...]]:
        """Return, for every (kind, key) asked for, the recalls that have it."""
        found: dict[RecallKey, list[int]] = {key: [] for key in keys}
        with reading(self._engine) as session:
            for kind, key, number in _recall_numbers(session, found):
                found[kind, key].append(number)
            known = _recalls_by_number(session, {number for several in found.values() for number in several})
        return {key: tuple(known[number] for number in several) for key, several in found.items()}

    def certificate(self, cert_num: str) -> Certificate | None:
        """Return the certificate with exactly this number, in whatever spelling; of several the newest entry."""
        bare, exact = bare_key(cert_num), number_key(cert_num)
        same = [one for one in self.certificates([bare])[bare] if number_key(one.cert_num) == exact]
        return max(same, key=lambda one: one.cert_uid, default=None)

    def recall(self, uid: str) -> Recall | None:
        """Return the recall with this uid ("D" or "F" and the published id)."""
        with reading(self._engine) as session:
            query = text(f"SELECT {_RECALL} FROM recalls r WHERE r.uid = :uid")
            row = session.execute(query, {"uid": storable(uid)}).first()
        return recall_of(row) if row else None

    def certificates_where(self, field: str, prefix: str, limit: int) -> list[Certificate]:
        """Return certificates whose field begins with a text.

        Args:
            field: cert_num, product_name, model_name, cert_date, sign_date, or "all" for any of them.
        """
        with reading(self._engine) as session:
            return prefixes.certificates(session, field, prefix, limit)

    def recalls_where(self, field: str, prefix: str, limit: int, *, is_foreign: bool) -> list[Recall]:
        """Return domestic or foreign recalls whose field begins with a text, the newest first.

        Args:
            field: a text field of Recall, "uid" (without its letter), or "all" for those that the contract searches.
        """
        with reading(self._engine) as session:
            return prefixes.recalls(session, field, prefix, limit, is_foreign=is_foreign)

    # ---- filling ----------------------------------------------------------------------

    def put_certificates(self, rows: Iterable[Certificate]) -> int:
        """Write certificates by cert_uid, a transaction for every few thousand; return how many were new or differed.

        Writing the same ones again changes nothing, and a known detail is kept when a row comes without one.
        """
        return load_certificates(self._engine, rows)

    def put_recalls(self, rows: Iterable[Recall]) -> int:
        """Write recalls by uid; see put_certificates."""
        return load_recalls(self._engine, rows)

    def mark(self, data_date: str, *, is_complete: bool, is_demo: bool) -> None:
        """Say of which day (yyyyMMdd) the data are, and what they are; once complete, what changes is noted."""
        with transaction(self._engine) as session:
            lock_mirror(session)
            values = {"data_date": data_date, "is_complete": is_complete, "is_demo": is_demo}
            session.execute(tables.mirror.update().values(**values, synced_at=datetime.now(UTC)))
        make_late_indexes(self._engine)
        if is_complete:
            tidy(self._engine)

    def clear(self) -> None:
        """Empty the mirror; ids of changes go on from where they were."""
        with transaction(self._engine) as session:
            lock_mirror(session)
            for shelf in (CERTIFICATES, RECALLS):
                shelf.clear(session)
            session.execute(tables.changes.delete())
            session.execute(tables.words.delete())
            if not is_postgresql(session):
                session.execute(text("INSERT INTO word_pairs (word_pairs) VALUES ('delete-all')"))
            empty = {"data_date": "", "synced_at": None, "certificates": 0, "recalls": 0}
            session.execute(tables.mirror.update().values(**empty, is_demo=False, is_complete=False))

    # ---- what is new ------------------------------------------------------------------

    def changes(self, after: int, limit: int) -> list[Change]:
        """Return the changes whose id is greater than `after`, in order, `limit` at most."""
        columns = tables.changes.c
        query = tables.changes.select().where(columns.id > after).order_by(columns.id).limit(limit)
        with reading(self._engine) as session:
            rows = session.execute(query).all()
        return [
            Change(
                id=row.id,
                kind=row.kind,
                keys=tuple((kind, key) for kind, key in row.keys),
                old_state=row.old_state,
                new_state=row.new_state,
                seen_at=row.seen_at,
            )
            for row in rows
        ]

    def freshness(self) -> Freshness:
        """Return how new and how full the mirror is."""
        with reading(self._engine) as session:
            row = session.execute(tables.mirror.select()).one()
        return Freshness(row.data_date, row.synced_at, row.certificates, row.recalls, row.is_demo, row.is_complete)


def _chunks(keys: Iterable[str]) -> Iterator[list[str]]:
    """Cut keys into lists, without the empty key and those that no database could hold: nothing has them."""
    usable = [key for key in keys if key and storable(key) == key]
    return (usable[at : at + _AT_ONCE] for at in range(0, len(usable), _AT_ONCE))


def _recall_numbers(session: Session, keys: Iterable[RecallKey]) -> Iterator[tuple[str, str, int]]:
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, key in keys:
        by_kind[kind].append(key)
    query = text(
        f"SELECT f.key, f.recall_id FROM {each(session)} k CROSS JOIN recall_keys f "
        "WHERE f.kind = :kind AND f.key = k.value"
    )
    for kind, several in by_kind.items():
        for some in _chunks(several):
            for row in session.execute(query, {"kind": kind, "keys": as_list(session, some)}):
                yield kind, row[0], row[1]


def _recalls_by_number(session: Session, numbers: Collection[int]) -> dict[int, Recall]:
    query = text(f"SELECT r.id, {_RECALL} FROM {each_id(session)} k CROSS JOIN recalls r WHERE r.id = k.value")
    rows: Sequence[Any] = session.execute(query, {"ids": as_list(session, sorted(numbers))}).all() if numbers else ()
    return {row[0]: recall_of(row[1:]) for row in rows}
