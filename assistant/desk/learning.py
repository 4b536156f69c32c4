"""Learning from what could not be answered: groups of questions that mean the same, with what could be made of them."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from assistant.decide import judge
from assistant.encoder import Encoder
from assistant.knowledge import Article, KnowledgeBase
from assistant.learning_wording import PROGRESS
from assistant.morphemes import content_words
from assistant.privacy import mask
from assistant.records import FIELDS, INTENTS, SECTORS, Hit, MaskedText
from assistant.search import Query, search
from assistant.store.asked import Asked, AskedStore, Help
from assistant.text import fold
from assistant.turn import Assistant

DISTANCE = 0.085
"""Cosine distance up to which all questions of a group lie apart. Measured on the 540 questions of dev.jsonl in scope
with three variants of each of their articles, 22 Nov 2026: B-cubed F0.5 .65 at precision .91 (dev alone .93 at .97).
Average linkage reaches the same F0.5 at precision .89; at a distance of .1 precision falls to .80, and groups would mix
articles. Recall is .30 there: who asks the same in quite other words comes into another group."""

LEAST_PEOPLE = 3
LOOKED_BACK = timedelta(days=180)
MOST_QUESTIONS = 3000
HALF_LIFE_DAYS = 30.0
"""A question counts half after a month. A choice, not a fit."""

LEAST_RIGHT = 0.5
"""Probability that the nearest article answers a question, from which a variant of it is proposed: it is likelier than
not. The probability is the calibrated one of the second gate."""

LEAST_WORDS = 2
"""Words of content that a question needs to be understood without what went before it ("서류는요?" has one)."""

ANSWER_MAX = 500
VARIANTS = 8
NEAREST = 5
_AT_ONCE = 64

ProposalKind = Literal["variant", "new"]
Because = Literal["consultants", "visitors", "search", "none"]
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that mean the same, the one in their middle first. `score` counts people, the recent ones more.

    It holds numbers of messages and no text, so that what a visitor erases is gone from here as well.
    """

    ids: tuple[int, ...]
    people: int
    score: float
    last_at: datetime
    kind: ProposalKind
    because: Because
    article_id: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A group with its texts, and the articles nearest to it, for an editor to look at."""

    group: Group
    asked: tuple[Asked, ...]
    answers: tuple[str, ...]
    nearest: tuple[Hit, ...]
    right: float


class Learning:
    """Groups questions and proposes what to make of them.

    Args:
        distance: see DISTANCE; another encoder has another one.
    """

    def __init__(
        self,
        assistant: Assistant,
        store: AskedStore,
        clock: Callable[[], datetime],
        distance: float = DISTANCE,
    ) -> None:
        self._assistant = assistant
        self._store = store
        self._clock = clock
        self._distance = distance
        self._vectors: dict[str, NDArray[np.float32]] = {}

    def group(self, progress: Progress) -> list[Group]:
        """Group the questions of the last half-year, those asked by most and most recently first."""
        now, parts = self._clock(), self._assistant.pinned()
        asked = self._store.since(now - LOOKED_BACK, MOST_QUESTIONS)
        asked = [one for one in asked if len(content_words(one.text)) >= LEAST_WORDS]
        vectors = self._encoded(parts.encoder, [one.text for one in asked], progress)
        found = [
            sorted_by_middle(asked, vectors, rows)
            for rows in grouped(vectors, self._distance)
            if len({asked[row].person for row in rows}) >= LEAST_PEOPLE
        ]
        helps = self._store.helps([one for group in found for one in group])
        groups = [self._proposed(parts, group, helps, now) for group in found]
        return sorted(groups, key=lambda one: -one.score)

    def show(self, group: Group) -> Shown | None:
        """Return a group with its texts; None where too few of them are left."""
        parts = self._assistant.pinned()
        asked = self._store.read(group.ids)
        if len({one.person for one in asked}) < LEAST_PEOPLE:
            return None
        helps = self._store.helps(asked)
        answers = tuple(dict.fromkeys(mask(helps[one.id].answer).text for one in asked if _answer(helps, one)))
        hits, right = _nearest(parts, asked[0].text)
        return Shown(group, tuple(asked), answers, tuple(hits[:NEAREST]), right)

    def _proposed(self, parts: Assistant, asked: list[Asked], helps: Mapping[int, Help], now: datetime) -> Group:
        newest: dict[str, datetime] = {}
        for one in asked:
            newest[one.person] = max(one.at, newest.get(one.person, one.at))
        ages = [(now - at).total_seconds() / 86400 for at in newest.values()]
        kind, because, article_id = _proposal(parts, asked, helps)
        return Group(
            ids=tuple(one.id for one in asked),
            people=len(newest),
            score=round(sum(0.5 ** (max(0.0, age) / HALF_LIFE_DAYS) for age in ages), 4),
            last_at=max(one.at for one in asked),
            kind=kind,
            because=because,
            article_id=article_id,
        )

    def _encoded(self, encoder: Encoder, texts: Sequence[str], progress: Progress) -> NDArray[np.float32]:
        """Encode texts, those of the last time not again."""
        self._vectors = {text: self._vectors[text] for text in texts if text in self._vectors}
        new = list(dict.fromkeys(text for text in texts if text not in self._vectors))
        for start in range(0, len(new), _AT_ONCE):
            some = new[start : start + _AT_ONCE]
            self._vectors.update(zip(some, encoder.encode(some), strict=True))
            progress(PROGRESS["encode"].format(done=start + len(some), total=len(new)))
        if not texts:
            return np.empty((0, encoder.dimension), np.float32)
        return np.stack([self._vectors[text] for text in texts])


def grouped(vectors: NDArray[np.float32], distance: float) -> list[list[int]]:
    """Return the rows of each group: agglomerative, complete linkage over cosines. `vectors`: (n, d) of unit length."""
    from sklearn.cluster import AgglomerativeClustering  # a second to load, and only this needs it

    if len(vectors) < LEAST_PEOPLE:
        return []
    model = AgglomerativeClustering(n_clusters=None, metric="cosine", linkage="complete", distance_threshold=distance)
    rows: dict[int, list[int]] = {}
    for row, label in enumerate(model.fit_predict(vectors).tolist()):
        rows.setdefault(label, []).append(row)
    return list(rows.values())


def sorted_by_middle(asked: Sequence[Asked], vectors: NDArray[np.float32], rows: Sequence[int]) -> list[Asked]:
    """Return a group's questions, the medoid first: the one nearest to all others."""
    among = vectors[rows]
    order = np.argsort(-(among @ among.T).sum(axis=1), kind="stable")
    return [asked[rows[place]] for place in order.tolist()]


