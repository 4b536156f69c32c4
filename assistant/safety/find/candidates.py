"""Rows that a query may mean, never more than a few hundred: ids of certificates and recalls, by key or by words."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from assistant.product_safety import Certificate, Recall
from assistant.safety.mirror.dialect import as_list, each, each_id, is_postgresql
from assistant.safety.mirror.rows import CERTIFICATE_COLUMNS, RECALL_COLUMNS, certificate_of, recall_of

_LAST = "\U0010ffff"
_CERTIFICATE = ",".join(f"c.{name}" for name in CERTIFICATE_COLUMNS)
_RECALL = ",".join(f"r.{name}" for name in RECALL_COLUMNS)


@dataclass(frozen=True, slots=True)
class Source:
    """Where one kind of row, its words and its keys are."""

    table: str
    number: str
    full_text: str
    keys: str
    number_in_keys: str


CERTIFICATES = Source("certificates", "cert_uid", "certificate_words", "certificate_keys", "cert_uid")
RECALLS = Source("recalls", "id", "recall_words", "recall_keys", "recall_id")


def by_words(session: Session, source: Source, groups: Sequence[Collection[str]], limit: int) -> list[int]:
    """Return rows that have one word of every group; the newest where there are too many."""
    if not groups or not all(groups):
        return []
    if not is_postgresql(session):
        asked = " AND ".join("(" + " OR ".join(f'"{word}"' for word in sorted(group)) + ")" for group in groups)
        query = f"SELECT rowid FROM {source.full_text} WHERE {source.full_text} MATCH :asked ORDER BY rowid DESC"
        return list(session.execute(text(f"{query} LIMIT :limit"), {"asked": asked, "limit": limit}).scalars())
    every = " AND ".join(f"string_to_array(words, ' ') && CAST(:group{at} AS text[])" for at in range(len(groups)))
    given = {f"group{at}": sorted(group) for at, group in enumerate(groups)}
    query = f"SELECT {source.number} FROM {source.table} WHERE {every} LIMIT :limit"
    return list(session.execute(text(query), given | {"limit": limit}).scalars())


def prefer_word_index(session: Session) -> None:
    """Keep PostgreSQL, until the end of the transaction, from reading a table through when words are common.

    With a limit its planner hopes to meet enough rows soon; two common words that never meet would cost a second.
    """
    if is_postgresql(session):
        session.execute(text("SET LOCAL enable_seqscan = off"))
        session.execute(text("SET LOCAL enable_indexscan = off"))


def by_keys(session: Session, source: Source, kind: str, keys: Collection[str], limit: int) -> list[tuple[int, str]]:
    """Return rows that have one of many keys, and the key."""
    if not keys:
        return []
    query = (
        f"SELECT f.{source.number_in_keys}, f.key FROM {each(session)} k CROSS JOIN {source.keys} f "
        "WHERE f.kind = :kind AND f.key = k.value LIMIT :limit"
    )
    given = {"kind": kind, "keys": as_list(session, keys), "limit": limit}
    return [(number, key) for number, key in session.execute(text(query), given)]


def by_key_prefix(session: Session, source: Source, kind: str, prefix: str, limit: int) -> list[tuple[int, str]]:
    """Return rows that have a key with a beginning, and the key."""
    query = (
        f"SELECT {source.number_in_keys}, key FROM {source.keys} "
        "WHERE kind = :kind AND key >= :low AND key < :high LIMIT :limit"
    )
    given = {"kind": kind, "low": prefix, "high": prefix + _LAST, "limit": limit}
    return [(number, key) for number, key in session.execute(text(query), given)]


def keys_there(session: Session, source: Source, kind: str, keys: Collection[str]) -> list[str]:
    """Return those of some keys that any row has."""
    if not keys:
        return []
    has_it = f"EXISTS (SELECT 1 FROM {source.keys} f WHERE f.kind = :kind AND f.key = k.value)"
    query = f"SELECT k.value FROM {each(session)} k WHERE {has_it}"
    return list(session.execute(text(query), {"kind": kind, "keys": as_list(session, keys)}).scalars())


def by_numbers(session: Session, bare_keys: Collection[str], limit: int) -> list[int]:
    """Return certificates that have one of many bare keys."""
    query = (
        f"SELECT c.cert_uid FROM {each(session)} k CROSS JOIN certificates c WHERE c.bare_key = k.value LIMIT :limit"
    )
    return list(session.execute(text(query), {"keys": as_list(session, bare_keys), "limit": limit}).scalars())


def by_number_prefix(session: Session, prefix: str, limit: int) -> list[int]:
    """Return certificates whose bare key has a beginning."""
    query = "SELECT cert_uid FROM certificates WHERE bare_key >= :low AND bare_key < :high LIMIT :limit"
    return list(session.execute(text(query), {"low": prefix, "high": prefix + _LAST, "limit": limit}).scalars())


def certificates(session: Session, numbers: Collection[int]) -> list[Certificate]:
    """Return certificates by their cert_uid."""
    query = f"SELECT {_CERTIFICATE} FROM {each_id(session)} k CROSS JOIN certificates c WHERE c.cert_uid = k.value"
    return [certificate_of(row) for row in session.execute(text(query), {"ids": as_list(session, sorted(numbers))})]


def recalls(session: Session, numbers: Collection[int]) -> list[Recall]:
    """Return recalls by the number of their row, without the published record, which takes long to read."""
    query = f"SELECT {_RECALL} FROM {each_id(session)} k CROSS JOIN recalls r WHERE r.id = k.value"
    return [
        recall_of((*row[:-1], "{}")) for row in session.execute(text(query), {"ids": as_list(session, sorted(numbers))})
    ]


def whole_recalls(session: Session, uids: Collection[str]) -> dict[str, Recall]:
    """Return recalls by uid, with the published record."""
    query = f"SELECT {_RECALL} FROM {each(session)} k CROSS JOIN recalls r WHERE r.uid = k.value"
    found = (recall_of(row) for row in session.execute(text(query), {"keys": as_list(session, uids)}))
    return {one.uid: one for one in found}
