"""`onecall safety`: demo, status, find, sandbox, and sync that is interrupted."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import Engine
from typer.testing import CliRunner
from upstreams import KEY, Asked, certificate, recall, served

from assistant.commands.safety import safety_app
from assistant.errors import AssistantError, ConflictError, SetupError
from assistant.product_safety import Recall
from assistant.safety.database import open_safety_database
from assistant.safety.mirror.reading import Mirror
from assistant.safety.published.client import SafetyKorea
from assistant.safety.published.progress import SyncProgress
from assistant.safety.published.records import certificate_from, recall_from
from assistant.safety.published.tables import WindowRow
from assistant.settings import ROOT
from assistant.web.sandbox import Faults, sandbox_app

LABEL = "지어낸 데모 자료"
SMALL = ("--certificates", "200", "--recalls", "20")


@pytest.fixture
def database(migrated_mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{shutil.copy(migrated_mirror, tmp_path / 'safety.db')}"
    monkeypatch.setenv("ONECALL_SAFETY_DATABASE_URL", url)
    return url


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    opened = open_safety_database(database)
    yield opened
    opened.dispose()


@pytest.fixture
def safety(database: str) -> Callable[..., Result]:
    """Run `onecall safety …`; an error of ours is raised."""

    def run(*arguments: str) -> Result:
        result = CliRunner().invoke(safety_app, arguments)
        if isinstance(result.exception, AssistantError):
            raise result.exception
        return result

    return run


@pytest.fixture
def real(engine: Engine) -> Mirror:
    """A mirror with real data, of which one window was synced."""
    mirror = Mirror(engine)
    mirror.put_certificates([one] if (one := certificate_from(certificate(1))) else [])
    mirror.put_recalls([told] if (told := recall_from(recall(1), is_foreign=False)) else [])
    mirror.mark("20261121", is_complete=True, is_demo=False)
    progress = SyncProgress(engine)
    window = {"is_split": False, "is_capped": True, "found": 1, "unread": 0, "done_at": progress.clock()}
    progress.note(WindowRow(sweep="cert_date", prefix="20260701", **window))
    return mirror


def start(*arguments: str, **settings: str) -> subprocess.Popen[str]:
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("ONECALL_")}
    return subprocess.Popen(
        [sys.executable, "-c", "from assistant.commands.safety import safety_app; safety_app()", *arguments],
        cwd=ROOT,
        env=surroundings | {f"ONECALL_{name.upper()}": value for name, value in settings.items()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


# ---- demo -----------------------------------------------------------------------------


def test_demo_data_say_wherever_they_are_shown_that_they_are_made_up(
    safety: Callable[..., Result], engine: Engine
) -> None:
    made = safety("demo", *SMALL)
    any_number = Mirror(engine).certificates_where("cert_date", "20", 1)[0].cert_num
    status, found = safety("status"), safety("find", any_number)

    assert all(LABEL in result.output for result in (made, status, found))
    assert json.loads(safety("status", "--json").stdout)["is_demo"]
    assert json.loads(safety("find", any_number, "--json").stdout)["is_demo"]
    assert any_number in found.output


def test_real_data_are_not_overwritten(safety: Callable[..., Result], real: Mirror) -> None:
    with pytest.raises(ConflictError, match="--force") as refused:
        safety("demo", *SMALL)

    assert refused.value.code == "real_data"
    assert real.certificate(certificate(1)["certNum"]) is not None


def test_forced_demo_data_forget_what_was_synced(safety: Callable[..., Result], real: Mirror, engine: Engine) -> None:
    safety("demo", *SMALL, "--force")

    assert real.freshness().is_demo
    assert not SyncProgress(engine).has_begun()


# ---- looking --------------------------------------------------------------------------


def test_an_empty_mirror_says_how_to_fill_it(safety: Callable[..., Result]) -> None:
    assert "onecall safety sync" in safety("status").output


def test_status_tells_day_and_size_and_what_was_cut_off(safety: Callable[..., Result], real: Mirror) -> None:
    told = safety("status").output
    asked = json.loads(safety("status", "--json").stdout)

    assert "인증 1건, 리콜 1건" in told
    assert "2026-11-21" in told
    assert "잘린 구간 1" in told
    assert LABEL not in told
    assert (asked["data_date"], asked["certificates"], asked["windows"]) == ("20261121", 1, {"cert_date": [1, 1]})


def test_a_certificate_is_found_with_its_evidence(safety: Callable[..., Result], real: Mirror) -> None:
    number = certificate(1)["certNum"]
    told = safety("find", f"인증번호: {number.lower()}").output
    asked = json.loads(safety("find", number, "--json").stdout)

    assert f"{number} · 적합 · 완구 · TOY-1" in told
    assert f"searchPop?certNum={number}" in told
    assert "자료 기준일: 2026-11-21" in told
    assert f"인증 구분: {certificate(1)['certDiv']}" in told
    assert asked["found"][0]["certificate"]["cert_num"] == number


def test_a_number_is_found_with_what_took_its_place_and_its_recalls(
    safety: Callable[..., Result], real: Mirror
) -> None:
    number = certificate(1)["certNum"]
    newer = replace(certificate_from(certificate(2)), cert_num="CB999R999-9001", first_cert_num=number)
    real.put_certificates([newer])
    real.put_recalls([Recall("D77", is_foreign=False, cert_num=number, product_name="완구")])
    told = safety("find", number).output
    asked = json.loads(safety("find", number, "--json").stdout)["found"][0]

    assert "이 번호를 갱신한 인증: CB999R999-9001" in told
    assert "같은 번호의 리콜: D77" in told
    assert (asked["successors"], asked["recalls"]) == (["CB999R999-9001"], ["D77"])


def test_nothing_found_in_a_mirror_without_data_is_not_absent(safety: Callable[..., Result]) -> None:
    assert "없다는 뜻은 아니에요" in safety("find", "XU100001-26001A").output


def test_what_is_not_there_is_said_with_the_day_of_the_data(safety: Callable[..., Result], real: Mirror) -> None:
    assert safety("find", "없는물건ZZZ").output.strip() == "2026-11-21 자료에서 찾지 못했어요."


# ---- sync and sandbox -----------------------------------------------------------------


def test_an_interrupted_sync_keeps_what_came_and_goes_on(engine: Engine, database: str, tmp_path: Path) -> None:
    other = open_safety_database(f"sqlite:///{tmp_path / 'source.db'}")
    source = Mirror(other)
    source.put_certificates([one] if (one := certificate_from(certificate(1))) else [])
    source.mark("20261121", is_complete=True, is_demo=False)
    asked = Asked(sandbox_app(source, {KEY}, Faults(latency_ms=1)))
    with served(asked) as url:
        settings = {
            "safety_url": f"{url}/openapi/api",
            "safety_key": KEY,
            "safety_database_url": database,
            "safety_rate": "100000",
        }
        process = start("sync", **settings)
        while len(asked.queries) < 5 and process.poll() is None:
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        told, _ = start("sync", **settings).communicate(timeout=120)
    other.dispose()

    assert process.returncode == 130, errors
    assert "다시 실행하면 이어서" in errors
    assert "자료까지 받았어요" in told
    assert Mirror(engine).freshness().is_complete


def test_without_a_key_sync_says_what_to_do(
    safety: Callable[..., Result], engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ONECALL_SAFETY_KEY", raising=False)
    with pytest.raises(SetupError, match=r"ONECALL_SAFETY_KEY.*onecall safety demo") as refused:
        safety("sync")

    assert refused.value.code == "safety_key"


def test_the_sandbox_can_be_called_with_what_it_prints(tmp_path: Path) -> None:
    process = start("sandbox", "--port", "0", *SMALL, safety_dir=str(tmp_path))
    try:
        lines = [process.stdout.readline() for _ in range(3)] if process.stdout else []
        told = "".join(lines)
        address, key = re.findall(r"(?:주소|인증키): (\S+)", told)
        with closing(SafetyKorea(address, key, 1000)) as client:
            rows = client.recalls("publishDate", "20")
    finally:
        process.terminate()
        process.communicate(timeout=60)

    assert LABEL in told
    assert rows.rows
    assert rows.is_demo


def test_a_port_that_is_taken_is_told(
    safety: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONECALL_SAFETY_DIR", str(tmp_path))
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        port = str(door.getsockname()[1])

        with pytest.raises(SetupError, match=port):
            safety("sandbox", "--port", port, *SMALL)
