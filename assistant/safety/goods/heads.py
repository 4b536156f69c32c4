"""What a product's name is the name of: the knowledge base's item, where that is clear, and nothing where it is not.

Korean names have their head at the end of the noun ("어린이용 봉제인형"), with attributes behind it in a mall
("보조배터리 20000mAh 화이트"). Anything else behind it ("보조배터리 케이스") makes it another product.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.knowledge import Item
from assistant.safety.goods import words
from assistant.safety.goods.ages import ages_in
from assistant.screening.likeness import without_extras
from assistant.screening.thing_words import MOTIFS

_TOKEN = re.compile(r"[가-힣]+|[0-9]+(?:\.[0-9]+)?[a-z]*|[a-z]+[0-9]*|[\[\](){}<>【】]")
_BRACKETS = re.compile(r"[(（\[].*?[)）\]]")
_OPENING, _CLOSING = frozenset("[({<【"), frozenset("])}>】")
_LONGEST = 4
"""No name of an item has more words."""
_COMPOUND_MIN = 3
"""A name within a longer word ("미니선풍기") has at least so many letters: "인형" ends too much."""
_MAX_CHARS = 300
"""No name of a product is longer; what comes after is advertisement."""
_UMBRELLAS = {"toy": "toy", "furniture": "furniture"}
"""Items that are the name of a whole group: beside an item of the group they say nothing."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a text is the name of.

    Attributes:
        item: the item that it names; "" where none or more than one could be meant.
        words: every word of the text (for whom it is, how it is powered), and the ages that it says.
        rivals: where more than one could be meant, these, the last one being the last named.
        is_kit: it is a toy to be put together.
    """

    item: str
    words: frozenset[str]
    rivals: tuple[str, ...] = ()
    is_kit: bool = False


@dataclass(frozen=True, slots=True)
class _Match:
    first: int
    last: int
    key: str
    item: str


class HeadFinder:
    """Finds heads by an index of the items' names."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._names, self._groups, self._vague = _index(items)

    def find(self, text: str) -> Head:
        """Return the item that a product's name is the name of; "" where none or more than one could be meant."""
        tokens, depths = _tokens(text)
        present = frozenset(tokens) | ages_in(text)
        matches = self._matches(tokens)
        if not matches:
            return Head(self._alone("".join(tokens)), present)
        item = self._chosen(matches)
        meant = (item,) if item else tuple(dict.fromkeys(match.item for match in matches))
        around = _around(tokens, matches)
        is_toy = all("toy" in self._groups.get(one, ()) for one in meant)
        around -= words.KIT if is_toy else frozenset[str]()
        if around & words.NOT_ITSELF or not self._ends_there(tokens, depths, matches[-1], meant, is_toy=is_toy):
            return Head("", present)
        if "" in meant or any(present & words.NOT_WITH.get(one, frozenset()) for one in meant):
            return Head("", present)
        is_kit = bool(_around(tokens, matches) & words.KIT)
        return Head(item, present, () if item else meant, is_kit)

    def _alone(self, key: str) -> str:
        """Return the item of a name that is too vague within a longer one, but stands alone here."""
        items = self._vague.get(key, frozenset())
        return next(iter(items)) if len(items) == 1 else ""

    def named(self, text: str) -> frozenset[str]:
        """Return every item that a text names, clear or not."""
        return frozenset(match.item for match in self._matches(_tokens(text)[0]))

    def is_called(self, item: str, word: str) -> bool:
        """Say whether a word is one of an item's names, however vague."""
        return self._names.get(word) == item or item in self._vague.get(word, ())

    def is_name_of(self, item: str, word: str) -> bool:
        """Say whether a word is part of one of an item's names ("usb" of "USB 충전기")."""
        return any(word in key for key, found in self._names.items() if found == item)

    def _ends_there(
        self, tokens: Sequence[str], depths: Sequence[int], head: _Match, meant: Sequence[str], *, is_toy: bool
    ) -> bool:
        """Say whether nothing behind the head makes the name that of another product."""
        is_latin = head.key.isascii()
        seconds = [at for at in range(head.last + 1, len(tokens)) if self._is_second_name(tokens[at], meant)]
        # What stands before a second name of the same thing says what it is like: "롤스크린 암막 블라인드".
        start = max(seconds, default=head.last)
        between = tokens[head.last + 1 : start]
        if words.ACCESSORIES.intersection(between):
            return False
        for at in range(start + 1, len(tokens)):
            token = tokens[at]
            is_amount = token in words.COUNTED and tokens[at - 1].isdigit()
            if is_amount or (is_toy and (token in words.KIT or token.upper() in MOTIFS)):
                continue
            if not _is_attribute(token, in_brackets=depths[at] > 0, is_latin=is_latin):
                return False
        return True

    def _is_second_name(self, token: str, meant: Sequence[str]) -> bool:
        items = self._vague.get(token)
        return items is not None and items.issuperset(meant)

    def _matches(self, tokens: Sequence[str]) -> list[_Match]:
        found: list[_Match] = []
        last = len(tokens) - 1
        while last >= 0:
            match = self._ending_at(tokens, last)
            if match is not None:
                found.append(match)
                last = match.first
            last -= 1
        return found[::-1]

    def _ending_at(self, tokens: Sequence[str], last: int) -> _Match | None:
        for first in range(max(0, last - _LONGEST + 1), last + 1):
            key = "".join(tokens[first : last + 1])
            if key in self._names:
                return _Match(first, last, key, self._names[key])
        word = tokens[last]
        for cut in range(1, len(word) - _COMPOUND_MIN + 1):
            if word[cut:] in self._names:
                # A front that is not known may make it anything: "가스히터", "실내자전거", "유모차선풍기".
                is_count = last > 0 and tokens[last - 1].isdigit() and word[:cut] in words.COUNTED
                item = self._names[word[cut:]] if is_count or word[:cut] in words.BEFORE else ""
                return _Match(last, last, word[cut:], item)
        return None

    def _chosen(self, matches: Sequence[_Match]) -> str:
        """Return the one item that all matches agree on; "" where they don't."""
        chosen = matches[-1]
        for other in matches[:-1]:
            if other.item == chosen.item or self._covers(chosen, other):
                continue
            if not self._covers(other, chosen):
                return ""
            chosen = other
        return chosen.item

    def _covers(self, one: _Match, other: _Match) -> bool:
        """Say whether one match says all that the other does, and more."""
        if not one.item or not other.item:
            return False
        group = _UMBRELLAS.get(other.item)
        return (group is not None and group in self._groups[one.item]) or (other.key in one.key)


