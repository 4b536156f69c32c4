"""What the held-out questions would become with a changed base: the same questions, answered before and after."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.encoder import QUERY, Encoder, Vectors
from assistant.evaluate.questions import Question
from assistant.evaluate.systems import is_right, without_rasa
from assistant.learning_wording import PROGRESS
from assistant.records import State
from assistant.think import think
from assistant.turn import Assistant

_TELL_EVERY = 25
Outcome = Literal["right", "wrong", "none"]


@dataclass(frozen=True, slots=True)
class Told:
    """What one question got: the article or card answered with ("" where nothing was answered), and how that is."""

    outcome: Outcome
    article_id: str


@dataclass(frozen=True, slots=True)
class Change:
    """A question that gets something else than before."""

    text: str
    accepted: tuple[str, ...]
    before: Told
    after: Told

    @property
    def is_better(self) -> bool:
        """Say whether the change is one for the better: a right answer more, or a wrong one less."""
        return _WORTH[self.after.outcome] > _WORTH[self.before.outcome]


_WORTH = {"wrong": 0, "none": 1, "right": 2}


@dataclass(frozen=True, slots=True)
class Comparison:
    """All questions before and after: how many were answered rightly and wrongly, and each one that changed."""

    questions: int
    right: tuple[int, int]
    wrong: tuple[int, int]
    changes: tuple[Change, ...]


def compare(
    before: Assistant, after: Assistant, questions: Sequence[Question], progress: Callable[[str], None]
) -> Comparison:
    """Ask both every question, as the first of a conversation, with the built-in understanding."""
    encoder = _Remembering(before.encoder)
    columns = []
    for parts, told in ((before, "before"), (after, "after")):
        own = replace(without_rasa(parts), encoder=encoder)
        columns.append(_answers(own, questions, PROGRESS[told], progress))
    pairs = list(zip(questions, *columns, strict=True))
    changes = tuple(
        Change(question.text, question.accepted, one, other)
        for question, one, other in pairs
        if one.outcome != other.outcome
    )
    return Comparison(len(questions), _count(columns, "right"), _count(columns, "wrong"), changes)


def _count(columns: Sequence[Sequence[Told]], outcome: Outcome) -> tuple[int, int]:
    one, other = (sum(told.outcome == outcome for told in column) for column in columns)
    return one, other


def _answers(
    parts: Assistant, questions: Sequence[Question], sentence: str, progress: Callable[[str], None]
) -> list[Told]:
    answers = []
    for number, question in enumerate(questions):
        if number % _TELL_EVERY == 0:
            progress(sentence.format(done=number, total=len(questions)))
        _, decision, _ = think(parts, State(), question.text)
        outcome: Outcome = "none"
        if decision.article_id:
            outcome = "right" if is_right(decision, question, parts.base) else "wrong"
        answers.append(Told(outcome, decision.article_id))
    return answers


class _Remembering:
    """An encoder that encodes every text once: both sides see the same vectors, in half the time."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[tuple[str, ...], Vectors] = {}
        self.name, self.dimension = encoder.name, encoder.dimension

    def encode(self, texts: Sequence[str], *, prefix: str = QUERY) -> Vectors:
        """Return the vectors, (n, d); see Encoder."""
        key = (prefix, *texts)
        if key not in self._known:
            self._known[key] = self._encoder.encode(texts, prefix=prefix)
        return self._known[key]
