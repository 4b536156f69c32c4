"""The table that `onecall eval` prints."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table

from assistant.evaluate import measures
from assistant.evaluate.measures import Outcome
from assistant.evaluate.questions import Question

PRECISION = 0.95


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table: a name, the goal (None: none set; `is_most`: at most instead of at least), a function."""

    name: str
    goal: float | None
    is_most: bool = False


FIGURES = (
    Figure("의도 정확도 (intent)", 0.92),
    Figure("의도, 쓴 사람의 표시만", None),
    Figure("업종 정확도 (sector)", 0.92),
    Figure("분야 정확도 (field)", None),
    Figure("찾음@1", 0.90),
    Figure("찾음@5", 0.98),
    Figure("MRR", None),
    Figure("범위 밖 AUROC (가까움)", 0.97),
    Figure("범위 밖 AUROC (멂)", None),
    Figure("95% 정밀도에서 답한 비율", 0.80),
    Figure("실제 답한 비율", None),
    Figure("실제 답의 정밀도", None),
    Figure("틀린 답의 비율", 0.03, is_most=True),
    Figure("오타·붙여쓰기 찾음@1", None),
)


def figures_of(questions: Sequence[Question], outcomes: Sequence[Outcome]) -> dict[str, float | None]:
    """Return every figure by its name; None where the system does not do such a thing."""
    pairs = list(zip(questions, outcomes, strict=True))
    inside = [(q, o) for q, o in pairs if q.is_in_scope]
    foreign = [(q, o) for q, o in pairs if q.is_foreign]
    return {
        **_labels(pairs, inside),
        **_found(inside),
        "범위 밖 AUROC (가까움)": _auroc(inside, foreign, "near"),
        "범위 밖 AUROC (멂)": _auroc(inside, foreign, "far"),
        **_answers(inside, foreign),
    }


Pairs = Sequence[tuple[Question, Outcome]]


def _labels(pairs: Pairs, inside: Pairs) -> dict[str, float | None]:
    said = [(q, o) for q, o in pairs if o.intent is not None]
    fields = [(q, o) for q, o in inside if o.field is not None]
    sectors = [(q, o) for q, o in inside if o.sector is not None]
    return {
        "의도 정확도 (intent)": measures.share([o.intent in q.intents for q, o in said]),
        "의도, 쓴 사람의 표시만": measures.share([q.intent == o.intent for q, o in said]),
        "업종 정확도 (sector)": measures.share([q.sector == o.sector for q, o in sectors]),
        "분야 정확도 (field)": measures.share([q.field == o.field for q, o in fields]),
    }


def _found(inside: Pairs) -> dict[str, float | None]:
    ranked = [(q, o) for q, o in inside if o.ranking]
    rough = [(q, o) for q, o in ranked if q.kind in ("misspelt", "unspaced")]
    rankings, accepted = [o.ranking for _, o in ranked], [q.accepted for q, _ in ranked]
    return {
        "찾음@1": measures.found_at(rankings, accepted, 1),
        "찾음@5": measures.found_at(rankings, accepted, 5),
        "MRR": measures.mean_reciprocal_rank(rankings, accepted),
        "오타·붙여쓰기 찾음@1": measures.found_at([o.ranking for _, o in rough], [q.accepted for q, _ in rough], 1),
    }


def _auroc(inside: Pairs, foreign: Pairs, kind: str) -> float | None:
    return measures.auroc([o.scope for _, o in inside], [o.scope for q, o in foreign if q.kind == kind])


def _answers(inside: Pairs, foreign: Pairs) -> dict[str, float | None]:
    """Coverage counts the first article of the ranking (or Rasa's intent); the rest what was really answered."""
    both = [*inside, *foreign]
    right = [q.is_in_scope and (o.ranking[0] in q.accepted if o.ranking else o.is_right) for q, o in both]
    given = [(q, o) for q, o in both if o.answered]
    return {
        "95% 정밀도에서 답한 비율": measures.coverage_at(
            PRECISION, [o.confidence for _, o in both], right, len(inside)
        ),
        "실제 답한 비율": measures.share([bool(o.answered) for _, o in inside]) if given else None,
        "실제 답의 정밀도": measures.share([o.is_right for _, o in given]) if given else None,
        "틀린 답의 비율": measures.share([bool(o.answered) and not o.is_right for _, o in both]) if given else None,
    }


def table(columns: dict[str, dict[str, float | None]]) -> Table:
    """Lay the systems' figures side by side, with the goal of each."""
    shown = Table("지표", "목표", *columns)
    for figure in FIGURES:
        goal = "" if figure.goal is None else f"{'≤' if figure.is_most else '≥'} {figure.goal:.2f}"
        shown.add_row(figure.name, goal, *(_cell(values.get(figure.name)) for values in columns.values()))
    return shown


def _cell(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
