"""The held-out questions: nlu_data/heldout/dev.jsonl fits the gates, test.jsonl judges them; neither is trained on."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import BadInputError, NotFoundError
from assistant.privacy import mask
from assistant.records import MaskedText
from assistant.text import clean

IN_SCOPE = ("plain", "misspelt", "unspaced")
FOREIGN = ("near", "far")


@dataclass(frozen=True, slots=True)
class Question:
    """One labelled question.

    `accepted` are the articles that answer it, none for questions out of scope. `intent` is what its writer says it
    wants; `intents` are that and what blind readers took it to want.
    """

    text: MaskedText
    kind: str
    intent: str
    field: str
    sector: str
    accepted: tuple[str, ...]
    intents: tuple[str, ...]

    @property
    def is_in_scope(self) -> bool:
        return self.kind in IN_SCOPE

    @property
    def is_foreign(self) -> bool:
        return self.kind in FOREIGN


def load_questions(path: Path) -> list[Question]:
    """Read a file of questions, one JSON object a line.

    Raises:
        NotFoundError: no such file.
        BadInputError: a line is not a labelled question; the sentence tells its number.
    """
    if not path.is_file():
        raise NotFoundError(f"평가 질문 파일이 없어요: {path}")
    return [
        _question(line, number) for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if line
    ]


def _question(line: str, number: int) -> Question:
    try:
        row = json.loads(line)
        accepted = tuple(one for one in (row["article"], *(row.get("also") or ())) if one)
        intents = (row["intent"], *row.get("also_intents", ()))
        text = mask(clean(row["text"])).text
        return Question(text, row["kind"], row["intent"], row["field"], row["sector"], accepted, intents)
    except (ValueError, KeyError, TypeError) as error:
        raise BadInputError(f"평가 질문 {number}번째 줄의 모양이 맞지 않아요") from error


def in_scope(questions: Sequence[Question]) -> list[Question]:
    return [one for one in questions if one.is_in_scope]
