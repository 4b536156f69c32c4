"""Alembic's entry: migrates over the connection that the program hands in."""

from alembic import context

from assistant.store import channel_tables  # noqa: F401  its tables belong to the metadata
from assistant.store.tables import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
