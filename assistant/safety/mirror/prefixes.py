"""Searching the mirror as the public interface does: by the beginning of one field, or of any."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from assistant.errors import BadInputError
from assistant.product_safety import Certificate, Recall
from assistant.safety.mirror.rows import CERTIFICATE_COLUMNS, RECALL_COLUMNS, certificate_of, recall_of, storable
from assistant.safety.mirror.tables import PREFIX_MAX, RECALL_TEXTS
from assistant.safety_wording import MIRROR_ERRORS
from assistant.screening.numbers import bare_key
from assistant.store.database import is_storable

_LAST = "\U0010ffff"
"""The last of all letters: from a prefix up to prefix + this lies all that begins with it."""

_CERTIFICATE = ",".join(f"c.{name}" for name in CERTIFICATE_COLUMNS)
_RECALL = ",".join(f"r.{name}" for name in RECALL_COLUMNS)

_CERTIFICATE_FIELDS = {
    # Only the bare key has an index: a prefix of the number is one of its key, too.
    "cert_num": "c.bare_key",
    "product_name": f"substr(c.product_name, 1, {PREFIX_MAX})",
    "model_name": f"substr(c.model_name, 1, {PREFIX_MAX})",
    "cert_date": "c.cert_date",
    "sign_date": "c.sign_date",
}
_RECALL_ALL = ("barcode", "product_name", "brand_name", "model_name", "cert_num", "published")


def certificates(session: Session, field: str, prefix: str, limit: int) -> list[Certificate]:
    """See Mirror.certificates_where."""
    if not is_storable(prefix):
        return []
    if field == "all":
        return _any_certificates(session, prefix, limit)
    if field not in _CERTIFICATE_FIELDS:
        raise BadInputError(MIRROR_ERRORS["no_field"].format(field=field))
    if field == "cert_num" and prefix and not bare_key(prefix):
        return []
    indexed = _CERTIFICATE_FIELDS[field]
    low = bare_key(prefix) if field == "cert_num" else prefix[:PREFIX_MAX]
    query = text(
        f"SELECT {_CERTIFICATE} FROM certificates c WHERE {indexed} >= :low AND {indexed} < :high "
        f"AND substr(c.{field}, 1, :length) = :prefix LIMIT :limit"
    )
    given = {"low": low, "high": low + _LAST, "length": len(prefix), "prefix": prefix, "limit": limit}
    return [certificate_of(row) for row in session.execute(query, given)]


def _any_certificates(session: Session, prefix: str, limit: int) -> list[Certificate]:
    found: dict[int, Certificate] = {}
    for field in _CERTIFICATE_FIELDS:
        if len(found) < limit:
            found |= {one.cert_uid: one for one in certificates(session, field, prefix, limit)}
    return list(found.values())[:limit]


def recalls(session: Session, field: str, prefix: str, limit: int, *, is_foreign: bool) -> list[Recall]:
    """See Mirror.recalls_where."""
    if field not in ("all", "uid", *RECALL_TEXTS):
        raise BadInputError(MIRROR_ERRORS["no_field"].format(field=field))
    if field == "uid":
        prefix = ("F" if is_foreign else "D") + prefix
    fields = _RECALL_ALL if field == "all" else (field,)
    begins = " OR ".join(f"substr(r.{name}, 1, :length) = :prefix" for name in fields)
    query = text(
        f"SELECT {_RECALL} FROM recalls r WHERE r.is_foreign = :is_foreign AND ({begins}) "
        "ORDER BY r.published DESC, r.id LIMIT :limit"
    )
    given: dict[str, Any] = {"length": len(prefix), "prefix": storable(prefix), "limit": limit}
    rows = session.execute(query, given | {"is_foreign": is_foreign})
    return [recall_of(row) for row in rows]
