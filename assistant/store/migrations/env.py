"""Alembic's entry: migrates over the connection that the program hands in."""

from alembic import context

from assistant.store import (  # noqa: F401  their tables belong to the metadata
    account_tables,
    channel_tables,
    desk_tables,
    figure_tables,
    learning_tables,
    visit_tables,
)
from assistant.store.tables import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
