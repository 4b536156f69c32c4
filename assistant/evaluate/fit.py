"""Fitting of the fusion weights, the two gates and their thresholds, on dev questions that never judge.

Fusion: listwise softmax (multinomial logit) over the candidates of each question. Gates: logistic regression. The
thresholds come from probabilities of questions that the models of their fold have not seen (5 folds).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant import bootstrap, index
from assistant.decide import Calibration, Gate, fit_features, scope_features
from assistant.entities import EntityFinder
from assistant.evaluate.measures import threshold_for
from assistant.evaluate.questions import IN_SCOPE, Question
from assistant.knowledge import KnowledgeBase
from assistant.records import Hit, MaskedText, Understanding
from assistant.search import CANDIDATES, Query, consistent, search
from assistant.settings import Settings
from assistant.snapshot import Shelf, Snapshot
from assistant.turn import Assistant
from assistant.understand import Understander

FOLDS = 5
PROBE = MaskedText("안녕하세요")
PRECISION = 0.95
MOST_LOST = 0.01
"""Share of the questions in scope that the first gate may turn away."""

LEAST_SURE = 0.8
"""Probability below which no answer is given, however good the average: being told wrong costs an asker more than being
asked back. A choice, not a fit."""

LEAST_USEFUL = 0.35
"""Share of the questions asked back about whose right article must be among the three candidates."""

PLAIN_RANKING = ("dense", "second", "answer", "words", "asked", "bigrams")
PLAIN_FEATURES = (*PLAIN_RANKING, "lead", "margin", "score")
FULL_RANKING = (*PLAIN_RANKING, "item", "country", "scheme", "unasked", "intent", "field", "sector")

WRITINGS = (("plain",), ("misspelt", "unspaced"))
"""Ways of writing that each have to reach the precision: a hurried asker deserves no worse an answer."""

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """A dev question with its candidates, in no order that matters."""

    question: Question
    understood: Understanding
    hits: tuple[Hit, ...]


def cases_of(parts: Assistant, questions: Sequence[Question]) -> list[Case]:
    """Understand and search every question once; the weights are fitted over what comes back."""
    cases = []
    for question in questions:
        vector = parts.encoder.encode([question.text])[0]
        understood = parts.understander.understand(question.text, vector)
        query = Query(question.text, vector, understood)
        hits = search(query, parts.index, parts.base, parts.calibrations["builtin"].ranking, CANDIDATES)
        cases.append(Case(question, understood, tuple(hits)))
    return cases


def fit(cases: Sequence[Case], *, is_plain: bool, about: Mapping[str, object]) -> Calibration:
    """Return the calibration fitted on the cases; `about` is stored with it."""
    usable = [case for case in cases if case.question.is_in_scope or case.question.is_foreign]
    folds = np.random.default_rng(0).permutation(len(usable)) % FOLDS
    unseen: list[tuple[Case, float, float]] = []
    for fold in range(FOLDS):
        seen = [case for case, number in zip(usable, folds, strict=True) if number != fold]
        model = _models(seen, is_plain)
        unseen += [
            (ranked, *_probabilities(ranked, model))
            for case, number in zip(usable, folds, strict=True)
            if number == fold
            for ranked in (rerank(case, model.ranking),)
        ]
    # A base without variants leaves too few sure answers to look at each way of writing apart.
    scope_min, answer_min, ask_min = _thresholds(unseen, (IN_SCOPE,) if is_plain else WRITINGS)
    model = _models(usable, is_plain)
    summary = _summary(unseen, scope_min, answer_min)
    return Calibration(model.ranking, model.scope, model.fit, scope_min, answer_min, ask_min, {**about, **summary})


def rerank(case: Case, weights: Mapping[str, float]) -> Case:
    """Order a case's candidates by other weights."""
    scored = [
        Hit(
            hit.article_id,
            hit.question,
            sum(weights.get(name, 0.0) * value for name, value in hit.parts.items()),
            hit.parts,
            hit.wants,
        )
        for hit in case.hits
    ]
    return Case(case.question, case.understood, tuple(consistent(sorted(scored, key=lambda hit: -hit.score))))


def _probabilities(case: Case, model: Calibration) -> tuple[float, float]:
    in_scope = model.scope.probability(scope_features(case.understood, case.hits))
    return in_scope, model.fit.probability(fit_features(case.understood, case.hits, in_scope))


def _models(cases: Sequence[Case], is_plain: bool) -> Calibration:
    ranking = fit_ranking(cases, PLAIN_RANKING if is_plain else FULL_RANKING)
    ranked = [rerank(case, ranking) for case in cases]
    wanted = PLAIN_FEATURES if is_plain else None
    scope = _gate(
        [scope_features(case.understood, case.hits) for case in ranked],
        [case.question.is_in_scope for case in ranked],
        ("dense", "words", "bigrams") if is_plain else None,
    )
    features = []
    for case in ranked:
        in_scope = scope.probability(scope_features(case.understood, case.hits))
        features.append(fit_features(case.understood, case.hits, in_scope))
    return Calibration(ranking, scope, _gate(features, [is_found(case) for case in ranked], wanted), 0.5, 0.5, 0.5)


def is_found(case: Case, count: int = 1) -> bool:
    """Say whether an accepted article is among the first candidates."""
    return any(hit.article_id in case.question.accepted for hit in case.hits[:count])


