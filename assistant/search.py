"""Search: vectors and words give each article its scores, fitted weights fuse them into one."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.entities import of_type
from assistant.index import SearchIndex
from assistant.kb.base import KnowledgeBase
from assistant.records import Article, Hit, MaskedText, Understanding

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
    dense, second (cosines of its best and second-best wording), words, bigrams (shares of the question covered, 0 to
    1), item, country, scheme (1 agree, -1 disagree, 0 nothing said), intent, field, sector (probability that the
    question has the article's label, 0 to 1).
    """
    best, second = index.dense(query.vector)
    words, grams = index.word_scores(query.text), index.bigram_scores(query.text)
    rough = FIRST_LOOK["dense"] * best + FIRST_LOOK["words"] * words + FIRST_LOOK["bigrams"] * grams
    subjects = Subjects.of(query.understanding, base)
    hits = []
    for row in np.argsort(-rough, kind="stable")[:CANDIDATES].tolist():
        article = base.articles[index.article_ids[row]]
        parts = {
            "dense": float(best[row]),
            "second": float(second[row]),
            "words": float(words[row]),
            "bigrams": float(grams[row]),
            **_agreement(article, query.understanding, subjects),
        }
        score = sum(weights.get(name, 0.0) * value for name, value in parts.items())
        hits.append(Hit(article.id, article.question, score, parts))
    return sorted(hits, key=lambda hit: -hit.score)[:count]


@dataclass(frozen=True, slots=True)
class Subjects:
    """What a question names: items, countries (with their unions, and those of the marks), schemes."""

    items: frozenset[str]
    countries: frozenset[str]
    schemes: frozenset[str]

    @classmethod
    def of(cls, understanding: Understanding, base: KnowledgeBase) -> "Subjects":
        """Collect them from the entities."""
        marked = [base.terms[mark].country for mark in of_type(understanding.entities, "mark")]
        named = [*of_type(understanding.entities, "country"), *filter(None, marked)]
        return cls(
            frozenset(of_type(understanding.entities, "item")),
            frozenset(place for country in named for place in base.jurisdictions(country)),
            frozenset(of_type(understanding.entities, "scheme")),
        )


def _agreement(article: Article, understanding: Understanding, subjects: Subjects) -> dict[str, float]:
    return {
        "item": _agrees(subjects.items, article.items),
        "country": _agrees(subjects.countries, article.countries),
        "scheme": _agrees(subjects.schemes, article.schemes),
        "intent": next((one.confidence for one in understanding.intents if one.name == article.intent), 0.0),
        "field": understanding.field.confidence if understanding.field.name == article.field else 0.0,
        "sector": understanding.sector.confidence if understanding.sector.name == article.sector else 0.0,
    }


def _agrees(named: frozenset[str], of_article: tuple[str, ...]) -> float:
    """Return 1 if they share one, -1 if both name some and share none, 0 if either names none."""
    if not named or not of_article:
        return 0.0
    return 1.0 if named & set(of_article) else -1.0
