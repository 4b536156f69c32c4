"""The mirror of published certificates and recalls.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
KEY = sa.String(120).with_variant(sa.String(120, collation="C"), "postgresql")
UID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

CERTIFICATE_TEXTS = (
    "cert_num cert_state cert_organ_name cert_div cert_date cert_chg_date cert_chg_reason first_cert_num product_name "
    "brand_name model_name category_name import_div maker_name maker_cntry_name importer_name remark sign_date"
)
RECALL_TEXTS = (
    "product_name brand_name model_name barcode cert_num maker_name company_name category_name country_name "
    "recall_type published harm advice url"
)
SQLITE_INDEXES = (
    # detail=none, columnsize=0: only which row has which word; where it stands is read off the row itself.
    "CREATE VIRTUAL TABLE certificate_words USING fts5(words, content='certificates', content_rowid='cert_uid', "
    "detail=none, columnsize=0, tokenize='unicode61 remove_diacritics 0')",
    "CREATE VIRTUAL TABLE recall_words USING fts5(words, content='recalls', content_rowid='id', "
    "detail=none, columnsize=0, tokenize='unicode61 remove_diacritics 0')",
    "CREATE VIRTUAL TABLE word_pairs USING fts5(pairs, content='', "
    "detail=none, columnsize=0, tokenize='unicode61 remove_diacritics 0')",
)


def upgrade() -> None:
    _certificates()
    _recalls()
    _others()
    if op.get_bind().dialect.name == "postgresql":
        _postgresql_indexes()
    else:
        for statement in SQLITE_INDEXES:
            op.execute(statement)


def _certificates() -> None:
    op.create_table(
        "certificates",
        sa.Column("cert_uid", UID, primary_key=True, autoincrement=False),
        *(sa.Column(name, TEXT, nullable=False) for name in CERTIFICATE_TEXTS.split()),
        sa.Column("details", sa.Text()),
        sa.Column("bare_key", KEY, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
    )
    for name in ("bare_key", "cert_date", "sign_date"):
        op.create_index(f"ix_certificates_{name}", "certificates", [name])
    for name in ("product_name", "model_name"):
        op.create_index(f"ix_certificates_{name}", "certificates", [sa.text(f"substr({name}, 1, 60)")])
    op.create_table(
        "certificate_keys",
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("cert_uid", UID, nullable=False),
    )
    op.create_index("ix_certificate_keys", "certificate_keys", ["kind", "key"])


def _recalls() -> None:
    op.create_table(
        "recalls",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("uid", TEXT, nullable=False, unique=True),
        sa.Column("is_foreign", sa.Boolean(), nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in RECALL_TEXTS.split()),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
    )
    op.create_index("ix_recalls_published", "recalls", ["is_foreign", "published"])
    op.create_table(
        "recall_keys",
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("recall_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", "recall_id"),
        sqlite_with_rowid=False,
    )


def _others() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "mirror_words",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("word", KEY, nullable=False, unique=True),
        sa.Column("uses", sa.Integer(), nullable=False),
    )
    op.create_table(
        "mirror_changes",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("old_state", sa.Text(), nullable=False),
        sa.Column("new_state", sa.Text(), nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sqlite_autoincrement=True,
    )
    mirror = op.create_table(
        "mirror",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("data_date", sa.String(8), nullable=False),
        sa.Column("synced_at", moment),
        sa.Column("certificates", sa.Integer(), nullable=False),
        sa.Column("recalls", sa.Integer(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
    )
    empty = {"id": 1, "data_date": "", "certificates": 0, "recalls": 0, "is_demo": False, "is_complete": False}
    op.bulk_insert(mirror, [empty])


def _postgresql_indexes() -> None:
    # In a schema that every search path of this database can name, for there is one copy of an extension only.
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public")
    schema = op.get_bind().scalar(
        sa.text(
            "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace "
            "WHERE e.extname = 'pg_trgm'"
        )
    )
    # fastupdate: a search would have to wade through what was written last and is not sorted in yet.
    for table in ("certificates", "recalls"):
        index = f"{table} USING gin (string_to_array(words, ' ')) WITH (fastupdate = off)"
        op.execute(f"CREATE INDEX ix_{table}_words ON {index}")
    letters = f'mirror_words USING gin (word "{schema}".gin_trgm_ops) WITH (fastupdate = off)'
    op.execute(f"CREATE INDEX ix_mirror_words_letters ON {letters}")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("certificate_words", "recall_words", "word_pairs"):
            op.execute(f"DROP TABLE {name}")
    for name in ("mirror", "mirror_changes", "mirror_words", "recall_keys", "recalls"):
        op.drop_table(name)
    for name in ("certificate_keys", "certificates"):
        op.drop_table(name)
