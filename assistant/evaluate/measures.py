"""The figures. Pure functions over what each system said; every share is in [0, 1]."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one system said to one question.

    `ranking`: article ids, best first. `confidence`: how sure it is of the first. `scope`: how sure it is that the
    question is in scope (any monotone score). `answered`: the article it would give, empty if it would not answer;
    `is_right` says whether what it would give is accepted. A label that the system does not give is None.
    """

    ranking: tuple[str, ...]
    confidence: float
    scope: float
    answered: str = ""
    is_right: bool = False
    intent: str | None = None
    field: str | None = None
    sector: str | None = None


def share(hits: Sequence[bool]) -> float | None:
    """Return the share of trues; None of nothing."""
    return sum(hits) / len(hits) if hits else None


def found_at(rankings: Sequence[Sequence[str]], accepted: Sequence[Sequence[str]], count: int) -> float | None:
    """Return the share of questions with an accepted article among the first `count`."""
    return share([bool(set(one[:count]) & set(right)) for one, right in zip(rankings, accepted, strict=True)])


def mean_reciprocal_rank(rankings: Sequence[Sequence[str]], accepted: Sequence[Sequence[str]]) -> float | None:
    """Return the mean of 1 / rank of the first accepted article; 0 where none is in the ranking."""
    ranks = [
        next((1 / place for place, article in enumerate(one, 1) if article in right), 0.0)
        for one, right in zip(rankings, accepted, strict=True)
    ]
    return sum(ranks) / len(ranks) if ranks else None


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float | None:
    """Return the probability that a question in scope scores above one out of scope; ties count half."""
    from sklearn.metrics import roc_auc_score

    if not inside or not outside:
        return None
    return float(roc_auc_score([1] * len(inside) + [0] * len(outside), [*inside, *outside]))


def coverage_at(precision: float, confidences: Sequence[float], right: Sequence[bool], total: int) -> float | None:
    """Return the largest share of `total` questions that can be answered, the surest first, at a precision.

    Args:
        confidences, right: of every question, those out of scope included (whose answers are never right).
        total: how many questions there are to answer, that is those in scope.
    """
    if not total:
        return None
    best = 0
    for _, good, count in _falling(confidences, right):
        if good / count >= precision:
            best = good
    return best / total


def threshold_for(precision: float, confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Return the lowest threshold at which the answers above it keep a precision; 1.0 if none does.

    The precision has to hold for questions to come, so its lower bound is looked at and not the share seen here.
    """
    threshold = 1.0
    for confidence, good, count in _falling(confidences, right):
        if lower_bound(good, count) >= precision:
            threshold = confidence
    return threshold


def _falling(confidences: Sequence[float], right: Sequence[bool]) -> Iterator[tuple[float, int, int]]:
    """Give each confidence, the surest first, with how many are right and how many there are down to it.

    Equal confidences count as one, for no threshold can part them.
    """
    good, count = 0, 0
    pairs = sorted(zip(confidences, right, strict=True), key=lambda pair: -pair[0])
    for confidence, equal in groupby(pairs, key=lambda pair: pair[0]):
        hits = [hit for _, hit in equal]
        good, count = good + sum(hits), count + len(hits)
        yield confidence, good, count


def lower_bound(good: int, count: int, z: float = 0.8416) -> float:
    """Return the lower end of Wilson's interval of a share; z = 0.8416 is one-sided 80 %.

    Source: Wilson 1927, https://doi.org/10.1080/01621459.1927.10502953.
    """
    share_seen = good / count
    middle = share_seen + z * z / (2 * count)
    width = z * math.sqrt(share_seen * (1 - share_seen) / count + z * z / (4 * count * count))
    return (middle - width) / (1 + z * z / count)