def _answer(helps: Mapping[int, Help], one: Asked) -> str:
    return helps[one.id].answer if one.id in helps else ""


def _proposal(parts: Assistant, asked: Sequence[Asked], helps: Mapping[int, Help]) -> tuple[ProposalKind, Because, str]:
    """Propose an article to widen: the one that helped most often, else the one that search holds for right."""
    known = parts.base.articles
    came = [helps[one.id] for one in asked if one.id in helps and helps[one.id].article_id in known]
    if came:
        article_id, _ = Counter(one.article_id for one in came).most_common(1)[0]
        by_person = any(one.answer for one in came if one.article_id == article_id)
        return "variant", "consultants" if by_person else "visitors", article_id
    hits, right = _nearest(parts, asked[0].text)
    if hits and right >= LEAST_RIGHT and not any(_answer(helps, one) for one in asked):
        return "variant", "search", hits[0].article_id
    return "new", "none", ""


def _nearest(parts: Assistant, text: str) -> tuple[list[Hit], float]:
    """Return the articles nearest to a question, and the probability that the first one answers it."""
    masked = MaskedText(text)
    vector = parts.encoder.encode([masked])[0]
    understood = parts.understander.understand(masked, vector)
    calibration = parts.calibrations[understood.by]
    hits = search(Query(masked, vector, understood), parts.index, parts.base, calibration.ranking)
    return hits, judge(understood, hits, calibration).right


# ---- drafts ---------------------------------------------------------------------------


def widened(article: Article, texts: Sequence[str]) -> Article:
    """Return an article with more wordings; those that it has already do not count."""
    known = {fold(one) for one, _ in article.wordings}
    fresh = {fold(text): text for text in reversed(texts) if fold(text) not in known}
    return replace(article, variants=(*article.variants, *list(reversed(fresh.values()))[:VARIANTS]))


def drafted(shown: Shown, base: KnowledgeBase, entities: Mapping[str, tuple[str, ...]], today: date) -> Article:
    """Return a new article made of a group: its middle asks, the others are variants, a consultant's answer answers.

    Args:
        entities: items, countries and schemes that the question names, by these words.

    The sources are left to the editor.
    """
    middle = shown.asked[0]
    others = dict.fromkeys(one.text for one in shown.asked[1:] if fold(one.text) != fold(middle.text))
    answer, more = split_answer(shown.answers[0] if shown.answers else "")
    intent, field, sector = (_most(shown.asked, place) for place in range(3))
    return Article(
        id=f"question-{middle.id}",
        field=field if field in FIELDS else "other",
        sector=sector if sector in SECTORS else "other",
        intent=intent if intent in INTENTS and intent.startswith(("ask_", "check_", "report_")) else "ask_scope",
        question=middle.text,
        variants=tuple(others)[:VARIANTS],
        answer=answer,
        more=more,
        schemes=entities.get("scheme", ()),
        items=entities.get("item", ()),
        countries=entities.get("country", ()),
        checked_on=today,
        review_by=_in_a_year(today),
    )


def _in_a_year(day: date) -> date:
    return day + timedelta(days=365)


def split_answer(text: str) -> tuple[str, str]:
    """Cut an answer at the end of a sentence or line so that its first part is short enough for a messenger."""
    text = text.strip()
    if len(text) <= ANSWER_MAX:
        return text, ""
    ends = [place for mark in ("\n", "요. ", "다. ") if (place := text.rfind(mark, 0, ANSWER_MAX)) > 0]
    cut = max((end + (1 if text[end] == "\n" else 2) for end in ends), default=ANSWER_MAX)
    return text[:cut].strip(), text[cut:].strip()


def _most(asked: Sequence[Asked], place: int) -> str:
    """Return the label that most of the questions have."""
    counted = Counter(one.labels[place] for one in asked if one.labels[place] and one.labels[place] != "out_of_scope")
    return counted.most_common(1)[0][0] if counted else ""
