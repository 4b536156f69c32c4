"""Files worked off in the background: whole, once, whatever happens in the middle."""

import gzip
import json
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from sqlalchemy import Engine, select

from assistant.errors import UpstreamError
from assistant.safety.batches import runner as batch_runner
from assistant.safety.batches import store as batches_module
from assistant.safety.batches.crew import Chunk, HereAndNow, Setup, Task, Worker, WorkerDiedError
from assistant.safety.batches.runner import BatchRunner
from assistant.safety.batches.store import Batch, BatchStore, Step
from assistant.safety.gather import Gatherer
from assistant.safety.goods.requirements import Requirements
from assistant.safety.listings.results import lines_of, unpacked
from assistant.safety.mirror.reading import Mirror
from assistant.safety.published.leases import holder_name
from assistant.safety.watch.tables import ScreenedRow
from assistant.screening.policy import DEFAULT_POLICY, policy_json

HEADING = "상품번호,상품명,인증번호,모델명,브랜드,제조사"


@pytest.fixture
def crew(known_mirror: Mirror, requirements: Requirements) -> list[HereAndNow]:
    return [HereAndNow(Gatherer(known_mirror, requirements)) for _ in range(2)]


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_runner, "CHUNK_ROWS", 20)
    monkeypatch.setattr(batch_runner, "_IDLE_SECONDS", 0.01)


def listing_line(number: int) -> str:
    return f"P{number},보조배터리 20000mAh,XU10{number:04d}-26001A,GA-{number + 1000},가온,가온전자"


def sent(store: BatchStore, lines: list[str], mall_id: str = "gaon", kind: Any = "csv") -> Batch:
    """Put a file in its place as an upload does."""
    batch_id = uuid4().hex
    path = store.files.upload_path(batch_id)
    path.write_text("\n".join(lines), encoding="utf-8")
    return added(store, batch_id, mall_id, kind)


def added(store: BatchStore, batch_id: str, mall_id: str = "gaon", kind: Any = "csv") -> Batch:
    size = store.files.upload_path(batch_id).stat().st_size
    return store.add(Batch(batch_id, mall_id, "waiting", kind, size, datetime.now(UTC), policy_json(DEFAULT_POLICY)))


def hundred(store: BatchStore, mall_id: str = "gaon") -> Batch:
    return sent(store, [HEADING, *(listing_line(number) for number in range(1, 101))], mall_id)


def results(store: BatchStore, batch: Batch) -> list[dict[str, Any]]:
    now = store.get(batch.mall_id, batch.id)
    return [json.loads(line) for line in lines_of(unpacked(store.files.result(now.id, now.parts)))]


def work_off(store: BatchStore, crew: list[Any]) -> None:
    BatchRunner(store, crew).work_off()


# ---- the usual way ---------------------------------------------------------------------


def test_file_is_screened_row_by_row_in_its_order(batches: BatchStore, crew: list[HereAndNow]) -> None:
    batch = hundred(batches)
    work_off(batches, crew)
    found = results(batches, batch)
    done = batches.get("gaon", batch.id)

    assert [one["row"] for one in found] == list(range(2, 102))
    assert [one["listing_id"] for one in found] == [f"P{number}" for number in range(1, 101)]
    assert (done.state, done.rows_done, done.share_done, done.problem_code) == ("done", 100, 1.0, "")
    assert dict(done.counts) == {"expired": 1, "not_found": 37, "ok": 61, "revoked": 1}
    assert not batches.files.upload_path(batch.id).exists()


def test_screenings_are_counted_once(batches: BatchStore, crew: list[HereAndNow], mirror_engine: Engine) -> None:
    hundred(batches)
    work_off(batches, crew)

    with mirror_engine.connect() as connection:
        assert connection.scalars(select(ScreenedRow.screened)).all() == [100]


def test_rows_that_cannot_be_used_keep_their_place(batches: BatchStore, crew: list[HereAndNow]) -> None:
    batch = sent(batches, [HEADING, listing_line(1), "P2,,,,,", listing_line(1), "P4,텐트,,,,,,너무 많다"])
    work_off(batches, crew)
    found = results(batches, batch)

    assert [one.get("verdict") for one in found] == ["ok", None, "ok", None]
    assert [one.get("error", {}).get("code") for one in found] == [None, "bad_listing", None, "bad_row"]
    assert found[2]["duplicate_of"] == 2
    assert batches.get("gaon", batch.id).counts["refused"] == 2


