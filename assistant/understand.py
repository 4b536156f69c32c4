"""What a question is about: labels by Rasa or by the nearest labelled examples, entities by spaCy."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.entities import EntityFinder
from assistant.errors import UpstreamError
from assistant.index import SHARPNESS, SearchIndex
from assistant.nlu import Example
from assistant.records import FIELDS, Label, MaskedText, Understanding

NEIGHBOURS = 24
UNKNOWN = Label("other", 0.0)


class Classifier(Protocol):
    """Says what a text is about, without entities."""

    def parse(self, text: MaskedText) -> Understanding:
        """Return the labels of a text.

        Raises:
            UpstreamError: it did not answer in time or not in its format.
        """
        ...


class Understander:
    """Asks the leading classifier and falls back to the built-in one; both see masked text only."""

    def __init__(self, index: SearchIndex, finder: EntityFinder, leading: Classifier | None = None) -> None:
        self._index = index
        self.finder = finder
        self.leading = leading

    def understand(self, text: MaskedText, vector: NDArray[np.float32]) -> Understanding:
        """Return labels and entities. `vector`: the text's embedding, (d,) of unit length."""
        found = nearest(self._index, vector)
        builtin = vote(found)
        return replace(self._labels(text, builtin), entities=self.finder.find(text), topic=topic_of(found))

    def _labels(self, text: MaskedText, builtin: Understanding) -> Understanding:
        if self.leading is None:
            return builtin
        try:
            leading = self.leading.parse(text)
        except UpstreamError:
            return builtin  # the gate in front of Rasa has logged it, once
        return replace(leading, outside=builtin.outside)


Neighbours = Sequence[tuple[Example, float]]


def nearest(index: SearchIndex, vector: NDArray[np.float32], count: int = NEIGHBOURS) -> Neighbours:
    """Return the nearest labelled examples with their cosines, best first."""
    scores, rows = index.example_rows.nearest(vector, count)
    return [(index.examples[row], score) for row, score in zip(rows.tolist(), scores.tolist(), strict=True)]


def vote(found: Neighbours) -> Understanding:
    """Let the nearest examples vote for intent, field and sector, nearer ones more."""
    if not found:
        return Understanding(Label("inform", 0.0), UNKNOWN, UNKNOWN)
    top = found[0][1]
    weights = [float(np.exp(SHARPNESS * (score - top))) for _, score in found]
    intents = _shares((example.intent, weight) for (example, _), weight in zip(found, weights, strict=True))
    fields = _shares((example.field, weight) for (example, _), weight in zip(found, weights, strict=True))
    sectors = _shares((example.sector, weight) for (example, _), weight in zip(found, weights, strict=True))
    field, sector = next(iter(fields), UNKNOWN), next(iter(sectors), UNKNOWN)
    return Understanding(intents[0], field, sector, intents, outside=_outside(found))


def _shares(votes: Iterable[tuple[str, float]]) -> tuple[Label, ...]:
    """Return each name's share of the votes, best first; examples without a label do not vote."""
    sums: dict[str, float] = defaultdict(float)
    for name, weight in votes:
        if name:
            sums[name] += weight
    total = sum(sums.values())
    ranked = sorted(sums.items(), key=lambda pair: -pair[1])
    return tuple(Label(name, weight / total) for name, weight in ranked)


def _outside(found: Neighbours) -> float:
    """Return how much nearer the nearest foreign example is than the nearest one with a field."""
    last = found[-1][1]
    foreign = max((score for example, score in found if example.intent == "out_of_scope"), default=last)
    own = max((score for example, score in found if example.field in FIELDS), default=last)
    return foreign - own


def topic_of(found: Neighbours) -> str:
    """Return the topic of the nearest out-of-scope example; empty if none is near."""
    return next((example.topic for example, _ in found if example.intent == "out_of_scope" and example.topic), "")
