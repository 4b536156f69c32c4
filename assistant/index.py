"""The built index of a knowledge base: vectors in FAISS, words and bigrams in BM25, and the manifest they go by."""

import json
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from assistant.encoder import QUERY, Encoder
from assistant.errors import StaleIndexError
from assistant.knowledge import Article, KnowledgeBase
from assistant.lexical import LexicalIndex
from assistant.morphemes import content_words
from assistant.nlu import Example
from assistant.text import bigrams, clean

FORMAT = 4
ANSWER_LETTERS = 300
"""Letters of question and answer that an answer's vector is made of: about as much as the encoder reads."""
SHARPNESS = 40.0
"""Votes weigh exp(40 * cosine): best of 10 to 80 by leave-one-out over nlu_data. e5 cosines lie close together."""

_NEIGHBOURS = 256
"""Wordings looked at per question; an article without one among them gets the score of the last."""

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index was built from; one that does not fit what is served is refused."""

    format: int
    encoder: str
    dimension: int
    kb_digest: str
    nlu_digest: str
    articles: int
    wordings: int
    examples: int
    built_at: str


@dataclass(frozen=True)
class VectorRows:
    """Vectors, each with the number of what it stands for (an article, an example, an item)."""

    vectors: faiss.Index
    owners: NDArray[np.int32]

    def nearest(self, vector: Scores, count: int) -> tuple[Scores, NDArray[np.int32]]:
        """Return the cosines and owners of the `count` nearest rows, best first. `vector`: (d,) of unit length."""
        scores, rows = self.nearest_rows(vector, count)
        return scores, self.owners[rows]

    def nearest_rows(self, vector: Scores, count: int) -> tuple[Scores, NDArray[np.int64]]:
        """Return the cosines and numbers of the `count` nearest rows, best first. `vector`: (d,) of unit length."""
        if not len(self.owners):
            return np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.int64)
        scores, rows = self.vectors.search(vector[None, :], min(count, len(self.owners)))
        return scores[0], rows[0]


@dataclass(frozen=True, slots=True)
class Dense:
    """How near the wordings are: each article's best and second-best cosine, (articles,) each.

    `scores`, `rows` and `owners` are those of the nearest wordings, best first: (n,) each.
    """

    best: Scores
    second: Scores
    scores: Scores
    rows: NDArray[np.int64]
    owners: NDArray[np.int32]


@dataclass(frozen=True)
class SearchIndex:
    """Everything that search reads; nothing in it changes after loading."""

    manifest: Manifest
    article_ids: tuple[str, ...]
    wordings: VectorRows
    answers: VectorRows
    words: LexicalIndex
    asked: LexicalIndex
    bigrams: LexicalIndex
    wording_owners: NDArray[np.int32]
    examples: tuple[Example, ...]
    example_rows: VectorRows
    item_ids: tuple[str, ...]
    item_rows: VectorRows

    def dense(self, vector: Scores) -> Dense:
        """Compare a question with every wording."""
        scores, rows = self.wordings.nearest_rows(vector, _NEIGHBOURS)
        floor = scores[-1] if len(scores) else 0.0
        best = np.full(len(self.article_ids), floor, dtype=np.float32)
        second = best.copy()
        owners = self.wordings.owners[rows]
        seen: set[int] = set()
        twice: set[int] = set()
        for score, owner in zip(scores.tolist(), owners.tolist(), strict=True):
            if owner not in seen:
                seen.add(owner)
                best[owner] = score
            elif owner not in twice:
                twice.add(owner)
                second[owner] = score
        return Dense(best, second, scores, rows, owners)

    def wants(self, dense: Dense, article: int) -> dict[str, float]:
        """Return what an article's wordings near a question want, as shares, nearer ones weighing more; none: empty."""
        mine = dense.owners == article
        if not mine.any():
            return {}
        scores = dense.scores[mine]
        weights = np.exp(SHARPNESS * (scores - scores[0]))
        shares: dict[str, float] = defaultdict(float)
        first = len(self.examples) - len(self.wording_owners)  # the wordings are the last of the examples
        for row, weight in zip(dense.rows[mine].tolist(), (weights / weights.sum()).tolist(), strict=True):
            shares[self.examples[first + row].intent] += weight
        return dict(shares)

    def answer_scores(self, vector: Scores) -> Scores:
        """Return the cosine of each article's answer, shape (articles,)."""
        scores, owners = self.answers.nearest(vector, len(self.article_ids))
        ordered = np.empty(len(self.article_ids), dtype=np.float32)
        ordered[owners] = scores
        return ordered

    def asked_scores(self, masked: str) -> Scores:
        """Return the best share of the question's words over each article's wordings, (articles,), in [0, 1]."""
        return self._best(self.asked.scores(content_words(masked)))

    def word_scores(self, masked: str) -> Scores:
        """Return the share of the question's words that each article covers, shape (articles,), in [0, 1]."""
        return self.words.scores(content_words(masked))

    def bigram_scores(self, masked: str) -> Scores:
        """Return the best share of the question's bigrams over each article's wordings, (articles,), in [0, 1]."""
        return self._best(self.bigrams.scores(bigrams(masked)))

    def _best(self, scores: Scores) -> Scores:
        """Return each article's best score over its wordings."""
        best = np.zeros(len(self.article_ids), dtype=np.float32)
        np.maximum.at(best, self.wording_owners, scores)
        return best


