"""Whether two names are of one kind of product. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from assistant.product_safety import Agreement, Kinship
from assistant.screening import likeness
from assistant.screening.names import name_key, plain
from assistant.screening.thing_words import SHORT_THINGS
from assistant.screening.words import (
    ACCESSORIES,
    CLASSES,
    COUNTERS,
    FOR_WHOM,
    INCLUDED,
    KIT_WORDS,
    NOT_A_WAY,
    OUTRIGHT,
    SAY_NOTHING,
)

_WORD = re.compile(r"[가-힣]+|[0-9A-Z]+")
_LEVEL = re.compile(r"\s*(?:>|/|\||\\|»|›)\s*")
_BRACKETS = re.compile(r"[(（\[].*?[)）\]]")
_HANGUL = re.compile("[가-힣]")
_FRONT = re.compile("^(?:" + "|".join(sorted((w for w in SAY_NOTHING if len(w) > 1), key=len, reverse=True)) + ")+")
_INCLUDED = re.compile(f"(?:{'|'.join(INCLUDED)})$")
_FOR_WHOM = re.compile(f"(?:{'|'.join(FOR_WHOM.split())})용$|식$")
_CLASS_END = re.compile("(?:완구|장난감|제품)$")
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
    """A product by its name, category and, where it is clear, item of the knowledge base.

    `kin` is of a certificate: how other items stand to what it names.
    """

    name: str
    category: str = ""
    item: str = ""
    kin: Mapping[str, Kinship] = field(default_factory=dict)


def agreement(listed: Product, known: Product) -> Agreement:
    """Say whether a listing is of the kind of product that a certificate or a recall names.

    The same item of the knowledge base settles it. Else the words do; two different items are different unless the
    words that say what the things are agree, or one item is a kind of the other. A certificate of a class agrees with
    each item of it; of two items that are near to each other nobody can tell.
    """
    kinship = known.kin.get(listed.item)
    if listed.item and listed.item == known.item and kinship != "general":
        return "same"
    by_words = _by_words(listed, known)
    if kinship is not None:
        return _by_kinship(kinship, by_words, listed, known)
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


def thing_of(head: str) -> str:
    """Return what a compound with the word for a class at its end says more exactly: 점토 of 점토완구."""
    rest = _CLASS_END.sub("", head)
    return rest if len(rest) >= _TAIL_LENGTH else head


def certain_agreement(listed: Product, known: Product) -> Agreement:
    """Say what `agreement` does, but "missing" where the names agree and may still be of two things.

    For what a number is accepted by; a recall is shown by less.
    """
    found = agreement(listed, known)
    return "missing" if found in ("same", "similar") and _is_in_doubt(listed, known) else found


def is_part_of(listed: Product, known: Product) -> bool:
    """Say whether a listing is of a part of what a certificate is of, or of what goes with it: 칫솔모 and 전동칫솔."""
    ours, theirs = named(listed.name), named(known.name)
    if len(ours.words) < 2 or not likeness.is_sold_apart(ours.head) or (listed.item and listed.item == known.item):
        return False
    is_named = theirs.head != "" and any(likeness.is_at_end(word, theirs.head) for word in ours.words[:-1])
    return is_named and not likeness.is_at_end(ours.head, theirs.head)


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
    told = likeness.without_extras(plain(text[:_TEXT_MAX]).upper())
    found = _WORD.findall(_AMOUNT.sub(_counted, told))[:_WORDS_MAX]
    words: list[str] = []
    accessories: list[str] = []
    for i, word in enumerate(found):
        if word in KIT_WORDS and words:
            continue
        if _INCLUDED.search(word) or _comes_with_it(word, found[i + 1 : i + 3], is_first=not words):
            continue
        if (own := _own(word)) in ACCESSORIES:
            accessories.append(own)
        if own:
            words.append(own)
    return Named(tuple(dict.fromkeys(words)), frozenset(CLASSES.intersection(found)), frozenset(accessories))


def _counted(amount: re.Match[str]) -> str:
    """Return an amount as _is_included reads it: any count is one of 개."""
    return " 개 "


def _comes_with_it(word: str, following: list[str], *, is_first: bool) -> bool:
    """Say whether a word names what comes with the product: a part, or anything of which it is said outright."""
    if not _is_included(following):
        return False
    return word in ACCESSORIES or (not is_first and (likeness.is_part(word) or following[-1] in OUTRIGHT))


def _is_included(following: list[str]) -> bool:
    """Say whether "포함" or the like follows, a count between them at most ("배터리 2개 포함")."""
    return bool(following) and (following[0] in INCLUDED or (following[0] == "개" and following[-1] in INCLUDED))


def _own(word: str) -> str:
    """Return a word without the adjectives that are written together with it; "" where it is nothing else."""
    if (
        word in SAY_NOTHING
        or word in INCLUDED
        or word in CLASSES
        or (len(word) < _TAIL_LENGTH and word not in SHORT_THINGS)
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
    # A certificate's category says what it is of only where its name does not: "자전거 안장" may stand under 자전거.
    wanted = {theirs.head} if _HANGUL.search(theirs.head) else {theirs.head, named(_last(known.category)).head} - {""}
    if ours.words == theirs.words or theirs.head in heads:
        return "same"
    is_near = any(_is_near(one, other) for one in heads for other in wanted)
    is_named = any(likeness.is_at_end(word, thing_of(theirs.head)) for word in ours.words)
    return "similar" if is_near or is_named else "missing"


def _by_kinship(kinship: Kinship, by_words: Agreement, listed: Product, known: Product) -> Agreement:
    if kinship == "member":
        return "similar" if by_words == "missing" else by_words
    if kinship == "general":
        return by_words
    return "same" if name_key(listed.name) == name_key(known.name) else "missing"


def _is_in_doubt(listed: Product, known: Product) -> bool:
    ours, theirs = named(listed.name), named(known.name)
    if name_key(listed.name) == name_key(known.name):
        return False
    is_same_item = listed.item != "" and listed.item == known.item
    is_clear = is_same_item or known.kin.get(listed.item) in ("member", "general")
    if not is_clear and (listed.item and known.item):
        return True
    head = thing_of(theirs.head)
    if _is_of_a_part(known.name) and ours.head != theirs.head:
        return True
    if not is_clear and likeness.goes_on(ours.words, head, theirs.words, listed.name):
        return True
    return likeness.is_of_another_kind(
        (listed.name, listed.category), (known.name, known.category), head, is_same_item=is_clear
    )


@lru_cache(maxsize=4096)
def _is_of_a_part(name: str) -> bool:
    """Say whether a certificate is of a part of something: "자전거 안장"; what is in brackets names the whole again."""
    whole = named(_BRACKETS.sub(" ", name))
    return len(whole.words) > 1 and likeness.is_part(whole.head)


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
