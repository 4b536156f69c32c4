"""`onecall eval` and `onecall fit`: everything in one run, so that the columns can be compared."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from rich.table import Table

from assistant import bootstrap, calibration
from assistant.errors import UpstreamError
from assistant.evaluate import fit, foreign, systems
from assistant.evaluate.measures import Outcome
from assistant.evaluate.questions import Question, load_questions
from assistant.evaluate.report import figures_of, table
from assistant.rasa_client import RasaGate
from assistant.rasa_session import rasa_for
from assistant.settings import Settings
from assistant.turn import Assistant

Progress = Callable[[str], None]
Figures = dict[str, dict[str, float | None]]


@dataclass(frozen=True)
class Evaluation:
    """Tables for people, figures for machines, and what a reader has to know about them."""

    tables: tuple[Table, ...]
    figures: dict[str, Figures]
    notes: tuple[str, ...]


def evaluate(settings: Settings, path: Path, foreign_folder: Path, progress: Progress) -> Evaluation:
    """Measure the assistant and its parts alone on the held-out questions, then on foreign data where it is there."""
    questions = load_questions(path)
    bootstrap.build_index(settings, progress, only_if_stale=True)
    with rasa_for(settings, progress) as own:
        return _evaluate(own, questions, foreign_folder, progress)


def _evaluate(
    settings: Settings, questions: Sequence[Question], foreign_folder: Path, progress: Progress
) -> Evaluation:
    knowledge = bootstrap.open_knowledge(settings)
    gate = bootstrap.open_gate(settings, knowledge.base)
    parts = bootstrap.open_assistant(replace(settings, database_url="sqlite://"), gate, knowledge)
    columns: dict[str, Sequence[Outcome]] = {}
    if gate is not None and is_answering(gate):
        progress("Rasa를 앞세운 원콜과 Rasa만을 재요")
        columns["원콜 (Rasa)"] = systems.onecall(parts, questions)
        columns["Rasa만"] = systems.rasa(gate, questions)
    progress("내장 이해로 원콜을, 그리고 BM25와 인코더를 따로 재요")
    columns["원콜 (내장)"] = systems.onecall(systems.without_rasa(parts), questions)
    columns["BM25만"] = systems.bm25(parts, questions)
    columns["인코더만"] = systems.encoder(parts, questions)
    figures: Figures = {name: figures_of(questions, outcomes) for name, outcomes in columns.items()}
    abroad, abroad_table = foreign.measure(knowledge.encoder, foreign_folder, progress)
    tables = (table(figures), *((abroad_table,) if abroad_table else ()))
    return Evaluation(
        tables, {"heldout": figures, "foreign": abroad}, _notes(questions, parts, columns, foreign_folder)
    )


def is_answering(gate: RasaGate) -> bool:
    """Say whether Rasa answers now; the first question after its start takes longer than a turn may."""
    for _ in range(3):
        with suppress(UpstreamError):
            gate.parse(fit.PROBE)
            return True
    return False


def _notes(
    questions: Sequence[Question], parts: Assistant, columns: dict[str, Sequence[Outcome]], folder: Path
) -> tuple[str, ...]:
    inside = sum(one.is_in_scope for one in questions)
    kinds = {kind: sum(one.kind == kind for one in questions) for kind in dict.fromkeys(q.kind for q in questions)}
    notes = [
        f"질문 {len(questions)}개 (범위 안 {inside}개): "
        + ", ".join(f"{kind} {count}" for kind, count in kinds.items()),
        f"지식베이스: 글 {len(parts.base.articles)}개",
        *(f"기준값 {by}: {dict(one.about)}" for by, one in parts.calibrations.items()),
        "‘찾음’은 받아들이는 글이 순위 안에 있는 비율, ‘틀린 답’은 모든 질문 가운데 틀린 글로 답한 비율이에요.",
        "‘Rasa만’의 95% 정밀도 칸은 글이 아니라 의도를 맞힌 비율이에요. Rasa는 글의 순위를 매기지 않아요.",
    ]
    if "원콜 (Rasa)" not in columns:
        notes.append("Rasa가 없어서 Rasa 칸은 재지 못했어요. `make train` 뒤에 다시 재 주세요.")
    if not folder.is_dir():
        notes.append(f"외부 자료가 없어서 그 부분은 재지 않았어요: {folder.name}")
    return tuple(notes)


def refit(settings: Settings, path: Path, progress: Progress) -> list[str]:
    """Fit the calibrations on the dev questions and save them; return what to tell."""
    bootstrap.build_index(settings, progress, only_if_stale=True)
    with rasa_for(settings, progress) as own:
        return _refit(own, path, progress)


def _refit(settings: Settings, path: Path, progress: Progress) -> list[str]:
    knowledge = bootstrap.open_knowledge(settings)
    gate = bootstrap.open_gate(settings, knowledge.base)
    parts = bootstrap.open_assistant(replace(settings, database_url="sqlite://"), gate, knowledge)
    ways = {"builtin": systems.without_rasa(parts)}
    if gate is not None and is_answering(gate):
        ways["rasa"] = parts
    ways["plain"] = fit.as_plain(parts, settings)
    questions = load_questions(path)
    told = []
    for name, way in ways.items():
        progress(f"보정 질문 {len(questions)}개로 맞춰요: {name}")
        cases = fit.cases_of(way, questions)
        fitted = fit.fit(cases, is_plain=name == "plain", about=fit.about(path, way, name))
        calibration.save(name, fitted)
        told.append(f"{name}: {dict(fitted.about)}")
    return told