# ---- building -------------------------------------------------------------------------


def wordings_of(article: Article) -> tuple[tuple[str, str], ...]:
    """Return the different ways in which an article is asked for, cleaned, each with what it wants."""
    found: dict[str, str] = {}
    for one, intent in article.wordings:
        found.setdefault(clean(one), intent)
    return tuple(found.items())


def build(
    base: KnowledgeBase, examples: Sequence[Example], nlu_digest: str, encoder: Encoder, progress: Callable[[str], None]
) -> SearchIndex:
    """Build the index of a base in memory."""
    articles = tuple(base.articles.values())
    asked = [(number, *wording) for number, article in enumerate(articles) for wording in wordings_of(article)]
    named = [(number, name) for number, item in enumerate(base.items.values()) for name in (item.name, *item.names)]
    progress(f"글 {len(articles)}개, 질문 {len(asked)}개, 학습 문장 {len(examples)}개의 색인을 만들어요")
    owners = np.array([number for number, _, _ in asked], dtype=np.int32)
    wordings = _rows([wording for _, wording, _ in asked], owners, encoder, "질문", progress)
    labelled = _rows([example.text for example in examples], np.zeros(0, np.int32), encoder, "학습 문장", progress)
    # The articles carry the same labels as the examples, and tell more of the subjects.
    examples = [*examples, *(labelled_wording(articles[number], wording, intent) for number, wording, intent in asked)]
    labelled.vectors.add(wordings.vectors.reconstruct_n(0, len(asked)))
    return SearchIndex(
        manifest=Manifest(
            FORMAT,
            encoder.name,
            encoder.dimension,
            base.digest,
            nlu_digest,
            len(articles),
            len(asked),
            len(examples),
            datetime.now(UTC).isoformat(timespec="seconds"),
        ),
        article_ids=tuple(article.id for article in articles),
        wordings=wordings,
        answers=_rows(
            [_answer_text(article) for article in articles],
            np.arange(len(articles), dtype=np.int32),
            encoder,
            "답",
            progress,
        ),
        asked=LexicalIndex.build([content_words(wording) for _, wording, _ in asked]),
        words=LexicalIndex.build([_document(article) for article in articles]),
        bigrams=LexicalIndex.build([bigrams(wording) for _, wording, _ in asked]),
        wording_owners=owners,
        examples=tuple(examples),
        example_rows=VectorRows(labelled.vectors, np.arange(len(examples), dtype=np.int32)),
        item_ids=tuple(base.items),
        item_rows=_rows(
            [name for _, name in named],
            np.array([number for number, _ in named], dtype=np.int32),
            encoder,
            "품목 이름",
            progress,
        ),
    )


