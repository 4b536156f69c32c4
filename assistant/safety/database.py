"""Opening the database of the product-safety side."""

from pathlib import Path

from sqlalchemy import Engine

from assistant.store.database import open_database

_MIGRATIONS = Path(__file__).parent / "migrations"


def open_safety_database(url: str) -> Engine:
    """Open the database of mirror, malls and events by its URL, and migrate it.

    Raises:
        SetupError: the URL cannot be read, or the server cannot be reached.
    """
    return open_database(url, _MIGRATIONS)
