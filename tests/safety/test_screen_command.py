"""`onecall screen`: a file in, its results out."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from assistant.commands import screen_file as command
from assistant.commands.screen import screen
from assistant.errors import BadInputError, NotFoundError
from assistant.product_safety import Certificate
from assistant.safety.database import open_safety_database
from assistant.safety.mirror.reading import Mirror

HEADING = "상품번호,상품명,인증번호,모델명"
GOOD, REVOKED = "P1,보조배터리,XU100001-26001A,GA-1", "=P2,보조배터리,XU100002-26001A,GA-2"


@pytest.fixture(autouse=True)
def environment(migrated_mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mirror of two certificates, where the settings say."""
    url = f"sqlite:///{shutil.copy(migrated_mirror, tmp_path / 'safety.db')}"
    engine = open_safety_database(url)
    mirror = Mirror(engine)
    mirror.put_certificates(
        Certificate(number, f"XU10000{number}-26001A", state, product_name="보조배터리", model_name=f"GA-{number}")
        for number, state in ((1, "적합"), (2, "안전확인신고 효력상실"))
    )
    mirror.mark("20261121", is_complete=True, is_demo=True)
    engine.dispose()
    monkeypatch.setenv("ONECALL_SAFETY_DATABASE_URL", url)
    monkeypatch.setenv("ONECALL_SAFETY_DIR", str(tmp_path / "safety"))


def run(*arguments: object) -> Any:
    app = typer.Typer()
    app.command()(screen)
    return CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=True)


def written(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "listings.csv"
    path.write_text("\n".join([HEADING, *lines]), encoding="cp949")
    return path


def verdicts(text: str) -> list[str]:
    return [json.loads(line).get("verdict", "refused") for line in text.splitlines()]


def test_results_are_printed_as_json_lines_with_a_summary_beside(tmp_path: Path) -> None:
    done = run(written(tmp_path, GOOD, REVOKED))

    assert done.exit_code == 0
    assert verdicts(done.stdout) == ["ok", "revoked"]
    assert "20261121" in done.stderr
    assert "시험용으로 만든 자료" in done.stderr


def test_refused_rows_are_told_by_the_exit_code(tmp_path: Path) -> None:
    done = run(written(tmp_path, GOOD, "P3,,,"))

    assert done.exit_code == 2
    assert verdicts(done.stdout) == ["ok", "refused"]


def test_results_go_into_a_file_as_its_name_says(tmp_path: Path) -> None:
    listings = written(tmp_path, GOOD, REVOKED)
    run(listings, "--out", tmp_path / "out.jsonl")
    run(listings, "--out", tmp_path / "out.csv")

    assert verdicts((tmp_path / "out.jsonl").read_text(encoding="utf-8")) == ["ok", "revoked"]
    assert "'=P2,revoked" in (tmp_path / "out.csv").read_text(encoding="utf-8-sig")


def test_policy_of_a_file_decides_the_action(tmp_path: Path) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text(json.dumps({"actions": {"ok": "warn"}}), encoding="utf-8")
    done = run(written(tmp_path, GOOD), "--policy", policy)

    assert json.loads(done.stdout)["action"] == "warn"


def test_duckdb_prints_the_same(tmp_path: Path) -> None:
    listings = written(tmp_path, GOOD, REVOKED, GOOD, "P3,,,")

    assert run(listings, "--engine", "duckdb").stdout == run(listings).stdout
    assert (tmp_path / "safety" / "export" / "facts.json").exists()


def test_large_file_is_done_by_worker_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listings = written(tmp_path, GOOD, REVOKED)
    here = run(listings).stdout
    monkeypatch.setattr(command, "_SMALL_BYTES", 0)

    assert run(listings).stdout == here


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["nowhere.csv"], NotFoundError),
        (["LISTINGS", "--policy", "nowhere.json"], NotFoundError),
        (["LISTINGS", "--policy", "LISTINGS"], BadInputError),
        (["LISTINGS", "--out", "/nowhere/out.jsonl"], NotFoundError),
    ],
)
def test_what_cannot_be_used_is_one_clear_error(tmp_path: Path, arguments: list[str], error: type[Exception]) -> None:
    listings = written(tmp_path, GOOD)
    done = run(*(listings if one == "LISTINGS" else one for one in arguments))

    assert isinstance(done.exception, error)