def _index(items: Iterable[Item]) -> tuple[dict[str, str], dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """Return the item of each name, the groups of each item, and the items of each name that is too vague to count."""
    names: dict[str, str] = {}
    groups: dict[str, frozenset[str]] = {}
    vague: dict[str, frozenset[str]] = {}
    for item in items:
        groups[item.id] = frozenset(item.groups)
        for name in (*item.names, *words.OTHER_NAMES.get(item.id, ()), *_BRACKETS.sub("", item.name).split("·")):
            key = "".join(_tokens(name)[0])
            if key in words.VAGUE:
                vague[key] = vague.get(key, frozenset()) | {item.id}
            elif len(key) > 1:
                names[key] = item.id if names.get(key, item.id) == item.id else ""
    return {key: item for key, item in names.items() if item}, groups, vague


def _tokens(text: str) -> tuple[list[str], list[int]]:
    """Return the words of a text, and how deep in brackets each is; what only comes with the product is left out."""
    tokens: list[str] = []
    depths: list[int] = []
    depth = 0
    for token in _TOKEN.findall(without_extras(unicodedata.normalize("NFKC", text[:_MAX_CHARS])).casefold()):
        if token in _OPENING:
            depth += 1
        elif token in _CLOSING:
            depth = max(0, depth - 1)
        elif token in words.INCLUDED:
            # "배터리 2개 포함": the battery, and how many there are.
            while len(tokens) > 2 and (tokens[-1] in words.COUNTED or tokens[-1] == "개") and tokens[-2].isdigit():
                del tokens[-2:], depths[-2:]
            if len(tokens) > 1:
                tokens.pop(), depths.pop()
        else:
            tokens.append(token)
            depths.append(depth)
    return tokens, depths


def _around(tokens: Sequence[str], matches: Sequence[_Match]) -> frozenset[str]:
    """Return the words that are no part of a name; of a compound, which stands for itself, all."""
    inside = {at for match in matches if match.last > match.first for at in range(match.first, match.last + 1)}
    return frozenset(token for at, token in enumerate(tokens) if at not in inside)


def _is_attribute(token: str, *, in_brackets: bool, is_latin: bool) -> bool:
    if token in words.ACCESSORIES:
        return False
    if token in words.ATTRIBUTES:
        return True
    if token.isascii():
        # Behind a Korean name Latin letters are a model or a unit; behind an English one they may be its real head.
        return not is_latin or not token.isalpha() or len(token) < 3
    return in_brackets or (len(token) > 1 and words.ATTRIBUTE_END.search(token) is not None)


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text as heads have them."""
    return frozenset(_tokens(text)[0]) | ages_in(text)


def told_by(present: frozenset[str], mapping: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """Return the values whose words are in a text."""
    return tuple(value for value, signs in mapping.items() if present & signs)
