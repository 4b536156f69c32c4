"""Whether two names are of one kind of product. Pure."""

import re
from dataclasses import dataclass
from functools import lru_cache

from assistant.product_safety import Agreement
from assistant.screening.names import name_key, plain
from assistant.screening.words import (
    ACCESSORIES,
    CLASSES,
    COUNTERS,
    FOR_WHOM,
    INCLUDED,
    KIT_WORDS,
    NOT_A_WAY,
    SAY_NOTHING,
)

_WORD = re.compile(r"[가-힣]+|[0-9A-Z]+")
_LEVEL = re.compile(r"\s*(?:>|/|\||\\|»|›)\s*")
_HANGUL = re.compile("[가-힣]")
_FRONT = re.compile("^(?:" + "|".join(sorted((w for w in SAY_NOTHING if len(w) > 1), key=len, reverse=True)) + ")+")
_INCLUDED = re.compile(f"(?:{'|'.join(INCLUDED)})$")
_FOR_WHOM = re.compile(f"(?:{'|'.join(FOR_WHOM.split())})용$|식$")
_AMOUNT = re.compile(rf"[0-9]+\s?(?:{'|'.join(COUNTERS.split())})(?![가-힣])")

_TEXT_MAX, _WORDS_MAX = 300, 30
_TAIL_LENGTH = 2
_SHARED_TAIL = 3
_BIGRAM_LENGTH, _BIGRAMS_MIN = 4, 0.6


@dataclass(frozen=True, slots=True)
class Named:
    """What a name says of a product: its own words in their order, words for classes, words for accessories."""

    words: tuple[str, ...] = ()
    classes: frozenset[str] = frozenset()
    accessories: frozenset[str] = frozenset()

    @property
    def head(self) -> str:
        """The last word, which in Korean says what the thing is."""
        return self.words[-1] if self.words else ""


@dataclass(frozen=True, slots=True)
class Product:
    """A product by its name, category and, where it is clear, item of the knowledge base."""

    name: str
    category: str = ""
    item: str = ""


def agreement(listed: Product, known: Product) -> Agreement:
    """Say whether a listing is of the kind of product that a certificate or a recall names.

    The same item of the knowledge base settles it. Else the words do; two different items are different unless the
    words that say what the things are agree, or one item is a kind of the other.
    """
    if listed.item and listed.item == known.item:
        return "same"
    by_words = _by_words(listed, known)
    if not (listed.item and known.item):
        return by_words
    ours, theirs = named(listed.name).head, named(known.name).head
    if by_words != "missing" and ours and ours == theirs:
        return "similar"
    is_class = not (named(listed.name).words and named(known.name).words)
    if is_class and (listed.item.endswith(f"-{known.item}") or known.item.endswith(f"-{listed.item}")):
        return by_words
    # Words that agree in part against items that do not: nobody can tell.
    return "missing" if by_words != "missing" else "different"


def category_agreement(listed: str, known: str) -> Agreement:
    """Say whether two categories have a level or a word in common; that they differ cannot be told from their names."""
    if not listed or not known:
        return "missing"
    ours, theirs = _levels(listed), _levels(known)
    if ours[-1:] == theirs[-1:] != ():
        return "same"
    shares = set(named(listed).words) & set(named(known).words) or named(listed).classes & named(known).classes
    return "similar" if shares else "missing"


@lru_cache(maxsize=16384)
def named(text: str) -> Named:
    """Read a product's name, or a category: which words say what it is."""
    found = _WORD.findall(_AMOUNT.sub(_counted, plain(text[:_TEXT_MAX]).upper()))[:_WORDS_MAX]
    words: list[str] = []
    accessories: list[str] = []
    for i, word in enumerate(found):
        if word in KIT_WORDS and words:
            continue
        if _INCLUDED.search(word) or (word in ACCESSORIES and _is_included(found[i + 1 : i + 3])):
            continue
        if (own := _own(word)) in ACCESSORIES:
            accessories.append(own)
        if own:
            words.append(own)
    return Named(tuple(dict.fromkeys(words)), frozenset(CLASSES.intersection(found)), frozenset(accessories))


def _counted(amount: re.Match[str]) -> str:
    """Return an amount as _is_included reads it: any count is one of 개."""
    return " 개 "


def _is_included(following: list[str]) -> bool:
    """Say whether "포함" or the like follows, a count between them at most ("배터리 2개 포함")."""
    return bool(following) and (following[0] in INCLUDED or (following[0] == "개" and following[-1] in INCLUDED))


def _own(word: str) -> str:
    """Return a word without the adjectives that are written together with it; "" where it is nothing else."""
    if (
        word in SAY_NOTHING
        or word in INCLUDED
        or word in CLASSES
        or len(word) < 2
        or any(one.isdigit() for one in word)
    ):
        return ""
    if word not in NOT_A_WAY and _FOR_WHOM.search(word):
        return ""
    rest = _FRONT.sub("", word) if _HANGUL.match(word) else word
    return rest if len(rest) >= _TAIL_LENGTH else word


@lru_cache(maxsize=4096)
def _levels(category: str) -> tuple[str, ...]:
    levels = ("".join(_WORD.findall(level)) for level in _LEVEL.split(plain(category[:_TEXT_MAX]).upper()))
    return tuple(level for level in levels if level)


def _by_words(listed: Product, known: Product) -> Agreement:
    ours, theirs = named(listed.name), named(known.name)
    if name_key(listed.name) == name_key(known.name) != "":
        return "same"
    if not theirs.words:
        shared = theirs.classes & (ours.classes | named(listed.category).classes)
        return "similar" if shared and not ours.accessories else "missing"
    if ours.accessories - theirs.accessories and ours.head != theirs.head:
        return "missing"
    heads = {ours.head, named(_last(listed.category)).head} - {""}
    wanted = {theirs.head, named(_last(known.category)).head} - {""}
    if ours.words == theirs.words or theirs.head in heads:
        return "same"
    is_near = any(_is_near(one, other) for one in heads for other in wanted)
    return "similar" if is_near or theirs.head in ours.words else "missing"


def _last(category: str) -> str:
    levels = _levels(category) if category else ()
    return levels[-1] if levels else ""


@lru_cache(maxsize=16384)
def _is_near(one: str, other: str) -> bool:
    """Say whether one word is the end of the other ("선풍기", "손선풍기"), or most of both is the same."""
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if len(short) < _TAIL_LENGTH:
        return False
    if long.endswith(short) and (_HANGUL.search(short) or short == long):
        return True
    if _HANGUL.match(short) and short[-_SHARED_TAIL:] == long[-_SHARED_TAIL:] and len(short) >= _SHARED_TAIL:
        return True
    return len(short) >= _BIGRAM_LENGTH and _dice(short, long) >= _BIGRAMS_MIN


def _dice(one: str, other: str) -> float:
    ours, theirs = ({text[i : i + 2] for i in range(len(text) - 1)} for text in (one, other))
    return 2 * len(ours & theirs) / (len(ours) + len(theirs))
