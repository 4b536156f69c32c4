"""Lexical scores in [0, 1]: BM25 by bm25s, held against the best that a question could reach."""

import json
import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray


class LexicalIndex:
    """BM25 over documents that are lists of tokens."""

    def __init__(self, engine: bm25s.BM25, document_counts: dict[str, int], size: int) -> None:
        self._engine = engine
        self._counts = document_counts
        self._size = size

    @classmethod
    def build(cls, documents: Sequence[Sequence[str]]) -> "LexicalIndex":
        """Index the documents, in order; an empty one is allowed and never found."""
        engine = bm25s.BM25(method="lucene")
        engine.index([list(document) or ["\0"] for document in documents], show_progress=False)
        counts = Counter(token for document in documents for token in set(document))
        return cls(engine, dict(counts), len(documents))

    def scores(self, tokens: Sequence[str]) -> NDArray[np.float32]:
        """Return for each document the share of the question's information that it covers, shape (n,), in [0, 1].

        A token that no document has counts as information not covered, so a question about something else stays low.
        """
        wanted = list(dict.fromkeys(tokens))
        total = sum(self._information(token) for token in wanted)
        known = [token for token in wanted if token in self._counts]
        if not known or total == 0:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._engine.get_scores(known) / total, dtype=np.float32)

    def _information(self, token: str) -> float:
        """Lucene's inverse document frequency, the most that BM25 gives for one token."""
        count = self._counts.get(token, 0)
        return math.log(1 + (self._size - count + 0.5) / (count + 0.5))

    def save(self, folder: Path) -> None:
        self._engine.save(str(folder), show_progress=False)
        counts = json.dumps([self._size, self._counts], ensure_ascii=False)
        (folder / "counts.json").write_text(counts, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "LexicalIndex":
        size, counts = json.loads((folder / "counts.json").read_text(encoding="utf-8"))
        return cls(bm25s.BM25.load(str(folder), show_progress=False), counts, size)
