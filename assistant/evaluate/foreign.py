"""Foreign checks on public Korean data: is the search any good on texts that nobody here wrote?

paraKQC: the first of each ten paraphrases is the article, three others ask. Chatbot_data: everyday talk that no
article answers. Question_pair: pairs that mean the same or not.
"""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from rich.table import Table

from assistant.encoder import Encoder
from assistant.evaluate import measures
from assistant.index import Scores
from assistant.lexical import LexicalIndex
from assistant.morphemes import content_words
from assistant.text import bigrams, clean

ASKERS = (1, 4, 7)
GROUPS = 1000
OUTSIDE = 500
PAIRS = 700
WEIGHTS = {"인코더만": (1.0, 0.0, 0.0), "BM25만": (0.0, 1.0, 0.0), "원콜 (융합)": (0.6, 0.2, 0.2)}
"""Dense, words, bigrams; the fused ones are those that design trials found on a foreign FAQ, not fitted here."""

Figures = dict[str, dict[str, float | None]]


def measure(encoder: Encoder, folder: Path, progress: Callable[[str], None]) -> tuple[Figures, Table | None]:
    """Return the figures and their table; nothing where the data are not there."""
    para = folder / "parakqc" / "paraKQC_v1.txt"
    talk = folder / "chatbot_data" / "ChatbotData.csv"
    pairs = folder / "question_pair" / "kor_Pair_test.csv"
    if not (para.exists() and talk.exists()):
        return {}, None
    progress("외부 자료 paraKQC, Chatbot_data, Question_pair로 검색을 재요")
    figures = _paraphrases(encoder, para, talk)
    if pairs.exists():
        figures["인코더만"]["Question_pair AUROC"] = _same_meaning(encoder, pairs)
    return figures, _table(figures)


def _paraphrases(encoder: Encoder, para: Path, talk: Path) -> Figures:
    groups = _groups(para)[:GROUPS]
    asked = [(number, group[place]) for number, group in enumerate(groups) for place in ASKERS]
    outside = _talk(talk)[:OUTSIDE]
    titles = [group[0] for group in groups]
    inside_parts = _parts(encoder, titles, [text for _, text in asked])
    outside_parts = _parts(encoder, titles, outside)
    figures: Figures = {}
    for name, weights in WEIGHTS.items():
        inside, foreign = _fused(inside_parts, weights), _fused(outside_parts, weights)
        order = np.argsort(-inside, axis=1)[:, :5]
        rankings = [[str(place) for place in row] for row in order.tolist()]
        accepted = [[str(number)] for number, _ in asked]
        figures[name] = {
            "paraKQC 찾음@1": measures.found_at(rankings, accepted, 1),
            "paraKQC 찾음@5": measures.found_at(rankings, accepted, 5),
            "Chatbot_data 범위 밖 AUROC": measures.auroc(inside.max(axis=1).tolist(), foreign.max(axis=1).tolist()),
        }
    return figures


def _parts(encoder: Encoder, titles: Sequence[str], asked: Sequence[str]) -> tuple[Scores, Scores, Scores]:
    """Return dense, word and bigram scores, each of shape (asked, titles)."""
    dense = _encoded(encoder, asked) @ _encoded(encoder, titles).T
    words = LexicalIndex.build([content_words(title) for title in titles])
    grams = LexicalIndex.build([bigrams(title) for title in titles])
    by_words = np.array([words.scores(content_words(text)) for text in asked])
    by_grams = np.array([grams.scores(bigrams(text)) for text in asked])
    return dense, by_words, by_grams


def _encoded(encoder: Encoder, texts: Sequence[str]) -> Scores:
    return np.concatenate([encoder.encode(texts[start : start + 256]) for start in range(0, len(texts), 256)])


def _fused(parts: tuple[Scores, Scores, Scores], weights: tuple[float, float, float]) -> Scores:
    dense, words, grams = parts
    # e5 cosines lie between .75 and 1; stretched, they weigh as much as the lexical scores.
    stretched = (dense - 0.75) * 4
    return np.asarray(weights[0] * stretched + weights[1] * words + weights[2] * grams, dtype=np.float32)


def _groups(path: Path) -> list[list[str]]:
    texts = [clean(line.split("\t")[-1]) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [texts[start : start + 10] for start in range(0, len(texts) - 9, 10)]


def _talk(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [clean(row["Q"]) for row in csv.DictReader(lines)]
    return list(dict.fromkeys(rows))[:: max(1, len(rows) // OUTSIDE)]


def _same_meaning(encoder: Encoder, path: Path) -> float | None:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["is_duplicate"] in ("0", "1")][:PAIRS]
    one, other = (_encoded(encoder, [clean(row[name]) for row in rows]) for name in ("question1", "question2"))
    by_label: dict[str, list[float]] = {"0": [], "1": []}
    for row, cosine in zip(rows, (one * other).sum(axis=1).tolist(), strict=True):
        by_label[row["is_duplicate"]].append(cosine)
    return measures.auroc(by_label["0"], by_label["1"])  # 0 marks the pairs that mean the same


def _table(figures: Figures) -> Table:
    names = list(dict.fromkeys(name for values in figures.values() for name in values))
    shown = Table("외부 자료", *figures)
    for name in names:
        cells = [values.get(name) for values in figures.values()]
        shown.add_row(name, *("–" if cell is None else f"{cell:.3f}" for cell in cells))
    return shown
