"""The systems that are compared: OneCall itself, and its parts alone, over the same questions."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from assistant.cards import schemes_for
from assistant.decide import judge
from assistant.evaluate.measures import Outcome
from assistant.evaluate.questions import Question
from assistant.knowledge import KnowledgeBase
from assistant.records import Decision, State, Understanding
from assistant.search import Query, search
from assistant.snapshot import Shelf
from assistant.think import think
from assistant.turn import Assistant
from assistant.understand import Classifier, Understander, nearest, vote

RANKED = 10
Progress = Callable[[str], None]


def onecall(parts: Assistant, questions: Sequence[Question]) -> list[Outcome]:
    """Ask as a user would: each question is the first of a conversation."""
    return [_onecall(parts, question) for question in questions]


def _onecall(parts: Assistant, question: Question) -> Outcome:
    vector = parts.encoder.encode([question.text])[0]
    understood = parts.understander.understand(question.text, vector)
    calibration = parts.calibrations[understood.by]
    hits = search(Query(question.text, vector, understood), parts.index, parts.base, calibration.ranking, RANKED)
    judged = judge(understood, hits, calibration)
    _, decision, understood = think(parts, State(), question.text)
    return Outcome(
        ranking=tuple(hit.article_id for hit in hits),
        confidence=judged.right,
        scope=judged.in_scope,
        answered=decision.article_id,
        is_right=is_right(decision, question, parts.base),
        intent=understood.intent.name,
        field=understood.field.name,
        sector=understood.sector.name,
    )


def is_right(decision: Decision, question: Question, base: KnowledgeBase) -> bool:
    """Say whether the answer given is accepted.

    The card of an item in a country is right where an accepted article is about that item or one of its schemes, in
    that country; the card of a scheme, where an accepted article is about that scheme.
    """
    if decision.article_id in question.accepted:
        return True
    accepted = [base.articles[one] for one in question.accepted if one in base.articles]
    if decision.reason == "scheme_card":
        return any(decision.article_id in article.schemes for article in accepted)
    if decision.reason == "item_card":
        _, item, country = decision.article_id.split(":")
        places = set(base.jurisdictions(country))
        shown = {one.scheme.id for one in schemes_for(base.items[item], country, {}, base)}
        return any(
            (item in one.items or shown & set(one.schemes)) and (not one.countries or places & set(one.countries))
            for one in accepted
        )
    return False


def bm25(parts: Assistant, questions: Sequence[Question]) -> list[Outcome]:
    """BM25 over Kiwi morphemes of question, variants and answer, and nothing else."""
    return [_by_scores(parts, parts.index.word_scores(question.text), question) for question in questions]


def encoder(parts: Assistant, questions: Sequence[Question]) -> list[Outcome]:
    """The encoder's nearest wording, and the label of its nearest example."""
    outcomes = []
    for question in questions:
        vector = parts.encoder.encode([question.text])[0]
        best = parts.index.dense(vector).best
        said = vote(nearest(parts.index, vector, 1))
        outcomes.append(_labelled(_by_scores(parts, best, question), said))
    return outcomes


def _by_scores(parts: Assistant, scores: NDArray[np.float32], question: Question) -> Outcome:
    order = np.argsort(-scores, kind="stable")[:RANKED].tolist()
    ranking = tuple(parts.index.article_ids[row] for row in order)
    top = float(scores[order[0]])
    return Outcome(ranking, top, top, is_right=ranking[0] in question.accepted)


def rasa(classifier: Classifier, questions: Sequence[Question]) -> list[Outcome]:
    """Rasa's labels; its confidence in the intent is all it has to say about being in scope. It ranks no articles."""
    outcomes = []
    for question in questions:
        understood = classifier.parse(question.text)
        foreign = next((one.confidence for one in understood.intents if one.name == "out_of_scope"), 0.0)
        sure = understood.intent.confidence if understood.intent.name != "out_of_scope" else 0.0
        right = understood.intent.name in question.intents
        outcomes.append(_labelled(Outcome((), sure, 1 - foreign, is_right=right), understood))
    return outcomes


def _labelled(outcome: Outcome, said: Understanding) -> Outcome:
    return replace(outcome, intent=said.intent.name, field=said.field.name, sector=said.sector.name)


def without_rasa(parts: Assistant) -> Assistant:
    """Return the same assistant on the built-in understanding."""
    now = parts.shelf.current
    return replace(parts, shelf=Shelf(replace(now, understander=Understander(now.index, now.understander.finder))))
