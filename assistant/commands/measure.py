"""`onecall eval`, `onecall fit` and `onecall bench`: every claim of quality or speed is one of these."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from assistant.commands.terminal import IndexOption, JsonOption, KbOption, out, progress, settings_for
from assistant.settings import ROOT

HELDOUT = ROOT / "nlu_data" / "heldout"

bench_app = typer.Typer(help="답하는 시간, 초당 처리 건수, 시작 시간, 메모리를 재요.", invoke_without_command=True)


def evaluate(
    questions: Annotated[Path, typer.Option("--questions", help="평가 질문 파일")] = HELDOUT / "test.jsonl",
    foreign: Annotated[Path, typer.Option("--foreign", help="외부 자료 폴더")] = ROOT.parent / "shared" / "data",
    as_json: JsonOption = False,
    kb: KbOption = None,
    index: IndexOption = None,
) -> None:
    """학습에 쓰지 않은 질문으로 성능을 재고, 다른 방법과 나란히 보여줘요."""
    from assistant.evaluate.run import evaluate as run_evaluation

    with progress() as step:
        result = run_evaluation(settings_for(kb, index), questions, foreign, step)
    _tell(result.figures, result.tables, result.notes, as_json)


def fit(
    questions: Annotated[Path, typer.Option("--questions", help="보정 질문 파일")] = HELDOUT / "dev.jsonl",
) -> None:
    """보정 질문으로 가중치와 기준값을 다시 맞추고 저장해요."""
    from assistant.evaluate.run import refit

    with progress() as step:
        for line in refit(settings_for(), questions, step):
            out.print(line, markup=False)


@bench_app.callback()
def bench(
    context: typer.Context,
    seconds: Annotated[int, typer.Option("--seconds", help="초당 처리 건수를 재는 시간")] = 10,
    as_json: JsonOption = False,
) -> None:
    """한 번 답하는 시간, 초당 처리 건수, 시작 시간, 메모리를 재요."""
    if context.invoked_subcommand:
        return
    from assistant.bench import bench as run_bench

    with progress() as step:
        result = run_bench(settings_for(), seconds, step)
    _tell(result.figures, (result.table,), result.notes, as_json)


@bench_app.command("safety")
def bench_safety(
    certificates: Annotated[int, typer.Option("--certificates", min=1000, help="만들 인증의 수")] = 800_000,
    as_json: JsonOption = False,
) -> None:
    """제품안전 쪽의 속도를 재고, 답을 아는 상품 2,000개의 판정을 확인해요."""
    from assistant.bench_safety.run import bench_safety as run_bench

    with progress() as step:
        result = run_bench(settings_for(), certificates, step)
    _tell(result.figures, result.tables, result.notes, as_json)


@bench_app.command("channels")
def bench_channels(
    rate: Annotated[int, typer.Option("--rate", min=1, max=1_000, help="1초에 시작하는 대화")] = 100,
    seconds: Annotated[int, typer.Option("--seconds", min=1, max=3_600, help="보내는 시간")] = 60,
    as_json: JsonOption = False,
) -> None:
    """모든 메신저로 대화를 한꺼번에 보내고, 늦거나 잃거나 두 번 간 답이 있는지 봐요."""
    from assistant.bench_channels.run import bench_channels as run_bench

    with progress() as step:
        result = run_bench(settings_for(), rate, seconds, step)
    _tell(result.figures, result.tables, result.notes, as_json)


def _tell(figures: object, tables: Iterable[Table], notes: Iterable[str], as_json: bool) -> None:
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
        return
    for table in tables:
        Console(width=150, highlight=False).print(table)
    for note in notes:
        out.print(note, markup=False)
