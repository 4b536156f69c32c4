"""What the law asks of a product, as far as its name and its category in a mall tell.

A listing is blocked for lacking a number only where the duty is certain, so all that is not certain is "unknown": two
items that compete, a property that decides and is not said, a card of the knowledge base that was not confirmed.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from assistant.knowledge import Item, ItemScheme, KnowledgeBase
from assistant.product_safety import Grade, Kinship, Requirement
from assistant.safety.goods import words
from assistant.safety.goods.ages import without_ages
from assistant.safety.goods.heads import Head, HeadFinder, words_of
from assistant.safety.goods.kin import KinFinder, in_brackets, without_brackets

_GRADES: Mapping[str, Grade] = {
    "kr-electrical-certification": "certification",
    "kr-household-certification": "certification",
    "kr-children-certification": "certification",
    "kr-electrical-confirmation": "confirmation",
    "kr-household-confirmation": "confirmation",
    "kr-children-confirmation": "confirmation",
    "kr-electrical-sdoc": "supplier",
    "kr-household-sdoc": "supplier",
    "kr-children-sdoc": "supplier",
    "kr-household-standard": "standard",
}
_STRICTEST: tuple[Grade, ...] = ("certification", "confirmation", "supplier", "standard")
_NUMBERED = frozenset(("certification", "confirmation"))
_FREE = frozenset(("supplier", "standard", "none"))
_WITHOUT_APPROVAL = frozenset(
    ("kr-cosmetic", "kr-food-contact", "kr-food-import", "kr-haccp", "kr-health-functional-food", "kr-hygiene-product")
)
"""Schemes that put a duty on the maker and no certificate on the product. Under any other one a certificate exists that
the mirror does not hold (medical devices, gas, fire, radio), so that "none" would be wrong."""
_CHILD_AGES = ("under_36m", "36m_to_13y")
_CACHED = 65_536
"""Names of certificates come again and again: 800,000 of them have a few ten thousand product names."""
_SUPPLIES = frozenset(("adapter", "usb-charger"))
"""Items that are named behind what they are for: "노트북 어댑터"."""
_BROAD = frozenset(("", "toy", "furniture", "stationery"))
"""Items by whose names malls call whole departments."""


@dataclass(frozen=True, slots=True)
class _Duty:
    grade: Grade
    when: Mapping[str, tuple[str, ...]]
    is_certain: bool
    is_for_children: bool
    is_electrical: bool
    scheme_name: str
    legal_basis: str


@dataclass(frozen=True, slots=True)
class _Kind:
    """An item, cut down to what decides its grade; small, as every worker process gets all of them."""

    id: str
    name: str
    properties: Mapping[str, str]
    duties: tuple[_Duty, ...]
    is_supply: bool
    """A charger or adapter, whose voltage is that of its output."""
    is_settled: bool
    """The card is confirmed, and no certificate of another register than the mirror's is asked for."""

    @property
    def is_electrical(self) -> bool:
        return any(duty.is_electrical for duty in self.duties)

    @property
    def is_for_children(self) -> bool:
        return any(duty.is_for_children for duty in self.duties)