def test_excel_is_unpacked_first(batches: BatchStore, crew: list[HereAndNow]) -> None:
    batch_id = uuid4().hex
    book = openpyxl.Workbook()
    for line in [HEADING, listing_line(1), listing_line(61)]:
        book.worksheets[0].append(line.split(","))
    book.save(batches.files.upload_path(batch_id))
    batch = added(batches, batch_id, kind="excel")
    work_off(batches, crew)

    assert [one["verdict"] for one in results(batches, batch)] == ["ok", "revoked"]
    assert list(batches.files.folder.glob("*.rows")) == []


@pytest.mark.parametrize(
    ("lines", "code"),
    [(["상품번호,이름", "P1,텐트"], "missing_column"), ([HEADING], "no_rows")],
    ids=["column", "rows"],
)
def test_file_that_cannot_be_used_fails_with_its_reason(
    batches: BatchStore, crew: list[HereAndNow], lines: list[str], code: str
) -> None:
    batch = sent(batches, lines)
    work_off(batches, crew)
    done = batches.get("gaon", batch.id)

    assert (done.state, done.problem_code, done.rows_done) == ("failed", code, 0)
    assert done.problem


def test_broken_excel_fails_with_its_reason(batches: BatchStore, crew: list[HereAndNow]) -> None:
    batch = sent(batches, ["PK\x03\x04 broken"], kind="excel")
    work_off(batches, crew)

    assert batches.get("gaon", batch.id).problem_code == "broken_excel"


def test_rows_beyond_the_limit_are_refused_and_the_others_kept(
    batches: BatchStore, crew: list[HereAndNow], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_runner, "ROWS_MAX", 50)
    batch = hundred(batches)
    work_off(batches, crew)
    done = batches.get("gaon", batch.id)

    assert (done.state, done.problem_code, done.rows_done) == ("failed", "too_many_rows", 50)
    assert len(results(batches, batch)) == 50


# ---- in the middle ---------------------------------------------------------------------


def test_two_files_take_turns(batches: BatchStore, crew: list[HereAndNow]) -> None:
    first, second = hundred(batches), hundred(batches, "other")
    runner = BatchRunner(batches, crew)
    for _ in range(4):
        runner.step()
    runner.give_back()

    assert batches.get("gaon", first.id).rows_done == 40
    assert batches.get("other", second.id).rows_done == 40


def test_two_runners_never_do_the_same_file(batches: BatchStore, crew: list[HereAndNow]) -> None:
    some = [hundred(batches) for _ in range(3)]
    runners = [BatchRunner(batches, crew[:1]), BatchRunner(batches, crew[1:])]
    while any([runner.step() for runner in runners]):
        pass

    for batch in some:
        assert [one["row"] for one in results(batches, batch)] == list(range(2, 102))


def test_what_was_written_and_not_committed_is_no_result(batches: BatchStore, crew: list[HereAndNow]) -> None:
    batch = hundred(batches)
    runner = BatchRunner(batches, crew)
    runner.step()
    # As if the process had been killed between the file and the database.
    with batches.files.part_path(batch.id, 1).open("ab") as part:
        part.write(gzip.compress(b'{"row": 22}\n'))
    runner.give_back()
    work_off(batches, crew)

    assert [one["row"] for one in results(batches, batch)] == list(range(2, 102))
    assert batches.get("gaon", batch.id).epoch == 2


def test_one_that_was_thought_dead_can_commit_nothing(batches: BatchStore, crew: list[HereAndNow]) -> None:
    batch = hundred(batches)
    slow = batches.claim("elsewhere/1/a")
    assert slow is not None
    batches.give_back(slow)
    work_off(batches, crew)

    assert not batches.commit(slow, Step(20, 21, 0.2, 999, {"ok": 20}))
    assert not batches.finish(slow, problem_code="x", problem="x")
    assert batches.get("gaon", batch.id).state == "done"


def test_lease_that_ran_out_is_taken_over(batches: BatchStore, monkeypatch: pytest.MonkeyPatch) -> None:
    hundred(batches)
    monkeypatch.setattr(batches_module, "LEASE", timedelta(seconds=-1))
    first = batches.claim("elsewhere/1/a")
    second = batches.claim("elsewhere/2/b")

    assert first is not None
    assert second is not None
    assert second.epoch == first.epoch + 1


def test_lease_of_a_living_holder_is_kept(batches: BatchStore) -> None:
    hundred(batches)

    assert batches.claim(holder_name()) is not None
    assert batches.claim(holder_name()) is None


def test_cancelled_file_keeps_its_results_so_far(batches: BatchStore, crew: list[HereAndNow]) -> None:
    batch = hundred(batches)
    runner = BatchRunner(batches, crew)
    runner.step()
    batches.cancel("gaon", batch.id)
    runner.work_off()

    assert batches.get("gaon", batch.id).state == "cancelled"
    assert len(results(batches, batch)) == 20


