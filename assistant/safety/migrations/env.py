"""Alembic's entry for the product-safety tables; they may share a database with the conversations."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, version_table="alembic_version_safety", render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
