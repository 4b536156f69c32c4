"""What applies to an item in a country: the schemes, their conditions, and the property that is still to be asked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assistant.knowledge import Item, KnowledgeBase, Scheme

Properties = Mapping[str, str]
When = Mapping[str, tuple[str, ...]]

UNSURE = "unsure"
"""The value of a property that the asker does not know: it stays open, and every grade is shown."""


@dataclass(frozen=True, slots=True)
class Applied:
    """A scheme that applies to an item. `open_properties` are those that decide it and are not known."""

    scheme: Scheme
    note: str
    when: When
    open_properties: tuple[str, ...]

    @property
    def is_certain(self) -> bool:
        return not self.open_properties


def schemes_for(item: Item, country: str, told: Properties, base: KnowledgeBase) -> tuple[Applied, ...]:
    """Return the schemes that apply or may apply, the certain and the mandatory ones first.

    A scheme is left out only when a known property rules it out, so an unknown one never leads to the laxer grade.
    """
    known = _known(item, told, base)
    applied: dict[str, Applied] = {}
    for scheme, when, note in _links(item, country, base):
        open_properties = _open(when, known)
        if open_properties is None:
            continue
        found = Applied(scheme, note, when, open_properties)
        if scheme.id not in applied or (found.is_certain and not applied[scheme.id].is_certain):
            applied[scheme.id] = found
    return tuple(sorted(applied.values(), key=_order))


def property_to_ask(item: Item, country: str, told: Properties, base: KnowledgeBase) -> str | None:
    """Return the first property that decides between schemes here, that products of this kind differ in, and that
    has not been asked yet."""
    for applied in schemes_for(item, country, told, base):
        for name in applied.open_properties:
            if item.properties.get(name) == "ask" and name not in told and name in base.properties:
                return name
    return None


def _known(item: Item, told: Properties, base: KnowledgeBase) -> dict[str, str]:
    """Return what is known of an item; what the asker tells counts more than its card, the card more than defaults."""
    usual = {one.id: one.default for one in base.properties.values() if one.default and one.id not in item.properties}
    fixed = {name: value for name, value in item.properties.items() if value != "ask"}
    return usual | fixed | {name: value for name, value in told.items() if value != UNSURE}


def _links(item: Item, country: str, base: KnowledgeBase) -> Iterator[tuple[Scheme, When, str]]:
    places = base.jurisdictions(country)
    for link in item.schemes:
        scheme = base.schemes.get(link.scheme)
        if scheme and scheme.jurisdiction in places:
            yield scheme, link.when, link.note
    for scheme in base.schemes.values():
        if scheme.jurisdiction in places:
            for rule in scheme.applies_to:
                if set(rule.groups) & set(item.groups):
                    yield scheme, rule.when, rule.note


def _open(when: When, known: Properties) -> tuple[str, ...] | None:
    """Return the properties of a condition that are not known; None if a known one rules it out."""
    if any(name in known and known[name] not in values for name, values in when.items()):
        return None
    return tuple(name for name in when if name not in known)


def _order(applied: Applied) -> tuple[bool, bool, int, str]:
    return (
        not applied.is_certain,
        applied.scheme.mandatory == "voluntary",
        -applied.scheme.strictness,
        applied.scheme.id,
    )
