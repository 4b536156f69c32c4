"""Which words and models of the mirror a query may mean, and how surely."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy.orm import Session

from assistant.safety.find.asked import Model
from assistant.safety.find.candidates import Source, by_key_prefix, by_keys, keys_there
from assistant.safety.mirror import vocabulary
from assistant.safety.mirror.edits import one_edit_keys

EXACT, WITHIN, NEAR = 1.0, 0.9, 0.75
"""How sure it is that a word is meant: it was typed so, it contains what was typed, or it differs by one letter."""
SAME_MODEL, MODEL_BEGINS, NEAR_MODEL = 1.0, 0.9, 0.8

_WORDS_MAX = 24
"""Words that one word may stand for; the most used ones."""
_ROWS_MAX = 40
"""Rows that are looked at for one model."""
_BEGINNING_MIN, _NEAR_MIN = 4, 5
_WITHOUT_ONE = 3
"""Searches without one of the words; the commonest ones are left out first."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word of a query, or a half of it, may stand for: sureness by word of the mirror.

    `word` is the word as it was typed; `uses` is about how many rows have one of those that it may stand for.
    """

    word: str
    sure: Mapping[str, float]
    uses: int


@dataclass(frozen=True, slots=True)
class MeantModels:
    """The models that a query may mean: by key of the mirror, how sure it is, and what was typed; and their rows."""

    sure: Mapping[str, tuple[float, Model]]
    rows: Sequence[int]


def words_meant(session: Session, words: Sequence[str]) -> list[Meaning]:
    """Return the meanings of each word that has any; one that is two words written together has two."""
    return [meaning for word in words for meaning in _meanings_of(session, word)]


def groups_of(meanings: Sequence[Meaning]) -> list[list[Mapping[str, float]]]:
    """Return what to look for, the strictest first: all words, all but one, then the rarest alone."""
    rarest_first = [meaning.sure for meaning in sorted(meanings, key=lambda meaning: meaning.uses)]
    if len(rarest_first) < 2:
        return [rarest_first]
    # The rarest word stays as long as possible: it says most.
    without_one = [list(some) for some in combinations(rarest_first, len(rarest_first) - 1)]
    return [rarest_first, *(without_one[:_WITHOUT_ONE] if len(rarest_first) > 2 else ()), rarest_first[:1]]


def models_meant(session: Session, source: Source, models: Sequence[Model]) -> MeantModels:
    """Return the models that are asked for, begin with what was asked for, or differ from it by one letter."""
    there = set(keys_there(session, source, "model", [model.key for model in models]))
    found: list[tuple[int, str]] = []
    sure: dict[str, tuple[float, Model]] = {}
    for model in models:
        for sureness, rows in _rows_of(session, source, model, is_there=model.key in there):
            found += rows
            for _, key in rows:
                sure.setdefault(key, (sureness, model))
    return MeantModels(sure, [number for number, _ in found])


def _rows_of(
    session: Session, source: Source, model: Model, *, is_there: bool
) -> list[tuple[float, list[tuple[int, str]]]]:
    found = []
    if is_there:
        found.append((SAME_MODEL, by_keys(session, source, "model", [model.key], _ROWS_MAX)))
    if not any(letter.isdigit() for letter in model.key):
        return found
    if len(model.key) >= _BEGINNING_MIN:
        found.append((MODEL_BEGINS, by_key_prefix(session, source, "model", model.key, _ROWS_MAX)))
    if not any(rows for _, rows in found) and len(model.key) >= _NEAR_MIN and model.key.isascii():
        found.append((NEAR_MODEL, by_keys(session, source, "model", one_edit_keys(model.key), _ROWS_MAX)))
    return found


def _meanings_of(session: Session, word: str) -> list[Meaning]:
    found = vocabulary.containing(session, word, _WORDS_MAX)
    if found:
        return [Meaning(word, _sureness(word, found), sum(found.values()))]
    halves = vocabulary.split(session, word)
    if halves:
        return [Meaning(word, {half: EXACT}, uses) for half, uses in halves.items()]
    # A word with a digit is a model or a size: another digit is another one.
    has_digit = any(letter.isdigit() for letter in word)
    close = {} if has_digit else vocabulary.near(session, word, _WORDS_MAX)
    return [Meaning(word, dict.fromkeys(close, NEAR), sum(close.values()))] if close else []


def _sureness(word: str, found: Mapping[str, int]) -> dict[str, float]:
    return {other: EXACT if other == word else WITHIN for other in found}
