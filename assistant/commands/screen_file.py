"""The work behind `onecall screen`; its imports are large, and only this command needs them."""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy import Engine

from assistant.commands.terminal import err
from assistant.errors import BadInputError, NotFoundError
from assistant.kb.base import load
from assistant.product_safety import VERDICTS, Freshness
from assistant.safety.batches.crew import Doer, HereAndNow, Setup, Worker
from assistant.safety.batches.screen_file import screen_file
from assistant.safety.database import open_safety_database
from assistant.safety.engines import Engines
from assistant.safety.gather import Gatherer
from assistant.safety.goods.requirements import Requirements
from assistant.safety.listings.files import ListingFile
from assistant.safety.listings.results import csv_pieces, lines_of, unpacked
from assistant.safety.listings.rows import REFUSED
from assistant.safety.mirror.reading import Mirror
from assistant.screening.policy import DEFAULT_POLICY, Policy, policy_from
from assistant.settings import Settings

_SMALL_BYTES = 512 * 1024
"""A file up to here is done before a second process would have started."""
_WORKERS = 2
_SOME_REFUSED = 2

_LABELS = {
    "recalled": "리콜",
    "revoked": "취소·실효",
    "suspended": "사용금지",
    "mismatch": "다른 제품의 번호",
    "expired": "기간 만료",
    "under_action": "개선명령·청문",
    "not_found": "없는 번호",
    "cannot_check": "확인 불가",
    "ok": "일치",
    "not_required": "대상 아님",
    REFUSED: "읽지 못한 줄",
}


Outcomes = Iterator[tuple[str, str]]
"""Verdict (or "refused") and line of every row."""


@dataclass(frozen=True)
class _House:
    """What every engine needs."""

    settings: Settings
    database: Engine
    requirements: Requirements
    policy: Policy


def screen_to(out: Path | None, file: Path, engine: Engines, policy: Path | None) -> None:
    """Screen a file, write the results and tell how many of each verdict there are.

    Raises:
        typer.Exit: with 2, when rows were refused.
    """
    settings = Settings.from_env(os.environ)
    rules = _policy(policy)
    counts: Counter[str] = Counter()
    with ExitStack() as stack:
        database = open_safety_database(settings.safety_database)
        stack.callback(database.dispose)
        requirements = Requirements(load(settings.kb_dir))
        house = _House(settings, database, requirements, rules)
        freshness = Mirror(database).freshness()
        tell = stack.enter_context(_progress())
        outcomes = _local(stack, file, house) if engine is Engines.LOCAL else _engine(stack, engine, file, house)
        _write(stack, _counted(outcomes, counts, tell), out)
    _summary(counts, freshness)
    if counts[REFUSED]:
        raise typer.Exit(_SOME_REFUSED)


def _policy(path: Path | None) -> Policy:
    if path is None:
        return DEFAULT_POLICY
    try:
        return policy_from(json.loads(path.read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise NotFoundError(f"파일이 없어요: {path}", code="no_file") from error
    except ValueError as error:
        raise BadInputError(f"JSON 파일이 아니에요: {path}", code="bad_policy") from error


def _local(stack: ExitStack, file: Path, house: _House) -> Outcomes:
    listings = stack.enter_context(ListingFile(file))
    if file.stat().st_size <= _SMALL_BYTES:
        crew: list[Doer] = [HereAndNow(Gatherer(Mirror(house.database), house.requirements))]
    else:
        setup = Setup(house.settings.safety_database, house.requirements)
        crew = [Worker(setup) for _ in range(_WORKERS)]
    for worker in crew:
        stack.callback(worker.stop)
    for _, chunk in screen_file(listings.rows(), crew, house.policy):
        yield from zip(chunk.outcomes, lines_of(unpacked([chunk.packed])), strict=True)


def _engine(stack: ExitStack, engine: Engines, file: Path, house: _House) -> Outcomes:
    from assistant.safety.engines import duck, spark
    from assistant.safety.engines.export import export, freshness_of, is_current
    from assistant.safety.engines.facts import Judge

    facts = house.settings.safety_dir / "export"
    if not is_current(house.database, facts):
        export(house.database, facts)
    judge = Judge(house.requirements, freshness_of(facts), house.policy)
    partitions = _partitions(stack, file)
    if engine is Engines.DUCKDB:
        for found in duck.screen_partitions(partitions, facts, judge):
            yield from zip(found.outcomes, found.lines, strict=True)
        return
    session = spark.open_session()
    stack.callback(session.stop)
    yield from spark.lines(spark.screen_partitions(session, partitions, facts, judge))


def _partitions(stack: ExitStack, file: Path) -> Path:
    """Return where the listings lie as Parquet; another kind of file is turned into partitions first."""
    from assistant.safety.engines.partitions import write_partitions

    if file.is_dir() or file.suffix.lower() == ".parquet":
        return file
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="onecall-screen-")))
    with ListingFile(file) as listings:
        write_partitions(listings.rows(), folder)
    return folder


def _counted(outcomes: Iterable[tuple[str, str]], counts: Counter[str], tell: Callable[[int], None]) -> Iterator[str]:
    for outcome, line in outcomes:
        counts[outcome] += 1
        tell(counts.total())
        yield line


def _write(stack: ExitStack, lines: Iterator[str], out: Path | None) -> None:
    if out is None:
        for line in lines:
            print(line)
        return
    try:
        target: IO[bytes] = stack.enter_context(out.open("wb"))
    except OSError as error:
        raise NotFoundError(f"파일을 쓸 수 없어요: {out}", code="no_file") from error
    pieces = csv_pieces(lines) if out.suffix.lower() == ".csv" else (f"{line}\n".encode() for line in lines)
    for piece in pieces:
        target.write(piece)


@contextmanager
def _progress() -> Iterator[Callable[[int], None]]:
    columns = (TextColumn("확인한 상품"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("", total=None)
        yield lambda done: bar.update(task, completed=done)


def _summary(counts: Counter[str], freshness: Freshness) -> None:
    table = Table("판정", "", "상품 수")
    for verdict in (*VERDICTS, REFUSED):
        if counts[verdict]:
            table.add_row(verdict, _LABELS[verdict], f"{counts[verdict]:,}")
    Console(stderr=True, highlight=False).print(table)
    about = f"자료 날짜: {freshness.data_date or '없음'}"
    err.print(about + (" (시험용으로 만든 자료예요)" if freshness.is_demo else ""), markup=False)
