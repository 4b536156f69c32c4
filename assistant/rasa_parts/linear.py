"""Softmax regression over blocks of features: learnt with scikit-learn, served with numpy, stored without pickle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack

C_GRID = (5.0, 20.0, 80.0, 160.0)
FOLDS = 4
SEED = 7
STEPS = 100
"""Of 268 steps to the end, these take a third of the time, and the top label of every example is the same."""


@dataclass(frozen=True)
class Head:
    """One label's classifier. `weights`: (d, k) float32, `bias`: (k,) float32, for the k names in order."""

    names: tuple[str, ...]
    weights: np.ndarray
    bias: np.ndarray

    def probabilities(self, row: csr_matrix) -> np.ndarray:
        """Return (k,) float64 that sum to 1, for one row of (1, d)."""
        scores = (row.data @ self.weights[row.indices] + self.bias).astype(np.float64)
        powers = np.exp(scores - scores.max())
        return powers / powers.sum()

    def rank(self, row: csr_matrix) -> list[dict[str, str | float]]:
        """Return every name with its probability, best first, in Rasa's form."""
        shares = self.probabilities(row)
        return [{"name": self.names[i], "confidence": float(shares[i])} for i in np.argsort(-shares, kind="stable")]


def join(blocks: Sequence[csr_matrix], weights: Sequence[float]) -> csr_matrix:
    """Put blocks side by side, every row of each scaled to its block's weight.

    Without the scaling the counts of a long text outweigh the encoder's vector, which has length 1 for every text.

    Args:
        blocks: (n, d_i) each; a row of zeros stays one.
        weights: the length that the rows of each block get.

    Returns:
        (n, sum of d_i) float32.
    """
    return hstack([_scaled(block, weight) for block, weight in zip(blocks, weights, strict=True)], "csr", np.float32)


def _scaled(block: csr_matrix, weight: float) -> csr_matrix:
    rows = csr_matrix(block, dtype=np.float32)
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1))).ravel()
    per_row = weight / np.maximum(lengths, 1e-9)
    return csr_matrix((rows.data * np.repeat(per_row, np.diff(rows.indptr)), rows.indices, rows.indptr), rows.shape)


def learn(features: csr_matrix, labels: Sequence[str], c: float) -> Head:
    """Learn one label. `c`: inverse strength of the penalty; above 0 picks it, 0 chooses it by cross-validation."""
    chosen = c or choose_c(features, labels)
    fitted = _regression(chosen).fit(features, labels)
    weights, bias = fitted.coef_, fitted.intercept_
    if len(fitted.classes_) == 2:  # scikit-learn keeps one row for two names: that of the second
        weights, bias = np.vstack([-weights / 2, weights / 2]), np.hstack([-bias / 2, bias / 2])
    return Head(tuple(map(str, fitted.classes_)), weights.T.astype(np.float32), bias.astype(np.float32))


def _regression(c: float) -> Any:
    # Here, because serving needs none of it.
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=c, max_iter=STEPS, random_state=SEED)


def choose_c(features: csr_matrix, labels: Sequence[str]) -> float:
    """Return the C of the grid with the least cross-validated log loss: probabilities matter here, not only the top."""
    from sklearn.model_selection import StratifiedKFold, cross_val_score

    names, counts = np.unique(labels, return_counts=True)
    folds = min(FOLDS, int(counts.min()))
    if len(names) < 2 or folds < 2:
        return C_GRID[len(C_GRID) // 2]
    split = StratifiedKFold(folds, shuffle=True, random_state=SEED)
    losses = [
        -cross_val_score(
            _regression(c),
            features,
            labels,
            cv=split,
            scoring="neg_log_loss",
        ).mean()
        for c in C_GRID
    ]
    return C_GRID[int(np.argmin(losses))]


def save(path: Path, heads: Mapping[str, Head]) -> None:
    """Write the heads into one npz file of plain arrays."""
    arrays = {}
    for label, head in heads.items():
        arrays |= {f"{label}.weights": head.weights, f"{label}.bias": head.bias, f"{label}.names": np.array(head.names)}
    np.savez(path, **arrays)


def load(path: Path) -> dict[str, Head]:
    """Read what `save` wrote; a file with pickled objects in it is refused by numpy."""
    with np.load(path, allow_pickle=False) as arrays:
        labels = [name.removesuffix(".bias") for name in arrays.files if name.endswith(".bias")]
        return {
            label: Head(tuple(map(str, arrays[f"{label}.names"])), arrays[f"{label}.weights"], arrays[f"{label}.bias"])
            for label in labels
        }
