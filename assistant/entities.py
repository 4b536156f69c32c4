"""Entities of a question: names of the knowledge base and numbers, found by a spaCy pipeline over Kiwi tokens."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant import cues, text
from assistant.knowledge import EVERYWHERE, KnowledgeBase
from assistant.morphemes import Morpheme, morphemes
from assistant.records import Entity
from assistant.spacy_light import Doc, Language, Span, Vocab, filter_spans, spacy

# Certificate numbers: the shape that fitted 1,700 recalls, and that of radio equipment (R-R-XXX-…, MSIP-…, KCC-…).
_NUMBERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("certificate_number", re.compile(r"(?i)(?<![a-z0-9])(?:R|MSIP|KCC)-[A-Z]{1,3}-[A-Z0-9]{2,4}-[A-Z0-9_-]{2,20}")),
    (
        "certificate_number",
        re.compile(r"(?i)(?<![a-z0-9])[A-Z]{1,2}\d{2,}[A-Z]?\d*\s?-\s?\d+[A-Z0-9]{0,4}(?![a-z0-9-])"),
    ),
    (
        "standard_number",
        re.compile(
            r"(?i)(?<![a-z])(?:KS\s?[A-Z]\s?(?:ISO/IEC|ISO|IEC|CISPR|EN)?|ISO/IEC|ISO|IEC|CISPR|EN|JIS\s?[A-Z]?|GB(?:/T)?|UL|ASTM\s?[A-F])"
            r"[\s-]?\d{2,5}(?:-\d{1,3}){0,3}(?::\d{4})?(?!\d)"
        ),
    ),
    ("business_number", re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{5}(?![\d-])")),
    ("hs_code", re.compile(r"(?<![\d.-])\d{4}\.\d{2}(?:[-.]?\d{2,4})?(?:-\d{4})?(?![\d.])")),
    (
        "hs_code",
        re.compile(
            r"(?i)(?<![a-z])hs\s?(?:코드|code|번호|부호)?[은는이가]?\s?:?\s?"
            r"(?P<number>\d{4}\.\d{2}(?:[-.]?\d{2,4})?(?:-\d{4})?|\d{4,10})(?!\.?\d)"
        ),
    ),
)
_TYPE_ORDER = ("item", "scheme", "mark", "standard", "country", "agency")
_LONGEST_NAME = 40
_NOUN_TAGS = ("N", "SL", "SN", "XR", "W")
"""A name of two letters has to begin a noun: "이란" of "인증이란" is no country."""
_UNIT_TAG = "NNB"
"""What things are counted in: "한 대만" asks for no Taiwan, "12볼트" for no bolts."""

_ENDING_TAGS = ("J", "E")
"""A product's name of two letters may be unknown to Kiwi ("블박"); only it may not hold a particle or an ending."""
_ALONE = re.compile(r"(?:이?요|이?에요|예요|입니다)?[\s.,!?]*")
"""What may follow a name that is the whole answer: "드릴이요"."""
_ONE_NOUN = ("NNG", "NNP")
"""A product's name of one syllable has to be a noun of its own: no "김" in "온 김에", no "팩" in "팩스"."""

_LATIN = re.compile(r"[A-Za-z0-9]")


@dataclass(frozen=True, slots=True)
class NameUse:
    """What a name stands for; one name may stand for several cards."""

    type: str
    value: str


class EntityFinder:
    """Finds the entities of a masked text."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._names = names_of(base)
        self._pipeline = _pipeline(self._names)

    def find(self, masked: str) -> tuple[Entity, ...]:
        """Return the entities in order of place; a name of several cards gives one entity for each."""
        found = [entity for span in self._pipeline(masked).ents for entity in self._entities(span)]
        return tuple(_with_role(entity, masked) for entity in sorted(found, key=lambda entity: entity.start))

    def _entities(self, span: Span) -> Iterator[Entity]:
        for use in self._names.get(text.fold(span.text), ()) if not span.label_.endswith(("_number", "_code")) else ():
            yield Entity(use.type, use.value, span.text, span.start_char, span.end_char)
        if span.label_.endswith(("_number", "_code")):
            yield Entity(span.label_, normal_number(span.text), span.text, span.start_char, span.end_char)


def _with_role(entity: Entity, masked: str) -> Entity:
    """Call a country that goods come from an origin: what holds there is not asked."""
    if entity.type == "country" and entity.value != "KR" and cues.ORIGIN_AFTER.match(masked[entity.end :]):
        return replace(entity, type="origin")
    return entity


def normal_number(number: str) -> str:
    """Return the normal form of a number: upper case, single spaces, none around hyphens."""
    squeezed = re.sub(r"\s*-\s*", "-", number.upper())
    return re.sub(r"\s+", " ", squeezed).strip()


def names_of(base: KnowledgeBase) -> Mapping[str, tuple[NameUse, ...]]:
    """Return what every folded name of the base stands for, the most specific type first."""
    uses: dict[str, list[NameUse]] = defaultdict(list)
    for kind, value, names in _named_cards(base):
        for name in names:
            use = NameUse(kind, value)
            if (folded := text.fold(name)) and use not in uses[folded]:
                uses[folded].append(use)
    return {
        name: tuple(sorted(found, key=lambda use: _TYPE_ORDER.index(use.type)))
        for name, found in uses.items()
        if len(name) > 1 or (name.isalpha() and not name.isascii() and found[0].type == "item")
    }


def _named_cards(base: KnowledgeBase) -> Iterator[tuple[str, str, Iterable[str]]]:
    for item in base.items.values():
        yield "item", item.id, (item.name, *item.names)
    for scheme in base.schemes.values():
        yield "scheme", scheme.id, (scheme.name, *scheme.names)
    for agency in base.agencies.values():
        yield "agency", agency.id, (agency.name, *agency.names)
    for country in base.countries.values():
        if country.code == EVERYWHERE:  # "국제표준" names no country
            continue
        yield "country", country.code, (country.name, *country.names)
    for term in base.terms.values():
        yield term.type, term.id, (term.name, *term.names)


# ---- the spaCy pipeline ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Match:
    start: int
    end: int
    label: str


class KiwiTokenizer:
    """A spaCy tokenizer over Kiwi morphemes that also cuts where a name or a number begins and ends.

    Kiwi cuts by its own dictionary, so a product name may end within one of its morphemes; spaCy's entities may not.
    """

    def __init__(self, vocab: Vocab, names: Mapping[str, tuple[NameUse, ...]]) -> None:
        self.vocab = vocab
        self.names = names

    def __call__(self, raw: str) -> Doc:
        parts = morphemes(raw)
        borders = {0, len(raw)}
        for morpheme in parts:
            borders |= {morpheme.start, morpheme.end}
        matches = [*_number_matches(raw), *_name_matches(raw, self.names, borders, parts)]
        for match in matches:
            borders |= {match.start, match.end}
        cuts = _cuts(raw, borders)
        spaces = [end < len(raw) and raw[end] == " " for _, end in cuts]
        doc = Doc(self.vocab, words=[raw[start:end] for start, end in cuts], spaces=spaces)
        doc.user_data["matches"] = matches
        return doc


def _cuts(raw: str, borders: set[int]) -> list[tuple[int, int]]:
    """Return the tokens' places; a single space belongs to the token before it, as spaCy has it."""
    for place, character in enumerate(raw):
        if character.isspace():
            borders |= {place, place + 1}
    ordered = sorted(border for border in borders if 0 <= border <= len(raw))
    cuts: list[tuple[int, int]] = []
    for start, end in pairwise(ordered):
        if raw[start:end] == " " and cuts and cuts[-1][1] == start and not raw[start - 1].isspace():
            continue
        cuts.append((start, end))
    return cuts