def rebuild(
    old: SearchIndex, before: KnowledgeBase, base: KnowledgeBase, encoder: Encoder, progress: Callable[[str], None]
) -> SearchIndex:
    """Build the index of a changed base; only texts that `old`, the index of the base before, has not are encoded."""
    own = len(old.examples) - old.manifest.wordings
    examples = old.examples[:own]
    articles = [before.articles[one] for one in old.article_ids]
    names = [name for one in old.item_ids for name in (before.items[one].name, *before.items[one].names)]
    known = _Known(encoder)
    known.learn([one.text for one in examples], old.example_rows)
    known.learn([wording for article in articles for wording, _ in wordings_of(article)], old.wordings)
    known.learn([_answer_text(article) for article in articles], old.answers)
    known.learn(names, old.item_rows)
    return build(base, examples, old.manifest.nlu_digest, known, progress)


class _Known:
    """An encoder that remembers what it was taught."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._rows: dict[str, Scores] = {}
        self.name, self.dimension = encoder.name, encoder.dimension

    def learn(self, texts: Sequence[str], rows: VectorRows) -> None:
        """Learn what was encoded before; the first texts belong to the rows, in their order."""
        vectors = rows.vectors.reconstruct_n(0, len(texts)) if texts else ()
        self._rows.update(zip(texts, vectors, strict=True))

    def encode(self, texts: Sequence[str], *, prefix: str = QUERY) -> Scores:
        """Return the vectors, (n, d); see Encoder."""
        if prefix != QUERY or not texts:
            return self._encoder.encode(texts, prefix=prefix)
        if new := list(dict.fromkeys(text for text in texts if text not in self._rows)):
            self._rows.update(zip(new, self._encoder.encode(new), strict=True))
        return np.stack([self._rows[text] for text in texts])


def labelled_wording(article: Article, wording: str, intent: str) -> Example:
    """Return a wording of an article as a labelled example."""
    return Example(wording, intent, article.field, article.sector)


def _answer_text(article: Article) -> str:
    return f"{article.question} {article.answer}"[:ANSWER_LETTERS]


def _document(article: Article) -> list[str]:
    wordings = [word for wording, _ in wordings_of(article) for word in content_words(wording)]
    return [*wordings, *content_words(article.answer), *content_words(article.more)]


def _rows(
    texts: Sequence[str], owners: NDArray[np.int32], encoder: Encoder, what: str, progress: Callable[[str], None]
) -> VectorRows:
    store = faiss.IndexFlatIP(encoder.dimension)
    for start in range(0, len(texts), 256):
        store.add(encoder.encode(texts[start : start + 256]))
        progress(f"{what} {min(start + 256, len(texts))}/{len(texts)}")
    return VectorRows(store, owners)


# ---- on disk --------------------------------------------------------------------------


def save(index: SearchIndex, folder: Path) -> None:
    """Write the index; the folder changes in one step, so a reader never sees half of one."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".index-") as scratch:
        built = Path(scratch) / "built"
        built.mkdir()
        _write(index, built)
        # README.md is the one thing in index/ that is not built.
        if (folder / "README.md").exists():
            shutil.copy(folder / "README.md", built)
        folder.rename(Path(scratch) / "old")
        built.rename(folder)


