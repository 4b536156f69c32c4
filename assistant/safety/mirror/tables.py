"""The tables of the mirror: certificates, recalls, the keys that lead to them, and what changed. Times are UTC.

Beside each of `certificates` and `recalls` SQLite has a full-text index over the column `words`, and one over the
letter pairs of `mirror_words`; PostgreSQL has GIN indexes there (see migrations/versions/0001_mirror.py).
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    func,
)

from assistant.store.tables import UtcDateTime

KEY_MAX = 120
"""Characters of the longest key: what is longer (a field with dozens of models) is no name that anybody types."""
PREFIX_MAX = 60
"""Characters of a text that its index holds; PostgreSQL refuses entries of more than 2,700 bytes."""

LATE_INDEXES = {
    "sqlite": {
        "ix_certificates_bare_key": "certificates (bare_key)",
        "ix_certificates_cert_date": "certificates (cert_date)",
        "ix_certificates_sign_date": "certificates (sign_date)",
        "ix_certificates_product_name": f"certificates (substr(product_name, 1, {PREFIX_MAX}))",
        "ix_certificates_model_name": f"certificates (substr(model_name, 1, {PREFIX_MAX}))",
        "ix_certificate_keys": "certificate_keys (kind, key)",
    }
}
"""Indexes that a first fill makes at its end: row by row their pages would be written a hundred times over."""
LATE_INDEXES["postgresql"] = LATE_INDEXES["sqlite"] | {
    "ix_certificates_words": "certificates USING gin (string_to_array(words, ' ')) WITH (fastupdate = off)"
}

FULL_TEXTS = ("certificate_words", "recall_words", "word_pairs")
"""SQLite's full-text indexes."""

METADATA = MetaData()

# "C": a range of texts means a prefix in every database, whatever the language of the server.
_PUBLISHED = Text().with_variant(Text(collation="C"), "postgresql")
_KEY = String(KEY_MAX).with_variant(String(KEY_MAX, collation="C"), "postgresql")

CERTIFICATE_TEXTS = (
    "cert_num",
    "cert_state",
    "cert_organ_name",
    "cert_div",
    "cert_date",
    "cert_chg_date",
    "cert_chg_reason",
    "first_cert_num",
    "product_name",
    "brand_name",
    "model_name",
    "category_name",
    "import_div",
    "maker_name",
    "maker_cntry_name",
    "importer_name",
    "remark",
    "sign_date",
)
"""The texts of a Certificate, in its own order: a row turns into one without naming them again."""
RECALL_TEXTS = (
    "product_name",
    "brand_name",
    "model_name",
    "barcode",
    "cert_num",
    "maker_name",
    "company_name",
    "category_name",
    "country_name",
    "recall_type",
    "published",
    "harm",
    "advice",
    "url",
)
"""The texts of a Recall, in its own order."""

certificates = Table(
    "certificates",
    METADATA,
    Column("cert_uid", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    *(Column(name, _PUBLISHED, nullable=False) for name in CERTIFICATE_TEXTS),
    Column("details", Text),  # JSON of the four lists of the detail; null where it was never fetched
    Column("bare_key", _KEY, nullable=False),
    Column("words", Text, nullable=False),
    Index("ix_certificates_bare_key", "bare_key"),
    Index("ix_certificates_cert_date", "cert_date"),
    Index("ix_certificates_sign_date", "sign_date"),
)
for _name in ("product_name", "model_name"):
    Index(f"ix_certificates_{_name}", func.substr(certificates.c[_name], 1, PREFIX_MAX))

certificate_keys = Table(
    "certificate_keys",
    METADATA,
    # "model": a model or derived model; "first": the bare key of a number that this certificate names as its first
    # or as similar, so that the certificate is that number's successor.
    Column("kind", String(10), nullable=False),
    Column("key", _KEY, nullable=False),
    Column("cert_uid", BigInteger().with_variant(Integer, "sqlite"), nullable=False),
    Index("ix_certificate_keys", "kind", "key"),
)

recalls = Table(
    "recalls",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("uid", _PUBLISHED, nullable=False, unique=True),
    Column("is_foreign", Boolean, nullable=False),
    *(Column(name, _PUBLISHED, nullable=False) for name in RECALL_TEXTS),
    Column("words", Text, nullable=False),
    Column("raw", Text, nullable=False),  # JSON of the published record
    Index("ix_recalls_published", "is_foreign", "published"),
)

recall_keys = Table(
    "recall_keys",
    METADATA,
    Column("kind", String(10), nullable=False),  # "number", "barcode", "model" or "product"
    Column("key", _KEY, nullable=False),
    Column("recall_id", Integer, nullable=False),
    PrimaryKeyConstraint("kind", "key", "recall_id"),
    sqlite_with_rowid=False,
)

words = Table(
    "mirror_words",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("word", _KEY, nullable=False, unique=True),
    Column("uses", Integer, nullable=False),  # about how many certificates and recalls have it
)

changes = Table(
    "mirror_changes",
    METADATA,
    # Never used twice, not even after the mirror was emptied: those who watch remember the last one they saw.
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(12), nullable=False),
    Column("keys", JSON, nullable=False),
    Column("old_state", Text, nullable=False),
    Column("new_state", Text, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

mirror = Table(
    "mirror",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1; writers queue up for this row
    Column("data_date", String(8), nullable=False),
    Column("synced_at", UtcDateTime),
    Column("certificates", Integer, nullable=False),
    Column("recalls", Integer, nullable=False),
    Column("is_demo", Boolean, nullable=False),
    Column("is_complete", Boolean, nullable=False),
)
