"""The cards of a knowledge base, and the base that holds them. All are frozen; none does more than list what it has."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

EVERYWHERE = "INT"
"""The country code of cards that hold in many countries; it names no country itself."""


@dataclass(frozen=True, slots=True)
class Source:
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Article:
    """One question and its checked answer.

    `answer` is the first part, at most 500 characters, so that a messenger shows it whole; `more` may follow.
    `also_asked` are wordings by which people want something else than the question does, by what they want: the same
    answer serves who asks what it costs and who asks whether it is needed.
    """

    id: str
    field: str
    sector: str
    intent: str
    question: str
    variants: tuple[str, ...]
    answer: str
    also_asked: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    more: str = ""
    schemes: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    legal_basis: str = ""
    sources: tuple[Source, ...] = ()
    checked_on: date | None = None
    review_by: date | None = None
    confirmed: bool = True

    @property
    def wordings(self) -> tuple[tuple[str, str], ...]:
        """Every way in which the article is asked for, the question first, with the intent of each."""
        own = [(one, self.intent) for one in (self.question, *self.variants)]
        others = [(one, intent) for intent, several in self.also_asked.items() for one in several]
        return (*own, *others)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a scheme applies to: any of `groups`, when every property in `when` has one of the values named."""

    groups: tuple[str, ...]
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Scheme:
    """One certification scheme in one jurisdiction (a country code, "EU", "EAEU", "GCC" or "INT")."""

    id: str
    name: str
    names: tuple[str, ...]
    jurisdiction: str
    field: str
    sectors: tuple[str, ...]
    mandatory: str
    authority: str
    covers: str
    agencies: tuple[str, ...] = ()
    bodies: str = ""
    strictness: int = 0
    applies_to: tuple[Rule, ...] = ()
    route: str = ""
    documents: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    cost: str = ""
    time: str = ""
    validity: str = ""
    surveillance: str = ""
    mark: str = ""
    penalty: str = ""
    exemptions: str = ""
    lookup: str = ""
    legal_basis: str = ""
    sources: tuple[Source, ...] = ()
    checked_on: date | None = None
    review_by: date | None = None
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class ItemScheme:
    """A scheme that applies to an item, under conditions on its properties (empty: always)."""

    scheme: str
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One product kind. A property is a fixed value, or "ask" where products of this kind differ in it."""

    id: str
    name: str
    names: tuple[str, ...]
    sector: str
    groups: tuple[str, ...]
    properties: Mapping[str, str] = field(default_factory=dict)
    schemes: tuple[ItemScheme, ...] = ()
    hs: str = ""
    note: str = ""
    sources: tuple[Source, ...] = ()
    checked_on: date | None = None
    review_by: date | None = None
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Option:
    """One possible value of a property: what the button says, and the words people say it with."""

    value: str
    label: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Property:
    """Something that decides which scheme or grade applies, and how to ask for it.

    `default` is the value of items whose card says nothing about it; empty where that would be a guess.
    """

    id: str
    question: str
    options: tuple[Option, ...]
    default: str = ""


@dataclass(frozen=True, slots=True)
class Agency:
    id: str
    name: str
    names: tuple[str, ...]
    remit: str
    url: str = ""
    phone: str = ""
    sources: tuple[Source, ...] = ()
    checked_on: date | None = None


@dataclass(frozen=True, slots=True)
class Country:
    """A country, or a union of countries ("EU"), with the unions whose schemes hold in it."""

    code: str
    name: str
    names: tuple[str, ...] = ()
    unions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """A mark ("KC", "CE") with the country it holds in, or a standard that people call by a name."""

    id: str
    type: str
    name: str
    names: tuple[str, ...] = ()
    country: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """Something people ask that OneCall does not cover, and who does."""

    id: str
    name: str
    advice: str
    agencies: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    checked_on: date | None = None


@dataclass(frozen=True)
class KnowledgeBase:
    """Every card of one base by its id.

    `is_plain` says that the base is a list of questions and answers of another institution: nothing is known of its
    subjects, so questions are not judged by OneCall's own intents.
    """

    name: str
    covers: str
    is_plain: bool
    digest: str
    articles: Mapping[str, Article]
    schemes: Mapping[str, Scheme] = field(default_factory=dict)
    items: Mapping[str, Item] = field(default_factory=dict)
    agencies: Mapping[str, Agency] = field(default_factory=dict)
    properties: Mapping[str, Property] = field(default_factory=dict)
    topics: Mapping[str, Topic] = field(default_factory=dict)
    countries: Mapping[str, Country] = field(default_factory=dict)
    terms: Mapping[str, Term] = field(default_factory=dict)

    def jurisdictions(self, country: str) -> tuple[str, ...]:
        """Return the country's own code, then the unions whose schemes hold in it."""
        card = self.countries.get(country)
        return (country, *(card.unions if card else ()))
