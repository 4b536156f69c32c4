"""A sync that is killed with SIGKILL in the middle: nothing is lost, and the next run goes on from there."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete
from upstreams import KEY, Asked, certificate, recall, served

from assistant.safety.database import open_safety_database
from assistant.safety.mirror.reading import Mirror
from assistant.safety.published.progress import SyncProgress
from assistant.safety.published.records import certificate_from, recall_from
from assistant.safety.published.tables import LeaseRow
from assistant.settings import ROOT
from assistant.web.sandbox import Faults, sandbox_app

CAP = 100
RUN = """
import sys
from assistant.safety.published.client import SafetyKorea
from assistant.safety.database import open_safety_database
from assistant.safety.mirror.reading import Mirror
from assistant.safety.published.sync import SWEEPS, sync

url, key, database = sys.argv[1:]
engine = open_safety_database(database)
sync(SafetyKorea(url, key, 100_000), Mirror(engine), engine, covering=lambda today: ["2014", "2015", "202607"])
"""
"""Fewer years than `onecall safety sync` asks for, so that the test is quick."""


@pytest.fixture
def source(migrated_mirror: Path, tmp_path: Path) -> Iterator[Mirror]:
    """200 certificates of one year, by month and by day more than one answer gives, and a recall."""
    engine = open_safety_database(f"sqlite:///{shutil.copy(migrated_mirror, tmp_path / 'source.db')}")
    made = Mirror(engine)
    rows = (certificate(at, certDate=f"2015{1 + at % 2:02}{1 + at % 28:02}", signDate=None) for at in range(200))
    made.put_certificates(one for row in rows if (one := certificate_from(row)))
    made.put_recalls(one for one in [recall_from(recall(1), is_foreign=False)] if one)
    made.mark("20261122", is_complete=True, is_demo=False)
    yield made
    engine.dispose()


@pytest.fixture
def engine(mirror_engine: Engine) -> Engine:
    SyncProgress(mirror_engine).forget()
    with mirror_engine.begin() as connection:
        connection.execute(delete(LeaseRow))
    return mirror_engine


def start(url: str, engine: Engine) -> subprocess.Popen[str]:
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("ONECALL_")}
    database = engine.url.render_as_string(hide_password=False)
    return subprocess.Popen(
        [sys.executable, "-c", RUN, f"{url}/openapi/api", KEY, database],
        cwd=ROOT,
        env=surroundings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def numbers(mirror: Mirror) -> set[str]:
    return {one.cert_num for one in mirror.certificates_where("cert_date", "2015", 10_000)}


def test_a_run_that_is_killed_loses_nothing(source: Mirror, engine: Engine) -> None:
    asked = Asked(sandbox_app(source, {KEY}, Faults(latency_ms=2), cap=CAP))
    mirror = Mirror(engine)
    with served(asked) as url:
        process = start(url, engine)
        while len(asked.queries) < 60 and process.poll() is None:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        stopped_at, held_then = mirror.freshness(), numbers(mirror)
        process = start(url, engine)
        _, errors = process.communicate(timeout=120)

    assert process.returncode == 0, errors
    assert (stopped_at.is_complete, mirror.freshness().is_complete) == (False, True)
    assert held_then <= numbers(mirror) == numbers(source)
    # Asked for twice, but for the recalls of today: at most the window in which it was killed.
    windows = [query for query in asked.queries if query[0].endswith("certificationList.json")]
    assert len(windows) - len(set(windows)) <= 1
