"""Whether a listing and a certificate whose names agree may still be of two things: a part, or another kind. Pure."""

import re
from collections.abc import Iterable
from functools import lru_cache

from assistant.screening.names import name_key, plain
from assistant.screening.thing_words import (
    BEHIND,
    BEHIND_END,
    FOR_CHILDREN,
    FOR_GROWN_UPS,
    FOR_PETS,
    MACHINE,
    MOTIFS,
    NOT_BEHIND,
    OF_PLAY,
    PARTS_OF_THINGS,
    PETS,
    PLAYED_WITH,
    POWERED,
    THROWN_IN,
    USES,
)
from assistant.screening.words import ACCESSORIES

_WORD = re.compile(r"[가-힣]+|[0-9A-Z]+")
_BRACKETS = re.compile(r"[(\[{【<][^()\[\]{}【】<>]*[)\]}】>]")
_HANGUL = re.compile("[가-힣]")
_BEHIND = re.compile(f"(?:{BEHIND_END})$")
_NOT_BEHIND = re.compile(f"(?:{NOT_BEHIND})$")
_MACHINE = re.compile(MACHINE)
_PLAYED_WITH = re.compile(PLAYED_WITH)
_FOR_CHILDREN = re.compile(FOR_CHILDREN)
_POWERED = re.compile("|".join(sorted(POWERED, key=len, reverse=True)))
_PARTS = PARTS_OF_THINGS | ACCESSORIES
_PART_END = re.compile(f"(?:{'|'.join(sorted((one for one in _PARTS if len(one) > 1), key=len, reverse=True))})$")
_SAYS_NOTHING = BEHIND | MOTIFS | USES
_TEXT_MAX = 300

Labelled = tuple[str, str]
"""A name and a category."""


_MAY_COUNT = re.compile(r"[:：(\[{【<]")
_COUNTED = re.compile(r"([가-힣A-Z]{1,12})\s*[:：]\s*\d{1,3}\s*(?:개|EA|PCS|매|장|쌍)?(?![\d가-힣A-Z])", re.I)
_COUNTED_ASIDE = re.compile(r"([가-힣A-Z]{1,12})\s*\d{1,3}\s*(?:개|EA|PCS|매|장|쌍)(?![\d가-힣A-Z])", re.I)


def without_extras(text: str) -> str:
    """Return a name without the parts that are counted in it: "무선충전기 (어댑터: 1개, 케이블 2개)" is no adapter."""
    if not _MAY_COUNT.search(text):
        return text
    if ":" in text or "：" in text:
        text = _COUNTED.sub(_unless_whole, text)
    return _BRACKETS.sub(lambda aside: _COUNTED_ASIDE.sub(_unless_whole, aside[0]), text)


def _unless_whole(counted: re.Match[str]) -> str:
    is_extra = counted.start() > 0 and is_part(counted[1].upper())
    return " " if is_extra else counted[0]


@lru_cache(maxsize=16384)
def is_part(word: str) -> bool:
    """Say whether a word is what parts of things are called, or ends so ("안장", "접이식안장")."""
    return word in _PARTS or _PART_END.search(word) is not None


def is_sold_apart(word: str) -> bool:
    """Say whether a word names a part, and nothing that is as often thrown in with the whole."""
    return word not in THROWN_IN and is_part(word)


def is_at_end(one: str, other: str) -> bool:
    """Say whether one word is the other, or the end of it: "물감" and "그림물감"."""
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    return long.endswith(short) and (len(short) > 1 or short == long)


def goes_on(words: tuple[str, ...], head: str, theirs: Iterable[str], text: str) -> bool:
    """Say whether a name goes on behind the word that says what a certificate is of, with what may be another thing.

    Colours, amounts, uses and the like may follow ("전동칫솔 화이트"), and whatever stands in brackets, unless it is a
    part; any other word may be what the thing really is ("전동칫솔 칫솔모").

    Args:
        words: of the listing's name.
        head: the word that says what the certificate is of.
        theirs: all words of the certificate's name.
        text: the listing's name as it is written.
    """
    at = max((i for i, word in enumerate(words) if is_at_end(word, head)), default=-1)
    if at < 0:
        return bool(words) and is_part(words[-1])
    known = frozenset(theirs)
    is_driven = _MACHINE.search(head) is not None or _POWERED.search("".join(known)) is not None
    behind = [
        word
        for word in words[at + 1 :]
        if word not in known and not _is_description(word) and not (is_driven and word in POWERED)
    ]
    if not behind:
        return False
    aside = frozenset(_tokens(" ".join(_BRACKETS.findall(text))))
    return any(word not in aside or is_part(word) for word in behind)


def is_of_another_kind(listed: Labelled, known: Labelled, head: str, *, is_same_item: bool) -> bool:
    """Say whether a word beside the name makes it another kind of thing on one side only.

    "온열 카페트" is no "카페트", a toy vacuum cleaner no vacuum cleaner, a dog's pram none for children.

    Args:
        listed: the listing's name, and its category.
        known: the certificate's name, and its category.
        head: the word that says what the certificate is of; "" where it only names a class.
        is_same_item: the knowledge base takes both for one item; what the listing leaves out says nothing then.
    """
    return (
        _is_driven_otherwise(listed[0], known[0], head, is_same_item=is_same_item)
        or (not is_same_item and _is_played_with_otherwise(listed, known))
        or _is_for_others(" ".join(listed), name_key(" ".join(known)))
    )


def _is_driven_otherwise(listed: str, known: str, head: str, *, is_same_item: bool) -> bool:
    theirs = name_key(known)
    # Of a category nothing is read: the law's name has 전기용품 in it.
    is_any_toy = (is_same_item or not head) and _PLAYED_WITH.search(theirs) is not None
    if is_any_toy or _MACHINE.search(head):
        return False
    if not _POWERED.search(theirs):
        return any(_POWERED.match(word) for word in _before(listed, head))
    return not is_same_item and not _POWERED.search(name_key(listed))


def _before(text: str, head: str) -> list[str]:
    """Return the words of a name up to the one that says what the thing is, without that one's own end."""
    words = _tokens(text)
    at = max((i for i, word in enumerate(words) if word.endswith(head)), default=len(words) - 1)
    return [*words[:at], *(word.removesuffix(head) for word in words[at : at + 1])]


def _is_played_with_otherwise(listed: Labelled, known: Labelled) -> bool:
    if not OF_PLAY.isdisjoint(_tokens(listed[0])):
        return _PLAYED_WITH.search(name_key(" ".join(known))) is None
    return not OF_PLAY.isdisjoint(_tokens(known[0])) and _PLAYED_WITH.search(name_key(" ".join(listed))) is None


def _is_for_others(listed: str, theirs: str) -> bool:
    words = frozenset(_tokens(listed))
    pets = FOR_PETS if _PLAYED_WITH.search(theirs) else FOR_PETS | PETS
    if not words.isdisjoint(pets) and not any(one in theirs for one in pets):
        return True
    is_for_grown_ups = not words.isdisjoint(FOR_GROWN_UPS) and _FOR_CHILDREN.search(name_key(listed)) is None
    return is_for_grown_ups and _FOR_CHILDREN.search(theirs) is not None


def _is_description(word: str) -> bool:
    if word in _SAYS_NOTHING or _HANGUL.search(word) is None:
        return True
    return len(word) > 1 and _BEHIND.search(word) is not None and _NOT_BEHIND.search(word) is None


@lru_cache(maxsize=16384)
def _tokens(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(plain(text[:_TEXT_MAX]).upper()))
