"""A shelf of the mirror: a table, its full-text index and the keys that lead to its rows, kept in step."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from assistant.safety.mirror.dialect import as_list, each_id, insert, is_postgresql, run_each
from assistant.safety.mirror.vocabulary import count_words


class Filed(NamedTuple):
    """One row with all under which it is found.

    `values` follow the shelf's columns; `number` is the first of them; `words` stand among them too. A tuple, for
    a load makes a million of them.
    """

    number: int
    values: tuple[Any, ...]
    words: str
    keys: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Names of a table, of its columns (the row's number first), of its full-text index and its table of keys."""

    table: str
    columns: tuple[str, ...]
    full_text: str
    keys: str
    number_in_keys: str

    def put(self, session: Session, rows: Sequence[Filed]) -> None:
        """Enter rows that are not there."""
        insert(session, self.table, self.columns, [row.values for row in rows])
        keys = [(kind, key, row.number) for row in rows for kind, key in row.keys]
        insert(session, self.keys, ("kind", "key", self.number_in_keys), keys)
        if not is_postgresql(session):
            insert(session, self.full_text, ("rowid", "words"), [(row.number, row.words) for row in rows])

    def take(self, session: Session, rows: Sequence[Filed]) -> None:
        """Take rows out that are there, with just these words and keys."""
        if not rows:
            return
        if not is_postgresql(session):
            # The index keeps no texts: it has to be told what to forget.
            forget = f"INSERT INTO {self.full_text} ({self.full_text}, rowid, words) VALUES ('delete', ?, ?)"
            run_each(session, forget, [(row.number, row.words) for row in rows])
        keys = [(kind, key, row.number) for row in rows for kind, key in row.keys]
        run_each(session, f"DELETE FROM {self.keys} WHERE kind = ? AND key = ? AND {self.number_in_keys} = ?", keys)
        number = self.columns[0]
        query = f"DELETE FROM {self.table} WHERE {number} IN (SELECT value FROM {each_id(session)} k)"
        session.execute(text(query), {"ids": as_list(session, [row.number for row in rows])})

    def clear(self, session: Session) -> None:
        """Take all rows out."""
        for table in (self.keys, self.table):
            session.execute(text(f"{'TRUNCATE' if is_postgresql(session) else 'DELETE FROM'} {table}"))
        if not is_postgresql(session):
            session.execute(text(f"INSERT INTO {self.full_text} ({self.full_text}) VALUES ('delete-all')"))


def count_in(session: Session, fresh: Sequence[Filed], differing: Sequence[tuple[Filed, Filed]]) -> None:
    """Count in the words of new rows, and the words that other rows did not have before."""
    gained = [word for old, new in differing for word in set(new.words.split()).difference(old.words.split())]
    count_words(session, " ".join([row.words for row in fresh]).split() + gained)
