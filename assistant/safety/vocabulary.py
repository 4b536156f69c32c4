"""The words of the mirror's certificates and recalls: which of them contain, or nearly are, a word somebody typed."""

from collections import Counter
from collections.abc import Iterable, Mapping

from sqlalchemy import text
from sqlalchemy.orm import Session

from assistant.safety.dialect import as_list, each, insert, is_postgresql, run_each


def pairs_of(word: str) -> list[str]:
    """Return each two letters that stand side by side, and the word's two ends.

    >>> pairs_of("전선")
    ['0전', '전선', '선0']
    """
    # 0 marks the ends: the tokenizer of SQLite's full-text index drops signs.
    padded = f"0{word}0"
    return [padded[at : at + 2] for at in range(len(padded) - 1)]


def count_words(session: Session, words: Iterable[str]) -> None:
    """Count words in, each as often as it comes; new ones are entered."""
    counted = Counter(words)
    known = _known(session, counted)
    fresh = sorted(counted.keys() - known.keys())
    following = 1 + session.execute(text("SELECT coalesce(max(id), 0) FROM mirror_words")).scalar_one()
    rows = [(following + at, word, counted[word]) for at, word in enumerate(fresh)]
    insert(session, "mirror_words", ("id", "word", "uses"), rows)
    if not is_postgresql(session):
        insert(session, "word_pairs", ("rowid", "pairs"), [(row[0], " ".join(pairs_of(row[1]))) for row in rows])
    grown = sorted((number, counted[word]) for word, number in known.items())
    run_each(session, "UPDATE mirror_words SET uses = uses + ? WHERE id = ?", [(more, one) for one, more in grown])


def _known(session: Session, words: Mapping[str, int]) -> dict[str, int]:
    query = f"SELECT w.word, w.id FROM {each(session)} k CROSS JOIN mirror_words w WHERE w.word = k.value"
    rows = session.execute(text(query), {"keys": as_list(session, words)})
    return {row[0]: row[1] for row in rows}