class Requirements:
    """The items of a knowledge base with their Korean duties; may be pickled."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._finder = HeadFinder(base.items.values())
        self._kin = KinFinder(base.items.values())
        self._kinds = {item.id: _kind(item, base) for item in base.items.values()}
        self._options = {one.id: tuple(option.value for option in one.options) for one in base.properties.values()}
        self._open_cache()

    def of(self, product_name: str, category: str) -> Requirement:
        """Return what the law asks of a product; the grade is "unknown" wherever it is not certain."""
        head = self._finder.find(product_name)
        meant = (head.item,) if head.item else head.rivals
        if not meant or self._is_contradicted(meant, category):
            return Requirement()
        found = [self._of_kind(self._kinds[item], head, words_of(category)) for item in meant]
        # Two names for two things ("지갑 가방") unsettle nothing where both are free for the same reason.
        is_one = len(found) == 1 or (found[0].grade in _FREE and len({one.grade for one in found}) == 1)
        return found[-1] if is_one else Requirement()

    def _of_kind(self, kind: _Kind, head: Head, filed: frozenset[str]) -> Requirement:
        if head.is_kit:
            return Requirement("unknown", kind.id, kind.name)
        duty = self._decided(kind, head.words, filed) if kind.is_settled else None
        if duty is not None:
            return Requirement(duty.grade, kind.id, kind.name, duty.scheme_name, duty.legal_basis)
        is_free = kind.is_settled and not kind.duties and not _is_for_a_child(head.words | filed)
        return Requirement("none" if is_free else "unknown", kind.id, kind.name)

    def item_of(self, product_text: str) -> str:
        """Return the id of the item that a product's text names; "" where it is not clear."""
        return self._item_of(product_text)

    def kin_of(self, product_text: str) -> Mapping[str, Kinship]:
        """Return the items that are near to what a certificate's text names, and how they stand to it."""
        return self._kin_of(product_text)

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in self.__dict__.items() if name not in ("_item_of", "_kin_of")}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        self._open_cache()

    def _open_cache(self) -> None:
        self._item_of = lru_cache(_CACHED)(self._named_by)
        self._kin_of = lru_cache(_CACHED)(self._near_to)

    def _named_by(self, text: str) -> str:
        # What stands in brackets behind the name of a class is no name of its own: "유아용 섬유제품(의류)".
        head = self._finder.find(without_brackets(text) if self._kin.is_class(text) else text)
        is_supply_of_another = len(head.rivals) > 1 and head.rivals[-1] in _SUPPLIES
        return head.rivals[-1] if is_supply_of_another else head.item

    def _near_to(self, text: str) -> Mapping[str, Kinship]:
        detail = in_brackets(text)
        return self._kin.kin(text, self._item_of(text), self._item_of(detail) if detail else "")

    def _is_contradicted(self, meant: Collection[str], category: str) -> bool:
        """Say whether the mall files the product under accessories, or under other items only."""
        leaf = category.rpartition(">")[2]
        if not leaf.strip():
            return False
        strange = words_of(leaf) & (words.NOT_ITSELF | words.ACCESSORIES) - words.ATTRIBUTES
        if any(not self._finder.is_called(item, word) for word in strange for item in meant):
            return True
        named = self._finder.named(leaf) - _BROAD
        return bool(named) and named.isdisjoint(meant)

    def _decided(self, kind: _Kind, present: frozenset[str], filed: frozenset[str]) -> _Duty | None:
        """Return the duty that holds whatever is not said; None where there is no such duty."""
        if kind.is_electrical and self._is_otherwise_powered(kind, present):
            return None
        if not kind.is_for_children and _is_for_a_child(present | filed):
            return None
        options = list(self._possible(kind, present, present | filed))
        found = [_duty_under(kind, told) for told in options]
        first = found[0]
        is_one = all(one is not None and first is not None and one.grade == first.grade for one in found)
        return first if is_one else _free_duty(kind, options)

    def _is_otherwise_powered(self, kind: _Kind, present: frozenset[str]) -> bool:
        if present & words.OTHER_POWER:
            return True
        signs = present & words.LOW_VOLTAGE if kind.properties.get("power") == "mains" else frozenset[str]()
        if kind.is_supply:
            signs = signs - words.OUTPUT
        return any(not self._finder.is_name_of(kind.id, sign) for sign in signs)

    def _possible(self, kind: _Kind, present: frozenset[str], all_words: frozenset[str]) -> Iterator[dict[str, str]]:
        """Give every combination of property values that the words leave open."""
        deciding = sorted({name for duty in kind.duties for name in duty.when} | {"child_age"})
        choices = [self._values(name, kind, present, all_words) for name in deciding]
        yield from (dict(zip(deciding, values, strict=True)) for values in product(*choices))

    def _values(self, name: str, kind: _Kind, present: frozenset[str], all_words: frozenset[str]) -> tuple[str, ...]:
        options = self._options.get(name, ("",))
        fixed = kind.properties.get(name, "")
        if name == "child_age":
            return _ages(fixed, all_words, options)
        if fixed not in ("", "ask"):
            return (fixed,)
        if name == "power" and present & words.MAINS and not present & words.LOW_VOLTAGE:
            return ("mains",)
        return options


