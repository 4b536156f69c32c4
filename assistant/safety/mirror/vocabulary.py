"""The words of the mirror's certificates and recalls: which of them contain, or nearly are, a word somebody typed."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from assistant.safety.mirror.dialect import as_list, each, insert, is_postgresql, run_each
from assistant.safety.mirror.edits import is_one_edit

_NEAR_MAX = 400
"""Words that are held against a misspelt one, the most used first."""


def pairs_of(word: str) -> list[str]:
    """Return each two letters that stand side by side.

    >>> pairs_of("전선관")
    ['전선', '선관']
    """
    return [word[at : at + 2] for at in range(len(word) - 1)]


def ended(word: str) -> str:
    """Return a word with marks at its ends: 0, for SQLite's tokenizer drops signs."""
    return f"0{word}0"


def count_words(session: Session, words: Iterable[str]) -> None:
    """Count words in, each as often as it comes; new ones are entered."""
    counted = Counter(words)
    known = {word: number for word, number, _ in _rows(session, counted)}
    fresh = sorted(counted.keys() - known.keys())
    following = 1 + session.execute(text("SELECT coalesce(max(id), 0) FROM mirror_words")).scalar_one()
    rows = [(following + at, word, counted[word]) for at, word in enumerate(fresh)]
    insert(session, "mirror_words", ("id", "word", "uses"), rows)
    if not is_postgresql(session):
        pairs = [(number, " ".join(pairs_of(ended(word)))) for number, word, _ in rows]
        insert(session, "word_pairs", ("rowid", "pairs"), pairs)
    _grow(session, {number: counted[word] for word, number in known.items()})


def uses_of(session: Session, words: Collection[str]) -> dict[str, int]:
    """Return, of the words that the mirror has, about how often."""
    return {word: uses for word, _, uses in _rows(session, words)}


def containing(session: Session, word: str, limit: int) -> dict[str, int]:
    """Return words that hold a word, itself included, and how often they come; the most used first.

    Of Hangul words those that contain it anywhere, for compounds are written in one; with two letters only at one of
    the ends, and with one letter only the word itself. Of other words those that begin with it.
    """
    is_hangul = "가" <= word[0] <= "힣"
    if len(word) < (2 if is_hangul else 3):
        return uses_of(session, [word])
    if is_hangul and len(word) > 2:
        return _matching(session, [pairs_of(word)], [f"%{word}%"], limit)
    ends = [f"{word}%", f"%{word}"] if is_hangul else [f"{word}%"]
    pairs = [pairs_of(f"0{word}"), pairs_of(f"{word}0")]
    return _matching(session, pairs if is_hangul else pairs[:1], ends, limit)


def near(session: Session, word: str, limit: int) -> dict[str, int]:
    """Return words that differ from a word by one letter, and how often they come; the most used first.

    Where one letter is wrong one half of the word is right: only words that share it are held against it.
    """
    if len(word) < (3 if "가" <= word[0] <= "힣" else 4):
        return {}
    half = len(word) // 2
    pairs = [pairs_of(f"0{word[:half]}"), pairs_of(f"{word[half:]}0")]
    likes = [f"{word[:half]}%", f"%{word[half:]}"]
    lengths = range(len(word) - 1, len(word) + 2)
    found = _matching(session, pairs, likes, _NEAR_MAX, lengths)
    close = [(other, uses) for other, uses in found.items() if is_one_edit(word, other)]
    return dict(close[:limit])


def split(session: Session, word: str) -> dict[str, int]:
    """Return a Hangul word as two words that the mirror has, the best known ones, and how often they come."""
    if len(word) < 4 or not "가" <= word[0] <= "힣":
        return {}
    halves = [(word[:at], word[at:]) for at in range(2, len(word) - 1)]
    uses = uses_of(session, [half for both in halves for half in both])
    known = [both for both in halves if both[0] in uses and both[1] in uses]
    best = max(known, key=lambda both: min(uses[both[0]], uses[both[1]]), default=())
    return {half: uses[half] for half in best}


def _grow(session: Session, more: Mapping[int, int]) -> None:
    if not is_postgresql(session):
        statement = "UPDATE mirror_words SET uses = uses + ? WHERE id = ?"
        run_each(session, statement, [(uses, number) for number, uses in sorted(more.items())])
        return
    # One statement for all: a few thousand would take PostgreSQL longer than the rows themselves.
    statement = (
        "UPDATE mirror_words w SET uses = w.uses + m.uses "
        "FROM unnest(CAST(:ids AS int[]), CAST(:uses AS int[])) AS m (id, uses) WHERE w.id = m.id"
    )
    session.execute(text(statement), {"ids": list(more), "uses": list(more.values())})


def _rows(session: Session, words: Collection[str]) -> list[Any]:
    query = f"SELECT w.word, w.id, w.uses FROM {each(session)} k CROSS JOIN mirror_words w WHERE w.word = k.value"
    return list(session.execute(text(query), {"keys": as_list(session, words)}).all())


def _matching(
    session: Session, pairs: list[list[str]], likes: list[str], limit: int, lengths: range = range(1, 1_000)
) -> dict[str, int]:
    """Return words that fit one of some LIKE patterns, the most used first.

    Args:
        pairs: of each pattern, the pairs of letters that a word must have; SQLite has its index over them.
    """
    like = " OR ".join(f"w.word LIKE :like{at}" for at in range(len(likes)))
    given: dict[str, Any] = {f"like{at}": one for at, one in enumerate(likes)}
    given |= {"limit": limit, "shortest": lengths[0], "longest": lengths[-1]}
    source = "mirror_words w WHERE"
    if not is_postgresql(session):
        source = "word_pairs p CROSS JOIN mirror_words w WHERE p.word_pairs MATCH :pairs AND w.id = p.rowid AND"
        given["pairs"] = " OR ".join(f"({' AND '.join(_quoted(pair) for pair in several)})" for several in pairs)
    query = (
        f"SELECT w.word, w.uses FROM {source} ({like}) AND length(w.word) BETWEEN :shortest AND :longest "
        "ORDER BY w.uses DESC, w.word LIMIT :limit"
    )
    return {word: uses for word, uses in session.execute(text(query), given)}


def _quoted(token: str) -> str:
    return f'"{token}"'
