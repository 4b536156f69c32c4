"""Conversations, messages and tickets in a database: SQLite by default, PostgreSQL by setting a URL."""