def _write(index: SearchIndex, folder: Path) -> None:
    faiss.write_index(index.wordings.vectors, str(folder / "vectors.faiss"))
    faiss.write_index(index.answers.vectors, str(folder / "answers.faiss"))
    faiss.write_index(index.example_rows.vectors, str(folder / "examples.faiss"))
    faiss.write_index(index.item_rows.vectors, str(folder / "items.faiss"))
    index.words.save(folder / "words")
    index.asked.save(folder / "asked")
    index.bigrams.save(folder / "bigrams")
    rows = {
        "articles": index.article_ids,
        "wordings": index.wording_owners.tolist(),
        "items": index.item_ids,
        "item_names": index.item_rows.owners.tolist(),
        "examples": [asdict(example) for example in index.examples],
    }
    (folder / "rows.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    (folder / "manifest.json").write_text(json.dumps(asdict(index.manifest), indent=2), encoding="utf-8")


def read_manifest(folder: Path) -> Manifest | None:
    """Return the manifest of a built index; None if there is none or it cannot be read."""
    try:
        return Manifest(**json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def staleness(folder: Path, base: KnowledgeBase, nlu_digest: str, encoder_name: str) -> str:
    """Say in Korean why the index in `folder` must not be served; empty if it may."""
    manifest = read_manifest(folder)
    if manifest is None or manifest.format != FORMAT:
        return "색인이 없거나 읽을 수 없어요"
    if manifest.kb_digest != base.digest:
        return "색인을 만든 뒤에 지식베이스가 바뀌었어요"
    if manifest.encoder != encoder_name:
        return "색인을 만든 인코더와 지금 인코더가 달라요"
    return "색인을 만든 뒤에 학습 문장이 바뀌었어요" if manifest.nlu_digest != nlu_digest else ""


def load(folder: Path, base: KnowledgeBase, nlu_digest: str, encoder_name: str) -> SearchIndex:
    """Load a built index.

    Raises:
        StaleIndexError: it does not fit the base, the examples or the encoder, or a file of it is damaged.
    """
    if reason := staleness(folder, base, nlu_digest, encoder_name):
        raise StaleIndexError(f"{reason}. `onecall index build`로 다시 만들어 주세요")
    try:
        index = _read(folder)
        _check_counts(index)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError) as error:
        raise StaleIndexError("색인 파일이 손상됐어요. `onecall index build`로 다시 만들어 주세요") from error
    return index


def _check_counts(index: SearchIndex) -> None:
    """Hold the files against the manifest and each other.

    Raises:
        ValueError: they are not of one build.
    """
    manifest, articles = index.manifest, len(index.article_ids)
    counted = (articles, len(index.wording_owners), len(index.examples))
    if counted != (manifest.articles, manifest.wordings, manifest.examples):
        raise ValueError(f"rows {counted}")
    owned = ((index.wordings, articles), (index.answers, articles), (index.item_rows, len(index.item_ids)))
    for rows, count in (*owned, (index.example_rows, counted[2])):
        if rows.vectors.d != manifest.dimension or rows.vectors.ntotal != len(rows.owners):
            raise ValueError(f"vectors {rows.vectors.ntotal} x {rows.vectors.d}")
        if len(rows.owners) and not 0 <= rows.owners.min() <= rows.owners.max() < count:
            raise ValueError("owners")


def _read(folder: Path) -> SearchIndex:
    rows = json.loads((folder / "rows.json").read_text(encoding="utf-8"))
    owners = np.array(rows["wordings"], dtype=np.int32)
    manifest = read_manifest(folder)
    if manifest is None:
        raise ValueError("no manifest")
    return SearchIndex(
        manifest=manifest,
        article_ids=tuple(rows["articles"]),
        wordings=VectorRows(faiss.read_index(str(folder / "vectors.faiss")), owners),
        answers=VectorRows(
            faiss.read_index(str(folder / "answers.faiss")), np.arange(len(rows["articles"]), dtype=np.int32)
        ),
        words=LexicalIndex.load(folder / "words"),
        asked=LexicalIndex.load(folder / "asked"),
        bigrams=LexicalIndex.load(folder / "bigrams"),
        wording_owners=owners,
        examples=tuple(Example(**example) for example in rows["examples"]),
        example_rows=VectorRows(
            faiss.read_index(str(folder / "examples.faiss")), np.arange(len(rows["examples"]), dtype=np.int32)
        ),
        item_ids=tuple(rows["items"]),
        item_rows=VectorRows(
            faiss.read_index(str(folder / "items.faiss")), np.array(rows["item_names"], dtype=np.int32)
        ),
    )
