"""`onecall bench safety`: every measurement at full size beside its goal, then the labelled set."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from rich.table import Table

from assistant import bootstrap
from assistant.bench_safety import measures, served
from assistant.bench_safety.made import Asker, as_body, sample, write_csv
from assistant.kb.base import load
from assistant.product_safety import VERDICTS
from assistant.safety.database import open_safety_database
from assistant.safety.find.finder import Finder
from assistant.safety.goods.requirements import Requirements
from assistant.safety.labelled.judge import Judgement, judge
from assistant.safety.labelled.make import make
from assistant.safety.mirror.reading import Mirror
from assistant.settings import Settings

CERTIFICATES, LISTINGS = 800_000, 50_000
_RECALLS_EACH = 37_000 / 800_000
_LOOK_UPS, _SEARCHES, _REQUESTS, _CALLS = 4_000, 600, 600, 40
_SEED = 1381
FALSE_BLOCK_MAX = 0.01
_SHOWN = 12

Goal = tuple[str, str, float, bool, str]
"""Label, figure, goal, whether more is better, unit."""
GOALS: tuple[Goal, ...] = (
    ("자료 넣기", "load_rows_per_s", 20_000, True, "줄/초"),
    ("번호로 찾기 p50", "exact_p50_ms", 2, False, "ms"),
    ("번호로 찾기 p99", "exact_p99_ms", 2, False, "ms"),
    ("말로 찾기 p50", "search_p50_ms", 50, False, "ms"),
    ("말로 찾기 p95", "search_p95_ms", 50, False, "ms"),
    ("/v1/screen p50", "screen_p50_ms", 30, False, "ms"),
    ("/v1/screen p95", "screen_p95_ms", 30, False, "ms"),
    ("파일 확인", "batch_per_s", 2_000, True, "상품/초"),
)


@dataclass(frozen=True)
class SafetyBenchmark:
    """What is shown, and the same as figures for machines."""

    tables: tuple[Table, ...]
    figures: dict[str, Any]
    notes: tuple[str, ...]


def bench_safety(settings: Settings, certificates: int, step: Callable[[str], None]) -> SafetyBenchmark:
    """Run every measurement; the figures depend on the machine, so nothing here passes or fails.

    Args:
        certificates: how many to make; the goals hold for 800,000. Recalls and listings shrink with it.
        step: told what is done next.

    Raises:
        UpstreamError: a program that is measured did not start.
    """
    bootstrap.build_index(settings, step, only_if_stale=True)
    requirements = Requirements(load(settings.kb_dir))
    with tempfile.TemporaryDirectory(prefix="onecall-bench-") as scratch:
        folder = Path(scratch)
        figures, counts = _speed(folder, requirements, certificates, step)
        step("라벨을 붙인 상품 2,000개를 확인해요")
        labels = folder / "labels"
        labels.mkdir()
        judgement = judge(make(), requirements, labels)
    tables = (_speed_table(figures), _matrix_table(judgement))
    whole = figures | {"verdicts": dict(counts), "labelled": _labelled_figures(judgement)}
    return SafetyBenchmark(tables, whole, (*_speed_notes(figures, certificates), *_labelled_notes(judgement)))


def _speed(
    folder: Path, requirements: Requirements, certificates: int, step: Callable[[str], None]
) -> tuple[measures.Figures, dict[str, int]]:
    engine = open_safety_database(f"sqlite:///{folder / 'safety.db'}")
    try:
        mirror, recalls = Mirror(engine), max(9, round(certificates * _RECALLS_EACH))
        step(f"인증 {certificates:,}건과 리콜 {recalls:,}건을 넣어요")
        busy = os.getloadavg()[0]
        figures = {"machine_load": busy} | measures.load(mirror, certificates, recalls)
        asker = Asker(sample(engine, min(LISTINGS, certificates)), Random(_SEED))
        step(f"번호 {_LOOK_UPS:,}개를 찾아요")
        figures |= measures.look_up(mirror, asker.numbers(_LOOK_UPS))
        step(f"검색어 {_SEARCHES:,}개로 찾아요")
        figures |= measures.search(Finder(engine), asker.queries(_SEARCHES))
        step(f"/v1/screen에 {_REQUESTS:,}번 물어요")
        bodies = [as_body(one) for one in asker.listings(_REQUESTS)]
        figures |= measures.screen_one(engine, folder, bodies)
        file = folder / "listings.csv"
        count = max(10_000, min(LISTINGS, certificates // 16))
        write_csv(asker.listings(count), file)
        step(f"상품 {count:,}개의 파일을 확인해요")
        screened = measures.screen_many(engine, requirements, file)
        figures |= screened.figures
        step(f"비교: 연습용 서버({served.LATENCY_MS}ms)에 상품마다 한 번씩 물어요")
        figures |= measures.one_by_one(folder / "sandbox", asker.numbers(_CALLS), figures["batch_listings"])
    finally:
        engine.dispose()
    return figures, screened.counts


# ---- showing ------------------------------------------------------------------------------


def _speed_table(figures: measures.Figures) -> Table:
    shown = Table("지표", "목표", "잰 값", "")
    for label, name, goal, is_more_better, unit in GOALS:
        value = figures[name]
        is_reached = value >= goal if is_more_better else value <= goal
        sign = "≥" if is_more_better else "≤"
        shown.add_row(label, f"{sign} {goal:,.0f} {unit}", f"{value:,.2f} {unit}", "달성" if is_reached else "미달")
    return shown


def _matrix_table(judgement: Judgement) -> Table:
    shown = Table("라벨 \\ 판정", *VERDICTS, "합계", title="라벨을 붙인 상품")
    for label, row in judgement.rows():
        shown.add_row(label, *(str(row.get(verdict, "·")) for verdict in VERDICTS), str(sum(row.values())))
    return shown


def _speed_notes(figures: measures.Figures, certificates: int) -> tuple[str, ...]:
    listings, found = figures["batch_listings"], figures["search_found_share"]
    each_ms, hours = figures["interface_s_each"] * 1000, figures["interface_hours"]
    return (
        f"프로세서 {os.cpu_count()}개, SQLite, 지어낸 인증 {certificates:,}건 (목표는 {CERTIFICATES:,}건일 때)",
        f"재기 시작할 때 기다리던 일 {figures['machine_load']:.1f}개: 프로세서 수보다 많으면 값이 실제보다 나빠요",
        f"넣는 데 {figures['load_s']:.1f}초 (프로세서 시간 {figures['load_cpu_s']:.1f}초, 색인 포함). 자료를 지어내는 "
        f"{figures['making_s']:.1f}초는 따로 재서 뺐어요",
        f"검색어의 {found:.0%}가 무언가를 찾았어요 (절반은 틀리거나 잘리거나 아주 흔한 말)",
        f"파일의 상품 {listings:,.0f}개에 {figures['batch_s']:.1f}초, 프로세서 시간 {figures['batch_cpu_s']:.1f}초 "
        f"(프로세스 {measures.WORKERS}개, 시작하는 시간 포함)",
        f"비교: 상품마다 공개 API를 한 번씩 부르면 1건에 {each_ms:.0f}ms (응답 {served.LATENCY_MS}ms, 1초에 "
        f"{measures.POLITE_RATE}번까지), {listings:,.0f}개에 {hours:.1f}시간이에요. {_CALLS}번을 재서 늘려 셈했고, "
        "리콜 조회는 뺐어요.",
    )


def _labelled_figures(judgement: Judgement) -> dict[str, Any]:
    return {
        "cases": len(judgement.judged),
        "wrong": len(judgement.wrong),
        "false_ok": len(judgement.false_ok),
        "false_pass": len(judgement.false_pass),
        "false_blocks": len(judgement.false_blocks),
        "false_block_share": judgement.false_block_share,
        "matrix": {label: row for label, row in judgement.rows()},
    }


def _labelled_notes(judgement: Judgement) -> tuple[str, ...]:
    blocks, wrong = judgement.false_blocks, judgement.wrong
    blocked = sum(one.verdict.action == "block" for one in blocks)
    shown = ", ".join(f"{one.case.listing.id} {one.case.expected}→{one.verdict.verdict}" for one in wrong[:_SHOWN])
    return (
        f"거짓 ok (라벨은 ok·not_required가 아닌데 판정이 ok): {len(judgement.false_ok)}건 (목표 0건). "
        f"그대로 통과한 것까지 {len(judgement.false_pass)}건",
        "거짓 차단 (라벨은 ok·not_required인데 기본 정책이 차단하거나 보류): "
        f"{len(blocks)}건 = 차단 {blocked}, 보류 {len(blocks) - blocked}. "
        f"그런 라벨의 {judgement.false_block_share:.2%} (목표 {FALSE_BLOCK_MAX:.0%} 이하)",
        f"라벨과 판정이 다른 상품: {len(wrong)}건 {shown}{' …' if len(wrong) > _SHOWN else ''}".rstrip(),
    )