class Flaky:
    """Does tasks; of some the process dies, or the database is away."""

    def __init__(self, inner: HereAndNow, failures: Iterator[Exception | None]) -> None:
        self._inner = inner
        self._failures = failures

    def start(self, task: Task) -> None:
        self._inner.start(task)

    def result(self) -> Chunk | None:
        failure = next(self._failures, None)
        if failure is not None:
            raise failure
        return self._inner.result()

    def stop(self) -> None:
        self._inner.stop()

    def abort(self) -> None:
        self._inner.abort()


def test_chunk_whose_worker_died_or_whose_database_was_away_is_done_again(
    batches: BatchStore, crew: list[HereAndNow]
) -> None:
    away = UpstreamError("away", code="database")
    failures = iter([None, WorkerDiedError("died"), None, away, away, away, away, None, WorkerDiedError("died")])
    batch = hundred(batches)
    work_off(batches, [Flaky(one, failures) for one in crew])

    assert [one["row"] for one in results(batches, batch)] == list(range(2, 102))


def test_file_on_which_every_worker_dies_fails_and_keeps_its_results(
    batches: BatchStore, crew: list[HereAndNow]
) -> None:
    failures = iter([None, *[WorkerDiedError("died")] * 50])
    batch = hundred(batches)
    work_off(batches, [Flaky(crew[0], failures)])
    done = batches.get("gaon", batch.id)

    assert (done.state, done.problem_code, done.rows_done) == ("failed", "worker", 20)


def test_service_killed_in_the_middle_loses_nothing_and_does_nothing_twice(
    batches: BatchStore, crew: list[HereAndNow], mirror_engine: Engine, requirements: Requirements, tmp_path: Path
) -> None:
    lines = [HEADING, *(listing_line(number % 60 + 1).replace("P", f"P{number}-", 1) for number in range(1_000))]
    batch = sent(batches, lines)
    setup = Setup(mirror_engine.url.render_as_string(hide_password=False), requirements)
    (tmp_path / "setup").write_bytes(pickle.dumps(setup))
    victim = Path(__file__).parent / "batch_victim.py"
    process = subprocess.Popen([sys.executable, str(victim), str(tmp_path / "setup"), str(batches.files.folder)])
    while batches.get("gaon", batch.id).rows_done <= 40 and process.poll() is None:
        time.sleep(0.01)
    process.kill()
    process.wait()
    killed = batches.get("gaon", batch.id)
    work_off(batches, crew)

    assert killed.state == "running"
    assert 0 < killed.rows_done < 1_000
    assert [one["row"] for one in results(batches, batch)] == list(range(2, 1_002))
    with mirror_engine.connect() as connection:
        assert connection.scalars(select(ScreenedRow.screened)).all() == [1_000]


def test_worker_process_says_the_same_as_this_one_and_is_replaced_when_it_is_killed(
    batches: BatchStore, crew: list[HereAndNow], mirror_engine: Engine, requirements: Requirements
) -> None:
    here = hundred(batches)
    work_off(batches, crew)
    there = hundred(batches)
    worker = Worker(Setup(mirror_engine.url.render_as_string(hide_password=False), requirements, niceness=1))
    runner = BatchRunner(batches, [worker])
    runner.step()
    os.kill(worker.pid, signal.SIGKILL)
    runner.work_off()

    assert results(batches, there) == results(batches, here)
    assert worker.pid == 0


class Endless:
    """A worker whose task never ends by itself, as a huge Excel file's may not."""

    def __init__(self) -> None:
        self.is_at_work, self._is_cut_off = Event(), Event()

    def start(self, task: Task) -> None:
        self.is_at_work.set()

    def result(self) -> Chunk | None:
        self._is_cut_off.wait()
        raise WorkerDiedError("cut off")

    def stop(self) -> None: ...

    def abort(self) -> None:
        self._is_cut_off.set()


def test_thread_works_by_itself_and_gives_back_what_it_is_at_when_it_is_stopped(
    batches: BatchStore, crew: list[HereAndNow], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_runner, "_STOP_SECONDS", 0.5)
    batch, endless = hundred(batches), Endless()
    stopped = BatchRunner(batches, [endless])
    stopped.start()
    endless.is_at_work.wait()
    stopped.stop()
    runner = BatchRunner(batches, crew)
    runner.start()
    while batches.get("gaon", batch.id).state != "done":
        time.sleep(0.01)
    runner.stop()

    assert not stopped.is_alive()
    assert [one["row"] for one in results(batches, batch)] == list(range(2, 102))
