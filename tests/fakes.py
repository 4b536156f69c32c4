"""Stand-ins for the parts that are large or slow; they keep the contracts of what they stand in for."""

import zlib
from collections.abc import Sequence

import numpy as np

from assistant.decide import Calibration, Gate
from assistant.encoder import QUERY, Vectors
from assistant.errors import UpstreamError
from assistant.records import MaskedText, Understanding
from assistant.text import bigrams


class FakeEncoder:
    """Vectors of hashed character bigrams: the same words give the same vector, other words nearly a right angle."""

    name = "fake-bigrams"
    dimension = 512

    def encode(self, texts: Sequence[str], *, prefix: str = QUERY) -> Vectors:
        return np.stack([self._vector(text) for text in texts]) if texts else np.empty((0, self.dimension), np.float32)

    def _vector(self, text: str) -> Vectors:
        vector = np.zeros(self.dimension, np.float32)
        for gram in bigrams(text) or ["\0"]:
            vector[zlib.crc32(gram.encode("utf-8", "replace")) % self.dimension] += 1
        return vector / np.linalg.norm(vector)


class BrokenEncoder(FakeEncoder):
    """An engine that fails at every call."""

    def encode(self, texts: Sequence[str], *, prefix: str = QUERY) -> Vectors:
        raise UpstreamError("the engine is broken")


class FixedClassifier:
    """Says the same of every text; None is a classifier that is down."""

    def __init__(self, said: Understanding | None) -> None:
        self.said = said

    def parse(self, text: MaskedText) -> Understanding:
        if self.said is None:
            raise UpstreamError("rasa")
        return self.said


TOY_CALIBRATION = Calibration(
    ranking={"dense": 1.0, "words": 0.2, "bigrams": 0.2, "item": 0.3, "country": 0.3, "scheme": 0.2},
    scope=Gate(-2.0, {"dense": 8.0, "outside": -8.0, "named": 1.0}),
    fit=Gate(-6.0, {"dense": 10.0}),
    scope_min=0.5,
    answer_min=0.7,
    ask_min=0.3,
)
"""Thresholds for the cosines of FakeEncoder: an answer from .69 on, candidates from .52 on."""
