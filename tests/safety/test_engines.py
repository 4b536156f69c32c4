"""The same verdicts, row by row, from this process, from DuckDB and from Spark."""

import csv
import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from assistant.errors import NotFoundError
from assistant.product_safety import Certificate, Recall
from assistant.safety.batches.crew import HereAndNow
from assistant.safety.batches.screen_file import screen_file
from assistant.safety.database import open_safety_database
from assistant.safety.engines import duck, spark
from assistant.safety.engines.export import export, freshness_of, is_current
from assistant.safety.engines.facts import Judge
from assistant.safety.engines.partitions import partition_paths, write_partitions
from assistant.safety.gather import Gatherer
from assistant.safety.goods.requirements import Requirements
from assistant.safety.listings.files import ListingFile
from assistant.safety.listings.results import lines_of, unpacked
from assistant.safety.mirror.reading import Mirror
from assistant.screening.policy import DEFAULT_POLICY

STATES = ("적합", "적합", "적합", "기간만료", "안전인증취소", "개선명령", "변경", "안전인증표시 사용금지 2개월")
PRODUCTS = ("보조배터리", "직류전원장치", "전기주전자", "봉제인형", "선풍기", "유모차")
LISTINGS = 1_500


def certificates() -> Iterator[Certificate]:
    chance = random.Random(11)
    for number in range(1, 801):
        yield Certificate(
            number,
            f"XU10{number:04d}-26001{chance.choice(['', 'A', 'B'])}",
            chance.choice(STATES),
            first_cert_num=f"XU10{number - 1:04d}-26001" if number % 5 == 0 else "",
            product_name=chance.choice(PRODUCTS),
            brand_name=f"브랜드{number % 17}",
            model_name=f"GA-{number + 1000}",
            maker_name=f"제조사{number % 23}",
            has_detail=number % 3 > 0,
            derivation_models=(f"GB-{number + 1000}",) if number % 3 > 0 else (),
        )


def recalls() -> Iterator[Recall]:
    for number in range(1, 121):
        yield Recall(
            f"{'FD'[number % 2]}{number}",
            number % 2 == 0,
            PRODUCTS[number % 6],
            f"브랜드{number % 17}",
            "FREE" if number % 4 == 0 else f"GA-{number * 7 + 1000}",
            cert_num=f"XU10{number * 6:04d}-26001" if number % 3 == 0 else "",
            published="20261001",
            raw={"recallUid": number},
        )


def write_listings(path: Path) -> None:
    chance = random.Random(12)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["상품번호", "상품명", "인증번호", "모델명", "브랜드", "제조사", "카테고리"])
        for row in range(LISTINGS):
            number = chance.randrange(1, 900)
            written = f"XU10{number:04d}-26001{chance.choice(['', 'A', 'a'])}"
            field = chance.choice(
                [written, f"인증번호: {written}", "상세페이지 참조", "", f"{written}, R-R-XYZ-{number}"]
            )
            model = chance.choice([f"GA-{number + 1000}", f"GB-{number + 1000}", "", "FREE", "ZZ-1"])
            name = chance.choice([*PRODUCTS, "보조배터리 케이스", "텀블러", ""])
            maker = chance.choice([f"제조사{number % 23}", "딴회사", ""])
            table.writerow([f"P{row % 1_400}", name, field, model, f"브랜드{number % 17}", maker, "가전"])


@pytest.fixture(scope="module")
def engine(migrated_mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    path = shutil.copy(migrated_mirror, tmp_path_factory.mktemp("engines") / "safety.db")
    engine = open_safety_database(f"sqlite:///{path}")
    mirror = Mirror(engine)
    mirror.put_certificates(certificates())
    mirror.put_recalls(recalls())
    mirror.mark("20261121", is_complete=True, is_demo=False)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def facts(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    export(engine, folder)
    return folder


@pytest.fixture(scope="module")
def judge(requirements: Requirements, facts: Path) -> Judge:
    return Judge(requirements, freshness_of(facts), DEFAULT_POLICY)


@pytest.fixture(scope="module")
def listings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("listings") / "listings.csv"
    write_listings(path)
    return path


@pytest.fixture(scope="module")
def partitions(listings: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("partitions")
    with ListingFile(listings) as file:
        assert write_partitions(file.rows(), folder, partition_rows=400) == LISTINGS
    return folder


@pytest.fixture(scope="module")
def expected(engine: Engine, requirements: Requirements, listings: Path) -> list[str]:
    """What this process says."""
    crew = [HereAndNow(Gatherer(Mirror(engine), requirements))]
    with ListingFile(listings) as file:
        chunks = [chunk.packed for _, chunk in screen_file(file.rows(), crew, DEFAULT_POLICY)]
    return list(lines_of(unpacked(chunks)))


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    opened = spark.open_session("local[2]")
    opened.sparkContext.setLogLevel("ERROR")
    yield opened
    opened.stop()


def test_the_listings_have_every_kind_of_outcome(expected: list[str]) -> None:
    outcomes = {json.loads(line).get("verdict", "refused") for line in expected}

    assert len(expected) == LISTINGS
    assert outcomes >= {"ok", "mismatch", "revoked", "suspended", "expired", "under_action", "not_found", "recalled"}
    assert outcomes >= {"cannot_check", "not_required", "refused"}


def test_duckdb_says_the_same_row_by_row(partitions: Path, facts: Path, judge: Judge, expected: list[str]) -> None:
    found = [line for screened in duck.screen_partitions(partitions, facts, judge) for line in screened.lines]

    assert found == expected


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_spark_says_the_same_row_by_row(
    session: Any, partitions: Path, facts: Path, judge: Judge, expected: list[str]
) -> None:
    found = list(spark.lines(spark.screen_partitions(session, partitions, facts, judge)))

    assert [line for _, line in found] == expected
    assert [verdict for verdict, _ in found] == [json.loads(line).get("verdict", "refused") for line in expected]


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_partitions_of_a_mall_need_no_columns_of_ours(session: Any, tmp_path: Path, facts: Path, judge: Judge) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    for part in range(2):
        numbers = range(part * 50 + 1, part * 50 + 51)
        columns = {
            "상품번호": [f"P{number}" for number in numbers],
            "상품명": ["보조배터리" for _ in numbers],
            "인증번호": [f"XU10{number:04d}-26001A" for number in numbers],
            "가격": list(numbers),
        }
        pq.write_table(pa.table(columns), tmp_path / f"{part}.parquet")
    here = [line for screened in duck.screen_partitions(tmp_path, facts, judge) for line in screened.lines]
    there = [line for _, line in spark.lines(spark.screen_partitions(session, tmp_path, facts, judge))]

    def by_id(lines: list[str]) -> dict[str, dict[str, Any]]:
        # Spark reads files in an order of its own.
        found = [json.loads(line) for line in lines]
        return {one["listing_id"]: {**one, "row": 0} for one in found}

    assert [json.loads(line)["listing_id"] for line in here] == [f"P{number}" for number in range(1, 101)]
    assert by_id(there) == by_id(here)


def test_export_knows_whether_it_is_current(engine: Engine, facts: Path, tmp_path: Path) -> None:
    assert is_current(engine, facts)
    assert not is_current(engine, tmp_path)


def test_folder_without_partitions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        partition_paths(tmp_path)