def _ages(fixed: str, present: frozenset[str], options: tuple[str, ...]) -> tuple[str, ...]:
    if fixed == "":
        # A product that is only made for children (car seats, tricycles): its age decides nothing.
        return (_CHILD_AGES[0],)
    if fixed != "ask":
        return (fixed,)
    told: set[str] = set()
    if present & words.UNDER_36M:
        told.add("under_36m")
    if present & words.CHILD:
        told.add("36m_to_13y")
    if present & words.CHILD_OF_ANY_AGE:
        told.update(_CHILD_AGES)
    if present & words.ADULT:
        told.add("over_13")
    return tuple(sorted(told)) or options


def _is_for_a_child(present: frozenset[str]) -> bool:
    return bool(present & (words.CHILD | words.CHILD_OF_ANY_AGE | words.UNDER_36M))


def _duty_under(kind: _Kind, told: Mapping[str, str]) -> _Duty | None:
    """Return the strictest duty under given property values; None where none is certain."""
    holding = [duty for duty in kind.duties if _holds(duty, told)]
    certain = [duty for duty in holding if duty.is_certain]
    if not certain:
        return None
    strictest = min(certain, key=_strictness)
    is_settled = strictest.grade in _NUMBERED or all(_strictness(one) >= _strictness(strictest) for one in holding)
    return strictest if is_settled else None


def _free_duty(kind: _Kind, options: Sequence[Mapping[str, str]]) -> _Duty | None:
    """Return the mildest certain duty where none of the possible ones, certain or not, asks for a number; else None."""
    holding = [[duty for duty in kind.duties if _holds(duty, told)] for told in options]
    if not all(holding) or any(duty.grade not in _FREE for duties in holding for duty in duties):
        return None
    certain = [duty for duties in holding for duty in duties if duty.is_certain]
    return max(certain, key=_strictness) if certain else None


def _holds(duty: _Duty, told: Mapping[str, str]) -> bool:
    if duty.is_for_children and told["child_age"] not in _CHILD_AGES:
        return False
    return all(told[name] in values for name, values in duty.when.items())


def _strictness(duty: _Duty) -> int:
    return _STRICTEST.index(duty.grade)


def _kind(item: Item, base: KnowledgeBase) -> _Kind:
    domestic = [link for link in item.schemes if link.scheme.startswith("kr-")]
    duties = tuple(_duty(link, base) for link in domestic if link.scheme in _GRADES and link.scheme in base.schemes)
    others = {link.scheme for link in domestic if base.schemes[link.scheme].mandatory == "mandatory"} - set(_GRADES)
    is_free = bool(domestic) and others <= _WITHOUT_APPROVAL
    is_settled = item.confirmed and (bool(duties) or is_free)
    return _Kind(item.id, item.name, item.properties, duties, "adapter_charger" in item.groups, is_settled)


def _duty(link: ItemScheme, base: KnowledgeBase) -> _Duty:
    scheme = base.schemes[link.scheme]
    # An age in a note is the one in `when` again.
    note = without_ages(link.note) if "child_age" in link.when else link.note
    return _Duty(
        grade=_GRADES[scheme.id],
        when=link.when,
        is_certain=scheme.confirmed and not words.CONDITIONAL.search(note),
        is_for_children=scheme.id.startswith("kr-children-"),
        is_electrical=scheme.id.startswith("kr-electrical-"),
        scheme_name=scheme.name,
        legal_basis=scheme.legal_basis,
    )
