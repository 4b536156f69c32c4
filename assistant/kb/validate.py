"""The checks that a base has to pass before it is served."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path

from assistant import text
from assistant.kb.base import read
from assistant.knowledge import Agency, Article, Item, KnowledgeBase, Scheme, Source, Topic
from assistant.records import FIELDS, GROUPS, INTENTS, SECTORS

ANSWER_MAX = 500
VARIANTS_MIN = 3
NEAR_DUPLICATE = 0.9
"""Dice coefficient of character bigrams from which two questions are called near-duplicates."""

MANDATORY = ("mandatory", "voluntary", "conditional")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend. An error keeps the base from being served; a warning does not."""

    card: str
    problem: str
    is_error: bool = True


def validate(folder: Path, today: date) -> tuple[KnowledgeBase, list[Finding]]:
    """Read a base and check every card; findings come in the order of the cards."""
    base, errors = read(folder)
    findings = [Finding(error.path, error.problem) for error in errors]
    for article in base.articles.values():
        findings += _check_article(article, base, today)
    for scheme in base.schemes.values():
        findings += _check_scheme(scheme, base, today)
    for item in base.items.values():
        findings += _check_item(item, base, today)
    findings += _check_agencies(base.agencies.values(), base.topics.values(), base)
    findings += near_duplicates(base.articles.values())
    return base, findings


def check_draft(article: Article, base: KnowledgeBase, today: date) -> list[Finding]:
    """Check one article of a base as `validate` would, with what it shares with the other articles."""
    own = f"articles/{article.id}"
    shared = near_duplicates(base.articles.values())
    return [
        *_check_article(article, base, today),
        *(one for one in shared if one.card == own or one.problem.startswith(f"{article.id}와 ")),
    ]


def _check_article(article: Article, base: KnowledgeBase, today: date) -> Iterator[Finding]:
    name = f"articles/{article.id}"
    yield from _one_of(name, "field", article.field, FIELDS)
    yield from _one_of(name, "sector", article.sector, SECTORS)
    yield from _one_of(name, "intent", article.intent, INTENTS)
    if not article.question or not article.answer:
        yield Finding(name, "질문이나 답이 비어 있어요")
    if len(article.answer) > ANSWER_MAX:
        yield Finding(name, f"답의 앞부분은 {ANSWER_MAX}자까지예요 (지금 {len(article.answer)}자)")
    for intent in article.also_asked:
        yield from _one_of(name, "also_asked", intent, INTENTS)
    if len(article.wordings) <= VARIANTS_MIN:
        yield Finding(name, f"다르게 묻는 말이 {VARIANTS_MIN}개보다 적어요", is_error=not base.is_plain)
    yield from _known(name, "schemes", article.schemes, base.schemes)
    yield from _known(name, "items", article.items, base.items)
    yield from _known(name, "countries", article.countries, base.countries)
    yield from _check_sources(name, article.sources, article.checked_on, article.review_by, base, today)


def _check_scheme(scheme: Scheme, base: KnowledgeBase, today: date) -> Iterator[Finding]:
    name = f"schemes/{scheme.id}"
    yield from _one_of(name, "field", scheme.field, FIELDS)
    yield from _one_of(name, "mandatory", scheme.mandatory, MANDATORY)
    for sector in scheme.sectors:
        yield from _one_of(name, "sectors", sector, SECTORS)
    yield from _known(name, "jurisdiction", (scheme.jurisdiction,), base.countries)
    yield from _known(name, "agencies", scheme.agencies, base.agencies)
    for rule in scheme.applies_to:
        for group in rule.groups:
            yield from _one_of(name, "groups", group, GROUPS)
        yield from _check_when(name, rule.when, base)
    yield from _check_sources(name, scheme.sources, scheme.checked_on, scheme.review_by, base, today)


def _check_item(item: Item, base: KnowledgeBase, today: date) -> Iterator[Finding]:
    name = f"items/{item.id}"
    yield from _one_of(name, "sector", item.sector, SECTORS)
    for group in item.groups:
        yield from _one_of(name, "groups", group, GROUPS)
    for key, value in item.properties.items():
        if value != "ask":
            yield from _check_when(name, {key: (value,)}, base)
        else:
            yield from _known(name, "properties", (key,), base.properties)
    for link in item.schemes:
        yield from _known(name, "schemes", (link.scheme,), base.schemes)
        yield from _check_when(name, link.when, base)
    yield from _check_sources(name, item.sources, item.checked_on, item.review_by, base, today)


def _check_agencies(agencies: Iterable[Agency], topics: Iterable[Topic], base: KnowledgeBase) -> Iterator[Finding]:
    for agency in agencies:
        if not agency.remit:
            yield Finding(f"agencies/{agency.id}", "맡은 일(remit)이 비어 있어요")
    for topic in topics:
        yield from _known(f"outside/{topic.id}", "agencies", topic.agencies, base.agencies)


def _check_when(name: str, when: Mapping[str, Iterable[str]], base: KnowledgeBase) -> Iterator[Finding]:
    for key, values in when.items():
        card = base.properties.get(key)
        if card is None:
            yield Finding(name, f"모르는 성질이에요: {key}")
            continue
        known = [option.value for option in card.options]
        for value in values:
            yield from _one_of(name, key, value, known)


def _check_sources(
    name: str, sources: tuple[Source, ...], checked: date | None, review: date | None, base: KnowledgeBase, today: date
) -> Iterator[Finding]:
    if not sources:
        yield Finding(name, "출처가 없어요", is_error=not base.is_plain)
    for source in sources:
        if not source.url.startswith(("http://", "https://")) and not base.is_plain:
            yield Finding(name, f"출처 주소가 http로 시작하지 않아요: {source.url}")
    if checked is None or review is None:
        yield Finding(name, "확인한 날(checked_on)이나 다시 볼 날(review_by)이 없어요", is_error=not base.is_plain)
    elif review < today:
        yield Finding(name, f"다시 볼 날이 지났어요: {review}", is_error=False)


def _one_of(name: str, key: str, value: str, allowed: Iterable[str]) -> Iterator[Finding]:
    if value not in allowed:
        yield Finding(name, f"{key}에 쓸 수 없는 값이에요: {value!r}")


def _known(name: str, key: str, ids: Iterable[str], known: Mapping[str, object]) -> Iterator[Finding]:
    for unknown in (one for one in ids if one not in known):
        yield Finding(name, f"{key}에 없는 id예요: {unknown!r}")


def near_duplicates(articles: Iterable[Article]) -> Iterator[Finding]:
    """Compare every wording with the wordings of the other articles.

    The same wording in two articles is an error, for no search could tell them apart; questions that are nearly the
    same are a warning.
    """
    listed = list(articles)
    owner: dict[str, str] = {}
    for article in listed:
        for wording in {text.fold(one) for one, _ in article.wordings}:
            if owner.setdefault(wording, article.id) != article.id:
                yield Finding(f"articles/{article.id}", f"{owner[wording]}와 똑같은 질문이 있어요: {wording}")
    grams = {article.id: set(text.bigrams(article.question)) for article in listed}
    for one, other in combinations(listed, 2):
        if one.field == other.field and _dice(grams[one.id], grams[other.id]) >= NEAR_DUPLICATE:
            yield Finding(f"articles/{one.id}", f"{other.id}와 질문이 거의 같아요", is_error=False)


def _dice(one: set[str], other: set[str]) -> float:
    total = len(one) + len(other)
    return 2 * len(one & other) / total if total else 0.0