@Language.component("kb_names")  # type: ignore[untyped-decorator]  # spaCy ships no types for it
def _mark_names(doc: Doc) -> Doc:
    spans = [doc.char_span(match.start, match.end, label=match.label) for match in doc.user_data["matches"]]
    doc.ents = filter_spans([span for span in spans if span is not None])
    return doc


def _pipeline(names: Mapping[str, tuple[NameUse, ...]]) -> Language:
    # "xx" is spaCy's language without rules; "ko" would ask for MeCab although our tokenizer replaces it.
    pipeline = spacy.blank("xx")
    pipeline.tokenizer = KiwiTokenizer(pipeline.vocab, names)
    pipeline.add_pipe("kb_names")
    return pipeline


def _number_matches(raw: str) -> Iterator[_Match]:
    for label, pattern in _NUMBERS:
        for match in pattern.finditer(raw):
            group = "number" if "number" in pattern.groupindex else 0
            yield _Match(match.start(group), match.end(group), label)


def _name_matches(
    raw: str, names: Mapping[str, tuple[NameUse, ...]], borders: set[int], parts: Sequence[Morpheme]
) -> Iterator[_Match]:
    letters = [(place, folded) for place, character in enumerate(raw) for folded in text.fold(character)]
    folded = "".join(character for _, character in letters)
    for first in range(len(letters)):
        for last in range(min(len(letters), first + _LONGEST_NAME), first, -1):
            uses = names.get(folded[first:last])
            start, end = letters[first][0], letters[last - 1][0] + 1
            if (
                uses
                and _stands_free(raw, start, end, borders)
                and (last - first > 2 or _may_be_short(raw, start, end, uses[0].type, parts))
            ):
                yield _Match(start, end, uses[0].type)
                break


def _may_be_short(raw: str, start: int, end: int, kind: str, parts: Sequence[Morpheme]) -> bool:
    """Say whether a name of one or two letters is meant there."""
    if any(character.isspace() for character in raw[start:end]):
        return False  # "심사원 두 명" asks for no "원두"
    if end - start == 1:
        compound = any(one.end == start and one.tag.startswith(_NOUN_TAGS) for one in parts)
        return not compound and any((one.start, one.end) == (start, end) and one.tag in _ONE_NOUN for one in parts)
    if any(one.start == start and one.tag.startswith(_NOUN_TAGS) and one.tag != _UNIT_TAG for one in parts):
        return True
    if kind != "item" or any(one.start == start and one.tag == _UNIT_TAG for one in parts):
        return False
    if not raw[:start].strip() and _ALONE.fullmatch(raw, end):
        return True
    return not any(one.start < end and start < one.end and one.tag.startswith(_ENDING_TAGS) for one in parts)


def _stands_free(raw: str, start: int, end: int, borders: set[int]) -> bool:
    """Say whether the name is a word of its own and not the middle of another one."""
    if start > 0 and _LATIN.match(raw[start]) and _LATIN.match(raw[start - 1]):
        return False
    if end < len(raw) and _LATIN.match(raw[end - 1]) and _LATIN.match(raw[end]):
        return False
    length = len(text.fold(raw[start:end]))
    free_ends = (start in borders) + (end in borders)
    return free_ends >= (2 if length <= 2 else 1 if length <= 3 else 0)


def of_type(entities: Sequence[Entity], kind: str) -> tuple[str, ...]:
    """Return the values of one type, each once, in order."""
    return tuple(dict.fromkeys(entity.value for entity in entities if entity.type == kind))
