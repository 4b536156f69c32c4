"""Search: vectors and words give each article its scores, fitted weights fuse them into one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.entities import of_type
from assistant.index import SearchIndex
from assistant.knowledge import EVERYWHERE, Article, KnowledgeBase
from assistant.records import Hit, MaskedText, Understanding
from assistant.text import fold

CANDIDATES = 30
"""Articles whose agreement with the question is looked at; the others cannot come first."""

FIRST_LOOK = {"dense": 6.0, "words": 1.0, "bigrams": 1.0}
"""Rough weights that pick the candidates. The fitted ones, which rank them, come from the calibration."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question ready for searching; `vector` is its embedding, (d,) of unit length."""

    text: MaskedText
    vector: NDArray[np.float32]
    understanding: Understanding


def search(
    query: Query, index: SearchIndex, base: KnowledgeBase, weights: Mapping[str, float], count: int = 10
) -> list[Hit]:
    """Return the best articles, best first.

    Each hit's score is the weighted sum of its parts:

    - dense, second, answer: cosines of its best and second-best wording, and of its answer
    - words, asked, bigrams: shares of the question covered by the article or by one of its wordings, 0 to 1
    - item, country, scheme: 1 agree, -1 disagree, 0 nothing said
    - unasked: 1 if only the article names an item
    - intent: probability that the question wants what the article's wordings near it want, 0 to 1
    - field, sector: probability that the question has the article's label, 0 to 1
    """
    dense = index.dense(query.vector)
    words, grams = index.word_scores(query.text), index.bigram_scores(query.text)
    asked, answers = index.asked_scores(query.text), index.answer_scores(query.vector)
    rough = FIRST_LOOK["dense"] * dense.best + FIRST_LOOK["words"] * words + FIRST_LOOK["bigrams"] * grams
    subjects = Subjects.of(query.understanding, base)
    hits = []
    for row in np.argsort(-rough, kind="stable")[:CANDIDATES].tolist():
        article = base.articles[index.article_ids[row]]
        wants = index.wants(dense, row) or {article.intent: 1.0}
        parts = {
            "dense": float(dense.best[row]),
            "second": float(dense.second[row]),
            "answer": float(answers[row]),
            "words": float(words[row]),
            "asked": float(asked[row]),
            "bigrams": float(grams[row]),
            **_agreement(article, wants, query.understanding, subjects, base),
        }
        score = sum(weights.get(name, 0.0) * value for name, value in parts.items())
        hits.append(Hit(article.id, article.question, score, parts, wants))
    return consistent(sorted(hits, key=lambda hit: -hit.score))[:count]


@dataclass(frozen=True, slots=True)
class Subjects:
    """What a question names: items, countries (as named, and with their unions), schemes; a mark names its country."""

    items: frozenset[str]
    named: frozenset[str]
    countries: frozenset[str]
    schemes: frozenset[str]

    @classmethod
    def of(cls, understanding: Understanding, base: KnowledgeBase) -> "Subjects":
        """Collect them from the entities."""
        marked = [base.terms[mark].country for mark in of_type(understanding.entities, "mark")]
        named = [*of_type(understanding.entities, "country"), *filter(None, marked)]
        schemes = [base.schemes[scheme] for scheme in of_type(understanding.entities, "scheme")]
        named += [scheme.jurisdiction for scheme in schemes if scheme.jurisdiction != EVERYWHERE]
        if not named and of_type(understanding.entities, "origin"):
            named = ["KR"]
        return cls(
            frozenset(of_type(understanding.entities, "item")),
            frozenset(named),
            frozenset(place for country in named for place in base.jurisdictions(country)),
            frozenset(of_type(understanding.entities, "scheme")),
        )


def _agreement(
    article: Article, wants: Mapping[str, float], understanding: Understanding, subjects: Subjects, base: KnowledgeBase
) -> dict[str, float]:
    about = items_asked(article, base)
    return {
        "item": 1.0 if subjects.items & set(article.items) else _agrees(subjects.items, about),
        "country": _agrees_on_country(subjects, article, base),
        "scheme": _agrees(subjects.schemes, article.schemes),
        "unasked": float(bool(about) and not subjects.items),
        "intent": sum(one.confidence * wants.get(one.name, 0.0) for one in understanding.intents),
        "field": understanding.field.confidence if understanding.field.name == article.field else 0.0,
        "sector": understanding.sector.confidence if understanding.sector.name == article.sector else 0.0,
    }


def _agrees_on_country(subjects: Subjects, article: Article, base: KnowledgeBase) -> float:
    """Compare countries: a union named agrees with its members, a member named with its union, but not with another."""
    if EVERYWHERE in article.countries:
        return 0.0
    places = {place for country in article.countries for place in base.jurisdictions(country)}
    return 1.0 if subjects.named & places else _agrees(subjects.countries, article.countries)


def items_asked(article: Article, base: KnowledgeBase) -> tuple[str, ...]:
    """Return the items that the article's question is about; the others of its items are examples in the answer."""
    asked = fold(article.question)
    cards = [base.items[item] for item in article.items if item in base.items]
    return tuple(card.id for card in cards if any(fold(name) in asked for name in (card.name, *card.names)))


def consistent(hits: Sequence[Hit]) -> list[Hit]:
    """Put articles about another country than the one that was named behind the others."""
    return sorted(hits, key=lambda hit: hit.parts.get("country", 0.0) < 0)


def _agrees(named: frozenset[str], of_article: tuple[str, ...]) -> float:
    """Return 1 if they share one, -1 if both name some and share none, 0 if either names none."""
    if not named or not of_article:
        return 0.0
    return 1.0 if named & set(of_article) else -1.0
