"""Korean morphemes by Kiwi: what lexical search counts and where names may begin and end."""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

_CONTENT_TAGS = ("N", "V", "M", "SL", "SN", "SH", "XR")
_STOP = frozenset(
    ["하", "되", "있", "이", "것", "수", "거", "받", "알", "보", "주", "싶", "좀", "저", "제", "그", "안", "때"]
)
"""Morphemes so common in questions that they tell nothing; numbers and marks are never among them."""


@dataclass(frozen=True, slots=True)
class Morpheme:
    """A morpheme with its place in the text: `text[start:end]`."""

    form: str
    tag: str
    start: int
    end: int


@cache
def _kiwi() -> Any:
    from kiwipiepy import Kiwi

    # Without the dictionaries of names Kiwi needs 240 MB instead of 510 and loads in 1 s instead of 4; the names that
    # matter here are the knowledge base's own.
    return Kiwi(num_workers=1, load_default_dict=False, load_multi_dict=False, load_typo_dict=False)


def morphemes(text: str) -> list[Morpheme]:
    """Return the morphemes of a text in order; particles and endings are morphemes of their own."""
    return [Morpheme(m.form, m.tag, m.start, m.start + m.len) for m in _kiwi().tokenize(text)]


@lru_cache(maxsize=128)  # one question is cut for several indexes
def content_words(text: str) -> tuple[str, ...]:
    """Return the lower-case content morphemes of a text: nouns, verb stems, adverbs, foreign words and numbers."""
    return tuple(
        form for m in morphemes(text) if m.tag.startswith(_CONTENT_TAGS) and (form := m.form.casefold()) not in _STOP
    )