def fit_ranking(cases: Sequence[Case], names: Sequence[str], penalty: float = 0.02) -> dict[str, float]:
    """Return the weights under which the accepted article has the highest softmax share, with an L2 penalty."""
    from scipy.optimize import minimize  # 40 MB, which the service does not need

    usable = [case for case in cases if is_found(case, CANDIDATES)]
    tables = [np.array([[hit.parts[name] for name in names] for hit in case.hits]) for case in usable]
    right = [np.array([hit.article_id in case.question.accepted for hit in case.hits]) for case in usable]
    spread = np.maximum(np.concatenate(tables).std(axis=0), 1e-6)
    tables = [one / spread for one in tables]

    def loss(weights: Array) -> tuple[float, Array]:
        total, slope = penalty * len(usable) * float(weights @ weights) / 2, penalty * len(usable) * weights
        for rows, good in zip(tables, right, strict=True):
            scores = rows @ weights
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            wanted = shares * good / (shares * good).sum()
            total -= float(np.log((shares * good).sum()))
            slope = slope - rows.T @ (wanted - shares)
        return total, slope

    best = minimize(
        loss,
        np.ones(len(names)),
        jac=True,
        method="L-BFGS-B",
        bounds=[(None, 0.0) if name == "unasked" else (0.0, None) for name in names],
    )
    return {name: round(float(weight), 4) for name, weight in zip(names, best.x / spread, strict=True)}


def _gate(features: Sequence[Mapping[str, float]], labels: Sequence[bool], wanted: Sequence[str] | None) -> Gate:
    """Fit a logistic model; the features' scaling is folded into its weights."""
    from sklearn.linear_model import LogisticRegression

    names = sorted(wanted or {name for one in features for name in one})
    rows = np.array([[one.get(name, 0.0) for name in names] for one in features])
    mean, spread = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-6)
    model = LogisticRegression(C=0.5, max_iter=2000).fit((rows - mean) / spread, labels)
    weights = model.coef_[0] / spread
    bias = float(model.intercept_[0] - weights @ mean)
    return Gate(round(bias, 4), {name: round(float(one), 4) for name, one in zip(names, weights, strict=True)})


def _thresholds(
    unseen: Sequence[tuple[Case, float, float]], writings: Sequence[Sequence[str]]
) -> tuple[float, float, float]:
    inside = sorted(scope for case, scope, _ in unseen if case.question.is_in_scope)
    scope_min = inside[int(len(inside) * MOST_LOST)] - 1e-6
    let_in = [(case, fit) for case, scope, fit in unseen if scope >= scope_min]
    answer_min = max(LEAST_SURE, *(_answer_threshold(let_in, kinds) for kinds in writings))
    middle = sorted(((fit, is_found(case, 3)) for case, fit in let_in if fit < answer_min), reverse=True)
    ask_min = answer_min
    for count in range(1, len(middle) + 1):
        if sum(useful for _, useful in middle[:count]) / count >= LEAST_USEFUL:
            ask_min = middle[count - 1][0]
    return round(scope_min, 6), round(answer_min, 6), round(ask_min, 6)


def _answer_threshold(let_in: Sequence[tuple[Case, float]], kinds: Sequence[str]) -> float:
    """Return the threshold that one way of writing needs; questions out of scope count with every one."""
    meant = [(case, fit) for case, fit in let_in if case.question.is_foreign or case.question.kind in kinds]
    return threshold_for(PRECISION, [fit for _, fit in meant], [is_found(case) for case, _ in meant])


def _summary(unseen: Sequence[tuple[Case, float, float]], scope_min: float, answer_min: float) -> dict[str, object]:
    answered = [is_found(case) for case, scope, fit in unseen if scope >= scope_min and fit >= answer_min]
    inside = sum(case.question.is_in_scope for case, _, _ in unseen)
    return {
        "questions": len(unseen),
        "in_scope": inside,
        "cross_validated_precision": round(sum(answered) / max(1, len(answered)), 4),
        "cross_validated_coverage": round(sum(answered) / max(1, inside), 4),
    }


def about(path: Path, parts: Assistant, by: str) -> dict[str, object]:
    """Return what a calibration was fitted on, to be stored with it."""
    return {
        "file": path.name,
        "file_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "kb_digest": parts.base.digest,
        "encoder": parts.index.manifest.encoder,
        "understanding": by,
        "fitted_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "precision_wanted": PRECISION,
    }


def as_plain(parts: Assistant, settings: Settings) -> Assistant:
    """Return the base as another institution would bring it: questions and answers, and hardly a variant.

    Half of the articles keep one variant, the others none, so that the gates fit bases of either kind.
    """
    articles = {
        article.id: replace(
            article, variants=article.variants[:1] if number % 2 else (), also_asked={}, items=(), schemes=()
        )
        for number, article in enumerate(parts.base.articles.values())
    }
    base = KnowledgeBase(
        name="plain", covers="plain", is_plain=True, digest=f"plain of {parts.base.digest}", articles=articles
    )
    examples, digest = bootstrap.examples_for(base, settings)
    bare = index.build(base, examples, digest, parts.encoder, lambda _: None)
    understander = Understander(bare, EntityFinder(base))
    return replace(parts, shelf=Shelf(Snapshot(base, bare, understander)))
